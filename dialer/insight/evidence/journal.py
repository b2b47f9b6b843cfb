"""Making a folder of evidence from a journal."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dialer.core import effects as f
from dialer.insight.evidence import folder as own
from dialer.insight.evidence.folder import EvidenceError, JournalManifest, Sealed
from dialer.insight.evidence.seal import hashes, in_lines, pages, pretty, recordings_of, seal
from dialer.insight.timeline.journal import read_journal
from dialer.insight.timeline.moments import Clock, Reader
from dialer.journal.entry import Record, decode_effects, genesis
from dialer.journal.manifest import Manifest
from dialer.journal.verify import Log, verify


def seal_journal(
    account: str,
    journal: Log,
    key: Ed25519PrivateKey,
    made_ns: int,
    target: Path,
    clock: Clock,
    zone: str,
    recordings: Path | None = None,
) -> JournalManifest:
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
    rulebook = Manifest.decode(journal.manifest).settings.rulebook
    files = {
        own.ENTRIES: in_lines(entries),
        own.RECORDINGS: recordings_of(((call.call, call.recording) for call in calls if call.recording), recordings),
        own.RULES: pretty(rulebook),
        "journal_manifest.json": journal.manifest,
        **pages(timeline, Reader("en", clock, rulebook.rules), zone),
    }
    manifest = JournalManifest(
        own.JOURNAL_FORMAT, account, made_ns, hashes(files), sha256(journal.manifest).hexdigest(), last, head.hex()
    )
    seal(target, files, manifest, key)
    return manifest


def _sealed(record: Record, previous: bytes) -> Sealed:
    event, effects = record.event.decode(), record.effects.decode()
    return Sealed(record.seq, record.t_ns, previous.hex(), record.hash.hex(), event, effects)
