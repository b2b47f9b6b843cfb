"""Checking a folder of evidence, with nothing but the folder and the key that one trusts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from dialer.insight.evidence import folder as own
from dialer.insight.evidence.folder import (
    EvidenceError,
    EvidenceManifest,
    HistoryManifest,
    JournalManifest,
    Sealed,
    hash_of,
)
from dialer.insight.evidence.keys import fingerprint, is_signed, read_public
from dialer.journal.entry import link


class Checked(NamedTuple):
    """What was found.

    Attributes
    ----------
    manifest : JournalManifest or HistoryManifest
        What the folder says it is.
    signer : str
        Fingerprint of the key that signed it.
    trusted : bool
        Whether that is the key that was to be trusted; False when none was named.
    sound : int
        Entries that are links of the journal's chain, or rows of a history that are as they were sealed.
    faults : tuple of str
        Everything that is wrong, each with its file; empty for sound evidence.
    """

    manifest: JournalManifest | HistoryManifest
    signer: str
    trusted: bool
    sound: int
    faults: tuple[str, ...]


def check_evidence(target: Path, trust: Path | None = None) -> Checked:
    """Check the folder `target`; `trust` is the operator's public key, from another source than the folder.

    Raises
    ------
    EvidenceError
        When the folder is no evidence at all, or a key cannot be read.
    """
    try:
        text = (target / own.MANIFEST).read_bytes()
        signature = (target / own.SIGNATURE).read_bytes()
        key = read_public((target / own.PUBLIC_KEY).read_bytes(), str(target / own.PUBLIC_KEY))
        trusted = read_public(trust.read_bytes(), str(trust)) if trust else None
    except OSError as error:
        raise EvidenceError(f"{error.filename}: this is no folder of evidence, or it lacks the file") from None
    manifest = _manifest(target, text)
    faults = []
    if not is_signed(key, signature, text):
        faults.append(f"{own.MANIFEST}: the signature is not of this text by this key")
    if trusted is not None and fingerprint(trusted) != fingerprint(key):
        faults.append(f"{own.PUBLIC_KEY}: signed by {fingerprint(key)}, and not by {fingerprint(trusted)}")
    faults += _files(target, manifest)
    match manifest:
        case JournalManifest():
            sound, broken = _entries(target / own.ENTRIES)
        case HistoryManifest():
            sound, broken = _rows(target, manifest)
    same = trusted is not None and fingerprint(trusted) == fingerprint(key)
    return Checked(manifest, fingerprint(key), same, sound, (*faults, *broken))


def _manifest(target: Path, text: bytes) -> JournalManifest | HistoryManifest:
    try:
        match msgspec.json.decode(text, type=EvidenceManifest).format:
            case own.JOURNAL_FORMAT:
                return msgspec.json.decode(text, type=JournalManifest)
            case own.HISTORY_FORMAT:
                return msgspec.json.decode(text, type=HistoryManifest)
            case other:
                known = f"{own.JOURNAL_FORMAT} and {own.HISTORY_FORMAT}"
                raise EvidenceError(f"{target} has format {other}, this version reads {known}")
    except msgspec.MsgspecError as error:
        raise EvidenceError(f"{target / own.MANIFEST}: this is no manifest of evidence: {error}") from None


def _files(target: Path, manifest: EvidenceManifest) -> Iterator[str]:
    besides = {own.MANIFEST, own.SIGNATURE, own.PUBLIC_KEY}
    present = {path.name for path in target.iterdir()} - besides
    for name in sorted(set(manifest.files) - present):
        yield f"{name}: the file is missing"
    for name in sorted(present - set(manifest.files)):
        yield f"{name}: the file is no part of the evidence"
    for name in sorted(present & set(manifest.files)):
        if hash_of(target / name) != manifest.files[name]:
            yield f"{name}: the file was changed"


def _entries(path: Path) -> tuple[int, list[str]]:
    """Return how many entries are links of the chain, and what is wrong with the others, by line."""
    if not path.is_file():
        return 0, []
    sound, faults, before = 0, [], None
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            entry = msgspec.json.decode(line, type=Sealed)
            previous, sealed = bytes.fromhex(entry.previous), bytes.fromhex(entry.hash)
        except (msgspec.MsgspecError, ValueError):
            faults.append(f"{path.name}:{number}: this is no entry")
            continue
        if link(previous, entry.seq, entry.event.encode(), entry.effects.encode()) != sealed:
            faults.append(f"{path.name}:{number}: entry {entry.seq} was changed")
        elif before is not None and entry.seq <= before.seq:
            faults.append(f"{path.name}:{number}: entry {entry.seq} stands after entry {before.seq}")
        elif before is not None and entry.seq == before.seq + 1 and entry.previous != before.hash:
            faults.append(f"{path.name}:{number}: entry {entry.seq} does not follow entry {before.seq}")
        else:
            sound += 1
        before = entry
    return sound, faults


def _rows(target: Path, manifest: HistoryManifest) -> tuple[int, list[str]]:
    """Return how many rows are as they were sealed, and what is wrong with the others, by line."""
    sound, faults = 0, []
    for name, sealed in sorted(manifest.rows.items()):
        path = target / Path(name).name
        if path.is_file():  # a missing one is told already
            found = [sha256(line).hexdigest() for line in path.read_bytes().splitlines()]
            strange = [number for number, digest in enumerate(found, 1) if digest not in sealed]
            faults += [f"{path.name}:{number}: this row is none of those that were sealed" for number in strange]
            faults += [f"{path.name}: row {number} as it was sealed is gone" for number in _gone(sealed, found)]
            sound += len(found) - len(strange)
    return sound, faults


def _gone(sealed: Sequence[str], found: Sequence[str]) -> Iterator[int]:
    present = set(found)
    return (number for number, digest in enumerate(sealed, 1) if digest not in present)
