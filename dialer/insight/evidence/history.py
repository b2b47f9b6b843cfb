"""Making a folder of evidence from a history, for logs of which there is no journal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dialer.insight.evidence import folder as own
from dialer.insight.evidence.folder import EvidenceError, HistoryManifest, hash_of
from dialer.insight.evidence.seal import hashes, in_lines, pages, recordings_of, seal
from dialer.insight.tables import Tables
from dialer.insight.timeline.history import timeline_of
from dialer.insight.timeline.moments import Clock, Reader
from dialer.insight.timeline.rows import Found, Row, numbers_of, rows_about
from dialer.ports.history import SETTINGS_FILE, TABLES
from dialer.ports.history_files import files_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\+?[\d\s()./-]{7,20}|.*@.*")
"""What may be a telephone number or an e-mail address; a reference is longer or has letters."""


def account_in(tables: Tables, account: str) -> Found:
    """Return what a history has about an account.

    Raises
    ------
    EvidenceError
        When it does not know the account, or holds telephone numbers or addresses of it.
    """
    found = rows_about(account, tables)
    if found is None or found.kind != "account":
        raise EvidenceError(f"the history knows no account {account}")
    earlier = {row["endpoint"] for row in found.rows["earlier"] if row["endpoint"] is not None}
    if any(_NUMBER.fullmatch(number) for number in numbers_of(found.rows) | earlier):
        raise EvidenceError("the history holds telephone numbers or addresses: import the log with keyed references")
    return found


def seal_history(
    found: Found,
    history: Path,
    key: Ed25519PrivateKey,
    made_ns: int,
    target: Path,
    clock: Clock,
    zone: str,
    recordings: Path | None = None,
    more: Mapping[str, bytes] | None = None,
) -> HistoryManifest:
    """Write the evidence about an account into the new folder `target`.

    A file for each table that the history has and that may tell of an account: its rows, in order of time, one in a
    line; an empty one says that there are none. A column that a row lacks is not known. `more` are further files.

    Parameters
    ----------
    found : Found
        What the history in the folder `history` has about it, see `account_in`.

    Raises
    ------
    EvidenceError
        When a file of the history cannot be read, or the folder cannot be written or is not empty.
    """
    rows = {f"{table}.jsonl": list(_readable(table, own_rows)) for table, own_rows in _known(found)}
    references = ((row["attempt"], row["recording"]) for row in found.rows["attempts"] if row["recording"])
    files = {
        **{name: in_lines(own_rows) for name, own_rows in rows.items()},
        own.RECORDINGS: recordings_of(references, recordings),
        **pages(timeline_of(found, zone), Reader("en", clock), zone),
        **(more or {}),
    }
    try:
        sources = {str(path.relative_to(history)): hash_of(path) for path in _sources(history)}
    except OSError as error:
        raise EvidenceError(f"{error.filename}: cannot be read: {error.strerror}") from None
    lines = {name: tuple(sha256(line).hexdigest() for line in files[name].splitlines()) for name in rows}
    manifest = HistoryManifest(own.HISTORY_FORMAT, found.subject, made_ns, hashes(files), sources, lines, found.unknown)
    seal(target, files, manifest, key)
    return manifest


def _known(found: Found) -> Iterator[tuple[str, list[Row]]]:
    return ((table, rows) for table, rows in found.rows.items() if table not in found.unknown)


def _readable(table: str, rows: list[Row]) -> Iterator[dict[str, Any]]:
    """Yield rows as people read them: instants in UTC as ISO 8601 writes them, without what is not known."""
    instants = {column.name for column in TABLES[table] if column.type == "TIMESTAMPTZ"}
    for row in rows:
        yield {
            name: _EPOCH + timedelta(microseconds=value) if name in instants else value
            for name, value in row.items()
            if value is not None
        }


def _sources(history: Path) -> Iterator[Path]:
    """Yield the files that a history consists of."""
    for table in TABLES:
        yield from files_of(history, table)
    if (history / SETTINGS_FILE).is_file():
        yield history / SETTINGS_FILE
