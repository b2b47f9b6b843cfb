"""An Asterisk on the loopback interface, with folders and ports of its own."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from string import Template

from tools.rig.packages import RigError
from tools.rig.processes import end, free_ports, wait_for
from tools.rig.sounds import write_message

ETC = Path(__file__).with_name("etc")
USER, PASSWORD = "paceline", "rig-only"
MESSAGE_S = 1.0
"""Length of the recorded messages."""


class Asterisk:
    """One instance; its ports stay the same when it is started again.

    Parameters
    ----------
    programs : Path
        From `tools.rig.packages.install`.
    folder : Path
        For everything that it writes; made when it is missing.
    carrier_port : int
        Where its trunk leads.

    Attributes
    ----------
    http_port : int
        Where ARI listens.
    sounds : Path
        The folder of its messages: ``safe_harbour``, ``reminder``, ``whisper``.
    """

    def __init__(self, programs: Path, folder: Path, carrier_port: int) -> None:
        self.folder = folder.absolute()
        self.http_port, self.sip_port = free_ports(2)
        # Below what the kernel gives away by itself. Asterisk passes over ports that another instance has.
        self._rtp = 20_000 + self.http_port % 12 * 1000
        self._program = programs / "bin/asterisk"
        self._process: subprocess.Popen[bytes] | None = None
        self.sounds = self.folder / "sounds"
        for name in ("etc", "db/keys", "spool/recording", "log", "run", "sounds"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for name in ("safe_harbour", "reminder", "whisper"):
            write_message(self.sounds / f"{name}.wav", MESSAGE_S)
        values = {
            "folder": self.folder,
            "modules": next((programs / "root/usr/lib").glob("*/asterisk/modules")),
            "data": programs / "root/usr/share/asterisk",
            "http_port": self.http_port,
            "sip_port": self.sip_port,
            "carrier_port": carrier_port,
            "rtp_start": self._rtp,
            "rtp_end": self._rtp + 999,
            "user": USER,
            "password": PASSWORD,
        }
        for path in ETC.glob("*.conf"):
            (self.folder / "etc" / path.name).write_text(Template(path.read_text()).substitute(values))

    @property
    def url(self) -> str:
        """Where ARI listens."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def pid(self) -> int:
        """The process id; 0 when it does not run."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start, and return once ARI listens; `RigError` when it does not come up."""
        log = self.folder / "log/console"
        with log.open("wb") as console:
            self._process = subprocess.Popen(
                [self._program, "-C", self.folder / "etc/asterisk.conf", "-f", "-n"], stdout=console, stderr=console
            )
        wait_for("Asterisk", self._process, lambda: "Asterisk Ready" in log.read_text(errors="replace"), log)
        wait_for("ARI", self._process, self._answers, log)

    def kill(self) -> None:
        """End it as a power cut does."""
        end(self._process)
        self._process = None

    def command(self, text: str) -> str:
        """Return what it says to a command of its console."""
        result = subprocess.run(
            [self._program, "-C", self.folder / "etc/asterisk.conf", "-rx", text],
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise RigError(f"Asterisk's console refused {text}: {result.stderr.strip()}")
        return result.stdout

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.http_port), timeout=1) as connection:
                connection.sendall(b"GET /ari/ping HTTP/1.0\r\n\r\n")
                return connection.recv(12).endswith(b"401")  # nobody gets in without the password
        except OSError:
            return False
