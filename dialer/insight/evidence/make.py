"""Making a folder of evidence from a journal."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dialer.core import effects as f
from dialer.insight.evidence import folder as own
from dialer.insight.evidence.folder import EvidenceError, EvidenceManifest, Recording, Sealed, hash_of
from dialer.insight.evidence.keys import public_text
from dialer.insight.language import Language
from dialer.insight.timeline.journal import read_journal
from dialer.insight.timeline.moments import Reader
from dialer.insight.timeline.report import render_timeline
from dialer.journal.entry import Record, decode_effects, genesis
from dialer.journal.manifest import Manifest
from dialer.journal.verify import Log, verify

_LANGUAGES: tuple[Language, ...] = ("en", "zh")


def make_evidence(
    account: str,
    journal: Log,
    key: Ed25519PrivateKey,
    made_ns: int,
    target: Path,
    clock: Callable[[int], str],
    zone: str,
    recordings: Path | None = None,
) -> EvidenceManifest:
    """Write the evidence about `account` into the new folder `target`.

    It holds keyed references only, no number and no name. Loads of leads are left out of the entries, because they
    name other accounts; what became of each account's lead is in the other entries and in the timeline.

    Raises
    ------
    EvidenceError
        When the journal is damaged or does not know the account, or the folder cannot be written or is not empty.
    """
    found = verify(journal)
    if found.fault is not None:
        raise EvidenceError(f"the journal is damaged at entry {found.fault.seq}: {found.fault.detail}")
    timeline = read_journal(account, journal.read())
    if timeline is None or timeline.kind != "account":
        raise EvidenceError(f"the journal knows no account {account}")
    wanted = {moment.where for moment in timeline.moments if moment.what != "line_loaded"}
    entries, calls, head, last = [], [], genesis(journal.manifest), 0
    for record in journal.read():
        if record.seq in wanted:
            entries.append(_sealed(record, head))
            calls += [e for e in decode_effects(record) if isinstance(e, f.CloseAttempt) and e.account == account]
        head, last = record.hash, record.seq
    try:
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise EvidenceError(f"{target} is not empty: name a new folder")
        _write_lines(target / own.ENTRIES, entries)
        heard = [_recording(call, recordings) for call in calls if call.recording]
        (target / own.RECORDINGS).write_bytes(_pretty(heard))
        rulebook = Manifest.decode(journal.manifest).settings.rulebook
        (target / own.RULES).write_bytes(_pretty(rulebook))
        (target / "journal_manifest.json").write_bytes(journal.manifest)
        for language in _LANGUAGES:
            text = render_timeline(timeline, Reader(language, clock, rulebook.rules), zone)
            (target / f"timeline.{language}.html").write_text(text, encoding="utf-8")
        manifest = EvidenceManifest(
            own.FORMAT, account, made_ns, sha256(journal.manifest).hexdigest(), last, head.hex(),
            {path.name: hash_of(path) for path in sorted(target.iterdir())},
        )  # fmt: skip
        text = _pretty(manifest)
        (target / own.MANIFEST).write_bytes(text)
        (target / own.SIGNATURE).write_bytes(key.sign(text))
        (target / own.PUBLIC_KEY).write_bytes(public_text(key.public_key()))
    except OSError as error:
        raise EvidenceError(f"{target}: the evidence cannot be written: {error.strerror}") from None
    return manifest


def _sealed(record: Record, previous: bytes) -> Sealed:
    event, effects = record.event.decode(), record.effects.decode()
    return Sealed(record.seq, record.t_ns, previous.hex(), record.hash.hex(), event, effects)


def _recording(call: f.CloseAttempt, folder: Path | None) -> Recording:
    reference = call.recording or ""
    # A reference is a name, and must not lead out of the folder.
    path = None if folder is None else next((p for p in folder.glob("**/*") if p.stem == Path(reference).stem), None)
    return Recording(call.call, reference, hash_of(path) if path is not None and path.is_file() else None)


def _write_lines(path: Path, rows: list[Sealed]) -> None:
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def _pretty(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
