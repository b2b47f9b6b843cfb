"""Installs the rig's programs from Debian packages into a folder of its own, without root.

The machine's own packages are left alone: apt is run with its own lists, cache and an empty status, the
packages are unpacked by hand, and each program starts through the unpacked dynamic loader. The mirror is the
one that the machine itself uses; only the suite is another, because Asterisk 22 is not in a stable Debian.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

SUITE = "sid"
"""Debian's rolling suite: the only one with Asterisk 22 (2026-11)."""

PROGRAMS = {
    "asterisk": "usr/sbin/asterisk",
    "sip-tester": "usr/bin/sipp",
    "mosquitto": "usr/sbin/mosquitto",
    "espeak-ng": "usr/bin/espeak-ng",
}
"""Packages, and the program of each."""

NEEDED = re.compile(
    r"asterisk(-modules)?|sip-tester|mosquitto|libmosquitto1|libc6|libgcc-s1|libstdc\+\+6|libssl3\w*|libxml2-\d+|"
    r"libxslt1\.1|libsqlite3-0|libsystemd0|libtinfo6|libncursesw6|libzstd1|libbsd0|libmd0|libcrypt1|libedit2|zlib1g|"
    r"libjansson4|liburiparser1|libsrtp2-1|libuuid1\w*|libcap2|libgsm1|libpopt0|liblzma5|"
    r"libgsl\d+|libgslcblas0|libpcap0\.8\w*|libsctp1|libpugixml1\w*|libdbus-1-3|"
    r"libcjson1|libmicrohttpd12\w*|libpicohttpparser1|libdlt\d+|libwrap0|libgnutls30\w*|"
    r"libunistring\d+|libidn2-0|libp11-kit0|libtasn1-6|libnettle\d+\w*|libhogweed\d+\w*|libgmp10|libffi\d+|"
    r"espeak-ng|espeak-ng-data|libespeak-ng1|libpcaudio0|libsonic0|libpulse0|libpulse-simple0|libasound2\w*|"
    r"libsndfile1|libflac\d+|libvorbis\w*|libogg0|libopus0|libmpg123-0\w*|libmp3lame0|libx11-6|libxcb1|libxau6|"
    r"libxdmcp6|libx11-xcb1|libasyncns0|libapparmor1|libsystemd-shared|libspeex1"
)
"""The packages that these programs and the modules that the rig loads are linked to: a third of all that
would be installed with them."""

UNUSED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/lib/*/gconv")


class RigError(Exception):
    """The rig cannot be installed or started here; the text says why and what to do."""


def default_folder() -> Path:
    """Return where the programs are installed: ``.rig`` of the project, or what ``PACELINE_RIG`` names."""
    return Path(os.environ.get("PACELINE_RIG") or Path(__file__).parents[2] / ".rig")


def install(folder: Path | None = None) -> Path:
    """Install the programs unless they are there, and return the folder whose ``bin`` has them.

    Raises
    ------
    RigError
        When this is no Debian, the mirror cannot be reached, or a library is missing.
    """
    folder = (folder or default_folder()).absolute()
    recipe = sha256(Path(__file__).read_bytes()).hexdigest()
    done = folder / "installed"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests in several processes may ask at once
        if done.exists() and done.read_text() == recipe:
            return folder
        for old in ("root", "bin", "apt"):
            shutil.rmtree(folder / old, ignore_errors=True)
        _unpack(_download(folder / "apt"), folder / "root")
        _wrap(folder)
        shutil.rmtree(folder / "apt")
        done.write_text(recipe)
    return folder


def mirror() -> tuple[str, str]:
    """Return the address of the Debian mirror that the machine uses, and the options of its source.

    Raises
    ------
    RigError
        When there is none.
    """
    etc = Path("/etc/apt")
    for path in sorted((etc / "sources.list.d").glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            fields = dict(re.findall(r"^([\w-]+):[ \t]*(.+)$", stanza, re.MULTILINE))
            if "deb" in fields.get("Types", "").split() and _is_debian(fields.get("Suites", "")):
                key = fields.get("Signed-By", "")
                return fields["URIs"].split()[0], f"[signed-by={key}]" if key.startswith("/") else ""
    for path in (etc / "sources.list", *sorted((etc / "sources.list.d").glob("*.list"))):
        text = path.read_text() if path.is_file() else ""
        for found in re.finditer(r"^deb\s+(\[[^]]*\])?\s*(\S+)\s+(\S+)\s+main\b", text, re.MULTILINE):
            if _is_debian(found[3]):
                return found[2], found[1] or ""
    raise RigError("apt names no Debian mirror here (looked in /etc/apt/sources.list and sources.list.d)")


def _is_debian(suites: str) -> bool:
    # A mirror of the distribution has an updates suite or a released name; others have suites of their own.
    names = ("bookworm", "trixie", "forky", "duke", "stable", "testing", "sid", "unstable")
    return any(suite in names for suite in suites.split())


def _download(apt: Path) -> list[Path]:
    for program in ("apt-get", "dpkg-deb", "tar"):
        if shutil.which(program) is None:
            raise RigError(
                f"{program} is not here: the rig is installed from Debian packages. Run it on Debian, or run "
                "`make test-offline`, which leaves out what needs it"
            )
    for name in ("lists/partial", "cache/archives/partial"):
        (apt / name).mkdir(parents=True)
    (apt / "status").touch()
    address, options = mirror()
    (apt / "sources.list").write_text(f"deb {options} {address} {SUITE} main\n")
    settings = {
        "Dir::State::lists": apt / "lists",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt / "cache",
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Install-Recommends": "false",
        "Acquire::Languages": "none",
        "Acquire::Check-Valid-Until": "false",  # mirrors lag behind
        "Debug::NoLocking": "true",
    }
    if os.geteuid() == 0:
        settings["APT::Sandbox::User"] = "root"
    (apt / "apt.conf").write_text("".join(f'{name} "{value}";\n' for name, value in settings.items()))
    _apt(apt, "update")
    planned = _apt(apt, "install", "--print-uris", *PROGRAMS)
    names = [file.partition("_")[0] for file in re.findall(r"^'[^']+' (\S+) ", planned, re.MULTILINE)]
    _apt(apt, "download", *sorted(name for name in names if NEEDED.fullmatch(name)))
    return sorted((apt / "cache/archives").glob("*.deb"))


def _apt(apt: Path, *words: str) -> str:
    result = subprocess.run(
        ["apt-get", "-qq", *words],
        cwd=apt / "cache/archives",
        env=os.environ | {"APT_CONFIG": str(apt / "apt.conf"), "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RigError(f"apt-get {words[0]} failed: {result.stderr.strip()[-2000:]}")
    return result.stdout


def _unpack(packages: list[Path], root: Path) -> None:
    (root / "usr").mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir()
        (root / name).symlink_to(f"usr/{name}")
    without = [f"--exclude=./{name}" for name in UNUSED]
    for package in packages:
        unpacking = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE)
        subprocess.run(
            ["tar", "-x", "-C", root, "--keep-directory-symlink", "--no-same-owner", *without],
            stdin=unpacking.stdout,
            check=True,
        )
        if unpacking.wait():
            raise RigError(f"{package.name} cannot be unpacked")


def _wrap(folder: Path) -> None:
    root = folder / "root"
    loader = next(root.glob("usr/lib*/ld-linux-*.so.*"), None) or next(root.glob("usr/lib/*/ld-linux-*.so.*"))
    libraries = next(root.glob("usr/lib/*-linux-gnu"))
    searched = f"{libraries}:{libraries}/pulseaudio"  # that of sound libraries which nobody hears
    # Some packages leave the links that carry the sonames to the package manager.
    ldconfig = shutil.which("ldconfig", path=f"/sbin:/usr/sbin:{os.environ.get('PATH', '')}")
    subprocess.run([ldconfig or "ldconfig", "-n", libraries], check=True)
    (folder / "bin").mkdir()
    for path in PROGRAMS.values():
        program = root / path
        if missing := set(_missing(loader, searched, program)):
            raise RigError(f"{program.name} needs {', '.join(sorted(missing))}: name the package in {__name__}.NEEDED")
        wrapper = folder / "bin" / program.name
        voices = f'export ESPEAK_DATA_PATH="{libraries}"\n' if program.name == "espeak-ng" else ""
        start = f'exec "{loader}" --library-path "{searched}" "{program}" "$@"\n'
        wrapper.write_text(f"#!/bin/sh\n{voices}{start}")
        wrapper.chmod(0o755)


def _missing(loader: Path, searched: str, program: Path) -> Iterator[str]:
    listed = subprocess.run(
        [loader, "--library-path", searched, "--list", program], capture_output=True, text=True, check=False
    )
    yield from re.findall(r"^\s*(\S+) => not found", listed.stdout, re.MULTILINE)
    yield from re.findall(r"(\S+): cannot open shared object file", listed.stderr)
