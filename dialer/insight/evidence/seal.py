"""What evidence from a journal and from a history have in common: pages, recordings, and the signature over all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dialer.insight.evidence import folder as own
from dialer.insight.evidence.folder import EvidenceError, EvidenceManifest, Recording, hash_of
from dialer.insight.evidence.keys import public_text
from dialer.insight.language import Language
from dialer.insight.timeline.moments import Reader, Timeline
from dialer.insight.timeline.report import render_timeline

_LANGUAGES: tuple[Language, ...] = ("en", "zh")


def pages(timeline: Timeline, reader: Reader, zone: str) -> dict[str, bytes]:
    """Return the timeline as a file for each language; that of the reader is not asked for."""
    return {
        f"timeline.{language}.html": render_timeline(timeline, reader._replace(language=language), zone).encode()
        for language in _LANGUAGES
    }


def recordings_of(references: Iterable[tuple[str, str]], folder: Path | None) -> bytes:
    """Return what `RECORDINGS` holds: calls with their references, and the hashes of the files in `folder`."""
    there = () if folder is None else sorted(folder.glob("**/*"), reverse=True)
    files = {path.stem: path for path in there if path.is_file()}
    heard = []
    for call, reference in references:
        # A reference is a name, and must not lead out of the folder.
        path = files.get(Path(reference).stem)
        heard.append(Recording(call, reference, None if path is None else hash_of(path)))
    return pretty(heard)


def hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the hash of every file by its name."""
    return {name: sha256(files[name]).hexdigest() for name in sorted(files)}


def seal(target: Path, files: Mapping[str, bytes], manifest: EvidenceManifest, key: Ed25519PrivateKey) -> None:
    """Write the new folder `target`: `files`, the manifest that has their hashes, its signature and the public key.

    Raises
    ------
    EvidenceError
        When it is not empty or cannot be written.
    """
    text = pretty(manifest)
    signed = {own.MANIFEST: text, own.SIGNATURE: key.sign(text), own.PUBLIC_KEY: public_text(key.public_key())}
    try:
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise EvidenceError(f"{target} is not empty: name a new folder")
        for name, content in {**files, **signed}.items():
            (target / name).write_bytes(content)
    except OSError as error:
        raise EvidenceError(f"{target}: the evidence cannot be written: {error.strerror}") from None


def in_lines(rows: Iterable[object]) -> bytes:
    """Return values as JSON, one in a line."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def pretty(value: object) -> bytes:
    """Return a value as JSON that people can read."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
