"""What persons have asked for before a run: the do-not-contact list and consents, from CSV, Parquet and SQLite files.

A do-not-contact list has ``scope`` (``person``, ``account`` or ``number``) and ``key``; and, where they are known,
``channel``, ``source`` and ``since``, an instant in UTC. A number is an endpoint such as ``p17/0`` or a telephone
number; only those of the portfolio matter. A channel that nobody knows, or none, is every channel: who has asked
not to be contacted is not, whatever else the row says.

A list of consents has ``person_id``, ``topic``, ``given`` (UTC) and ``source``, the evidence; and where they are known
``until``, ``account_id`` and ``channel``. A row in which any of it cannot be read is no consent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

import duckdb

from adapters.leads.file.faults import Rejected, tell_faults
from adapters.leads.file.parse import ID_PATTERN, Check, add_faults
from adapters.leads.file.source import read_raw
from dialer.core.events import AnyEvent, ConsentGiven, SuppressionAdded
from strategies.compliance.gate import SUPPRESSION_SCOPES
from strategies.compliance.records import TOPICS
from strategies.compliance.rulebook import Channel
from strategies.errors import ConfigError
from strategies.planning.history import CONSENTS, SUPPRESSED

_CHANNELS = ", ".join(f"'{channel}'" for channel in get_args(Channel))
_SCOPES = ", ".join(f"'{scope}'" for scope in SUPPRESSION_SCOPES)
_CHANNELS_ALLOWED = f"{', '.join(get_args(Channel))}, or nothing for all"
_INSTANT = "an instant in UTC such as 2026-11-20 09:30:00"
_E164 = "[+][0-9]{7,15}"


def read_suppressed(path: Path, database: duckdb.DuckDBPyConnection, *, has_numbers: bool = True) -> Rejected:
    """Make the table ``suppressed`` of `database`, which has a portfolio, from the file at `path`.

    A portfolio without telephone numbers (`has_numbers`) cannot tell whose a number is: such rows are rejected.

    Raises
    ------
    ConfigError
        When the file cannot be read or lacks a column.
    """
    columns = _read(path, database, "suppressed", ("scope", "key"), ("channel", "source", "since"))
    endpoint = f"regexp_full_match(key, '{ID_PATTERN}/[a-z]?[0-9]+')"
    number = f"regexp_full_match({_plain('key')}, '{_E164}')"
    is_key = f"(scope <> 'number' AND regexp_full_match(key, '{ID_PATTERN}') OR {endpoint}"
    is_key += f" OR {number})" if has_numbers else ")"
    key_allowed = "an id, an endpoint such as p17/0 or a number such as +12125550123"
    if not has_numbers:
        key_allowed = "an id or an endpoint such as p17/0, as in the portfolio"
    for check in (
        Check("scope", "is none", "person, account or number", f"coalesce(scope, '') NOT IN ({_SCOPES})"),
        Check("key", "is missing", "the id of the person or account, or the number", "key IS NULL"),
        Check("key", "cannot be a key", key_allowed, f"NOT {is_key}"),
    ):
        add_faults(database, check)
    cells = _cells(columns, ("channel", "source", "since"))
    database.execute(
        f"""
        CREATE OR REPLACE TABLE suppressed AS
        WITH good AS (
            SELECT scope, key,
                CASE WHEN {cells["channel"]} IN ({_CHANNELS}) THEN {cells["channel"]} ELSE '' END AS channel,
                coalesce({cells["source"]}, 'do-not-contact list') AS source,
                epoch_ns(TRY_CAST({cells["since"]} AS TIMESTAMP)) AS since_ns
            FROM raw WHERE source_row NOT IN (SELECT source_row FROM fault)
        ), owned AS (
            SELECT person_id || '/' || (generate_subscripts(numbers, 1) - 1) AS endpoint, unnest(numbers) AS number
            FROM person
        )
        SELECT DISTINCT * FROM (
            SELECT * FROM good WHERE key NOT LIKE '+%' UNION ALL
            SELECT scope, endpoint, channel, source, since_ns FROM good JOIN owned ON number = {_plain("key")}
        ) ORDER BY ALL
        """
    ).fetchall()
    return _told(database, path)


def read_consents(path: Path, database: duckdb.DuckDBPyConnection) -> Rejected:
    """Make the table ``consent`` of `database` from the file at `path`.

    Raises
    ------
    ConfigError
        When the file cannot be read or lacks a column.
    """
    columns = _read(
        path, database, "consents", ("person_id", "topic", "given", "source"), ("until", "account_id", "channel")
    )
    for name in ("person_id", "topic", "given", "source"):
        add_faults(database, Check(name, "is missing", "a consent has all of them", f"{name} IS NULL"))
    topics = ", ".join(f"'{topic}'" for topic in TOPICS)
    add_faults(database, Check("topic", "is none", ", ".join(TOPICS), f"topic NOT IN ({topics})"))
    for name in ("person_id", *({"account_id"} & {*columns})):
        allowed = "an id without spaces or slashes"
        add_faults(database, Check(name, "cannot be an id", allowed, f"NOT regexp_full_match({name}, '{ID_PATTERN}')"))
    if "channel" in columns:
        add_faults(database, Check("channel", "is none", _CHANNELS_ALLOWED, f"channel NOT IN ({_CHANNELS})"))
    for name in ("given", *({"until"} & {*columns})):
        unread = f"{name} IS NOT NULL AND TRY_CAST({name} AS TIMESTAMP) IS NULL"
        add_faults(database, Check(name, "is not an instant", _INSTANT, unread))
    cells = _cells(columns, ("until", "account_id", "channel"))
    database.execute(
        f"""
        CREATE OR REPLACE TABLE consent AS
        SELECT DISTINCT person_id, topic, epoch_ns(CAST(given AS TIMESTAMP)) AS given_ns, source,
            epoch_ns(CAST({cells["until"]} AS TIMESTAMP)) AS until_ns,
            coalesce({cells["account_id"]}, '') AS account_id, coalesce({cells["channel"]}, '') AS channel
        FROM raw WHERE source_row NOT IN (SELECT source_row FROM fault) ORDER BY ALL
        """
    ).fetchall()
    return _told(database, path)


def wishes(database: duckdb.DuckDBPyConnection, t_ns: int) -> Iterator[AnyEvent]:
    """Yield what those of the portfolio have asked for, as events of the instant `t_ns`, in one fixed order."""
    everybody = "(SELECT person_id FROM accounts UNION SELECT person_id FROM party)"
    rows = database.execute(
        f"""
        SELECT {", ".join(SUPPRESSED)} FROM suppressed WHERE CASE scope
            WHEN 'account' THEN key IN (SELECT account_id FROM accounts)
            ELSE regexp_replace(key, '/[^/]*$', '') IN {everybody} END
        ORDER BY ALL
        """
    ).fetchall()
    for scope, key, channel, source, since_ns in rows:
        yield SuppressionAdded(t_ns, scope, key, source, channel, since_ns)
    rows = database.execute(
        f"SELECT {', '.join(CONSENTS)} FROM consent WHERE person_id IN {everybody} ORDER BY ALL"
    ).fetchall()
    for person, topic, given_ns, source, until_ns, account, channel in rows:
        yield ConsentGiven(t_ns, person, topic, source, until_ns, account, channel, given_ns)


def _read(
    path: Path, database: duckdb.DuckDBPyConnection, table: str, needed: Sequence[str], optional: Sequence[str]
) -> list[str]:
    def wanted(header: Sequence[str], file: str) -> list[str]:
        for name in needed:
            if name not in header:
                hint = f"needed are {', '.join(needed)}; known besides are {', '.join(optional)}"
                raise ConfigError(f"the column {name} is missing", file=file, line=1, hint=hint)
        return [name for name in header if name in (*needed, *optional)]

    return read_raw(path, wanted, database, table)


def _cells(columns: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Return SQL for cells that a file may lack."""
    return {name: name if name in columns else "NULL::VARCHAR" for name in names}


def _plain(number: str) -> str:
    return f"regexp_replace({number}, '[ ().-]', '', 'g')"


def _told(database: duckdb.DuckDBPyConnection, path: Path) -> Rejected:
    rejected = tell_faults(database, path)
    for table in ("raw", "fault"):
        database.execute(f"DROP TABLE {table}").fetchall()
    return rejected
