"""What a folder of evidence holds, and the hashes by which it hangs together."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec

from dialer.core.errors import PacelineError

JOURNAL_FORMAT, HISTORY_FORMAT = 1, 2

MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "public_key.pem"
ENTRIES, RECORDINGS, RULES, VERDICTS = "entries.jsonl", "recordings.json", "rules.json", "verdicts.json"


class EvidenceError(PacelineError):
    """A folder of evidence that cannot be made or read; the message says why."""


class Sealed(msgspec.Struct, frozen=True):
    """One entry of the journal as it stands there, with the hash before it.

    `event` and `effects` are the journal's own text, letter by letter; `previous` and `hash` are hexadecimal.
    """

    seq: int
    t_ns: int
    previous: str
    hash: str
    event: str
    effects: str


class Recording(msgspec.Struct, frozen=True):
    """A recording of a call: the log's reference, and its file's hash; None when there is no such file."""

    call: str
    reference: str
    sha256: str | None


class EvidenceManifest(msgspec.Struct, frozen=True):
    """What was sealed.

    Attributes
    ----------
    format : int
        Of this folder: `JOURNAL_FORMAT` or `HISTORY_FORMAT`.
    account : str
        Whom it is about, as a keyed reference.
    made_ns : int
        When it was made.
    files : dict
        Hash of every file of the folder but the manifest, its signature and the key.
    """

    format: int
    account: str
    made_ns: int
    files: dict[str, str]


class JournalManifest(EvidenceManifest, frozen=True):
    """What was sealed from a journal.

    Attributes
    ----------
    journal_sha256 : str
        Hash of the journal's manifest, from which its chain begins.
    entries, head : int, str
        How many entries the journal had, and the hash of the last one.
    """

    journal_sha256: str
    entries: int
    head: str


class HistoryManifest(EvidenceManifest, frozen=True):
    """What was sealed from a history, which has no chain of hashes.

    Attributes
    ----------
    sources : dict
        Hash of every file of the history, by its path there.
    rows : dict
        By file of the folder that holds rows of a table, the hash of each of its lines.
    unknown : tuple of str
        The tables that would tell of an account, and that the history does not have.
    """

    sources: dict[str, str]
    rows: dict[str, tuple[str, ...]]
    unknown: tuple[str, ...]


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
