"""Portfolio and contact history as arrays.

The history has one row a contact: ``account_id``; ``at``, the local time where the person is;
``channel``; ``reached`` (whether the person was reached); ``paid`` (whether a payment came within the
horizon; empty while that is not known); and the columns of the score file **as they were at the
contact**. Values of today would tell the past what came later: a balance is low because it was paid.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from strategies.errors import ConfigError
from strategies.scores.schema import ScoreSpec

Floats = NDArray[np.float64]

OWN = (
    "reach_score", "reach_low", "reach_high", "pay_score", "pay_low", "pay_high",
    "best_hour", "best_hour_from", "preferred_channel", "preferred_channel_from",
)  # fmt: skip
"""Columns that scoring adds."""

_HISTORY = ("account_id", "at", "channel", "reached", "paid")


class Accounts(NamedTuple):
    """Arrays of shape (accounts,): ids, and circumstances of shape (accounts, 1 + features).

    The first circumstance is the segment's number.
    """

    ids: NDArray[np.object_]
    now: Floats
    segments: tuple[str, ...]


class Contacts(NamedTuple):
    """Arrays of shape (contacts,), in order of time.

    `account` is an index into `Accounts`, below 0 for accounts that are no longer there, each with a
    number of its own. `day` counts from 1970-01-01. `paid` is nan where it is not known.
    """

    account: NDArray[np.int64]
    day: NDArray[np.int64]
    hour: NDArray[np.int64]
    channel: NDArray[np.object_]
    reached: Floats
    paid: Floats
    then: Floats

    def where(self, rows: NDArray[np.bool_]) -> Contacts:
        """Return the contacts for which `rows` is true."""
        return Contacts(
            self.account[rows],
            self.day[rows],
            self.hour[rows],
            self.channel[rows],
            self.reached[rows],
            self.paid[rows],
            self.then[rows],
        )


class Records(NamedTuple):
    """What was read. `rejected`: contacts that could not be used; `first_rejected`: the row of the first."""

    accounts: Accounts
    contacts: Contacts
    rejected: int
    first_rejected: int


def read_records(portfolio: Path, history: Path, spec: ScoreSpec, database: duckdb.DuckDBPyConnection) -> Records:
    """Return both files as arrays; the table ``portfolio`` stays in `database`, all cells as texts.

    Raises
    ------
    ConfigError
        When a file cannot be read, lacks a column, has two rows for one account, or has no usable contact.
    """
    for table, path, needed in (("portfolio", portfolio, ("account_id",)), ("history", history, _HISTORY)):
        _read(database, table, path, (*needed, *spec.segment, *spec.features), spec)
    _check_portfolio(database, portfolio)
    labels = "(SELECT segment_ FROM portfolio UNION SELECT segment_ FROM history)"
    database.execute(
        f"CREATE TABLE segment AS SELECT segment_, row_number() OVER (ORDER BY segment_) - 1 AS number FROM {labels}"
    ).fetchall()
    segments = database.execute("SELECT segment_ FROM segment ORDER BY number").fetchall()
    features = "".join(f", feature_{index}" for index in range(len(spec.features)))
    ids, *now = _arrays(
        database,
        f"SELECT account_id, number::DOUBLE{features} FROM portfolio JOIN segment USING (segment_) ORDER BY source_row",
    )
    accounts = Accounts(ids, np.column_stack(now).astype(float), tuple(label for (label,) in segments))
    database.execute(
        f"""
        CREATE TABLE contact AS
        SELECT history.source_row AS source_row, TRY_CAST("at" AS TIMESTAMP) AS t, channel,
            TRY_CAST(reached AS BOOLEAN) AS reached, TRY_CAST(paid AS BOOLEAN) AS paid, paid AS paid_text, number,
            coalesce(portfolio.source_row - 1, -dense_rank() OVER (ORDER BY account_id)) AS account
            {features.replace("feature_", "history.feature_")}
        FROM history LEFT JOIN portfolio USING (account_id) JOIN segment ON segment.segment_ = history.segment_
        """
    ).fetchall()
    good = "t IS NOT NULL AND channel IS NOT NULL AND reached IS NOT NULL AND (paid IS NULL) = (paid_text IS NULL)"
    bad = f"SELECT count(*), coalesce(min(source_row), 0) FROM contact WHERE NOT ({good})"
    ((rejected, first),) = database.execute(bad).fetchall()
    account, day, hour, channel, reached, paid, *then = _arrays(
        database,
        f"""
        SELECT account, (t::DATE - DATE '1970-01-01')::BIGINT, hour(t), channel, reached::DOUBLE, paid::DOUBLE,
            number::DOUBLE{features} FROM contact WHERE {good} ORDER BY t, source_row
        """,
    )
    if not len(day):
        hint = "at: a local time such as 2026-11-30 18:05; reached: true or false; paid: true, false or empty"
        raise ConfigError("no contact can be used", file=str(history), hint=hint)
    contacts = Contacts(account, day, hour, channel, reached, paid, np.column_stack(then).astype(float))
    return Records(accounts, contacts, rejected, first)


def _read(
    database: duckdb.DuckDBPyConnection, table: str, path: Path, needed: tuple[str, ...], spec: ScoreSpec
) -> None:
    label = f"concat_ws(' / ', {', '.join(_cell(name) for name in spec.segment)})" if spec.segment else "'all'"
    features = "".join(
        f", TRY_CAST({_cell(name)} AS DOUBLE) AS feature_{index}" for index, name in enumerate(spec.features)
    )
    if not path.exists():
        raise ConfigError("there is no such file", file=str(path), hint="check the path")
    try:
        if path.suffix.lower() == ".parquet":
            source = database.read_parquet(str(path))
        elif path.suffix.lower() == ".csv":
            source = database.read_csv(str(path), all_varchar=True, header=True)
        else:
            raise ConfigError("this is neither CSV nor Parquet", file=str(path), hint="name the file .csv or .parquet")
        missing = [name for name in needed if name not in source.columns]
        if missing:
            hint = f"needed: {', '.join(needed)}"
            raise ConfigError(f"the column {missing[0]} is missing", file=str(path), line=1, hint=hint)
        kept = source.columns if table == "portfolio" else needed
        cells = ", ".join(f'{_cell(name)} AS "{name}"' for name in kept if name not in OWN)
        source.project(f"row_number() OVER () AS source_row, {cells}, {label} AS segment_{features}").create(table)
    except (duckdb.Error, OSError) as error:
        # The error's own text may quote a row.
        hint = "check its permissions, and that it is CSV in UTF-8 or Parquet"
        what = "is empty" if path.is_file() and not path.stat().st_size else f"cannot be read: {type(error).__name__}"
        raise ConfigError(f"this file {what}", file=str(path), hint=hint) from None


def _check_portfolio(database: duckdb.DuckDBPyConnection, path: Path) -> None:
    query = """
        SELECT source_row FROM (
            SELECT source_row, account_id, row_number() OVER (PARTITION BY account_id ORDER BY source_row) AS place
            FROM portfolio) WHERE account_id IS NULL OR place > 1 ORDER BY source_row LIMIT 1
        """
    if found := database.execute(query).fetchall():
        message = f"row {found[0][0]}: account_id is missing, or the same as in an earlier row"
        raise ConfigError(message, file=str(path), hint="an id of its own for every account")


def _cell(name: str) -> str:
    return f"nullif(trim(CAST(\"{name}\" AS VARCHAR)), '')"


def _arrays(database: duckdb.DuckDBPyConnection, query: str) -> list[NDArray[Any]]:
    columns = database.execute(query).fetchnumpy().values()
    return [
        np.asarray(column.filled(np.nan) if isinstance(column, np.ma.MaskedArray) else column) for column in columns
    ]
