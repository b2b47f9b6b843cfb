"""Who would be treated differently by another strategy, on the same accounts and day."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import msgspec

from strategies.compiled import AccountField, CompiledStrategy
from strategies.errors import ConfigError
from strategies.planning.planner import Plan

Treatment = tuple[str, str]
"""Segment, and what is done: steps by channel, mode and template, or the key of why nothing is."""


class Change(msgspec.Struct, frozen=True):
    """Accounts that go from one treatment to another: how many, and some of them."""

    before: Treatment
    after: Treatment
    accounts: int
    sample: tuple[str, ...]


class Difference:
    """What differs between two plans. It stands in the table ``difference``, one row an account.

    Attributes
    ----------
    accounts, alike : int
        All accounts, and those that are treated alike.
    changes : tuple of Change
        The most frequent first.
    """

    QUERY = "SELECT * FROM difference ORDER BY account_id"

    def __init__(self, database: duckdb.DuckDBPyConnection, sample: int) -> None:
        ((self.accounts, differ),) = database.execute(
            "SELECT (SELECT count(*) FROM before), (SELECT count(*) FROM difference)"
        ).fetchall()
        self.alike = self.accounts - differ
        rows = database.execute(
            """
            SELECT segment_before, done_before, segment_after, done_after, count(*) AS accounts,
                min(account_id, ?) AS sample
            FROM difference GROUP BY ALL ORDER BY accounts DESC, 1, 2, 3, 4
            """,
            [sample],
        ).fetchall()
        self.changes = tuple(Change((a, b), (c, d), accounts, tuple(some)) for a, b, c, d, accounts, some in rows)


def both_fields(one: CompiledStrategy, other: CompiledStrategy) -> tuple[AccountField, ...]:
    """Return the fields that the portfolio must have for both.

    Raises
    ------
    ConfigError
        When they mean different things by one name.
    """
    fields = {field.name: field for field in one.fields}
    for field in other.fields:
        if fields.setdefault(field.name, field).type != field.type:
            message = f"the strategies give the field {field.name} different types"
            raise ConfigError(
                message, hint=f"{fields[field.name].type} and {field.type} cannot be read from one column"
            )
    return tuple(fields.values())


def treated(plan: Plan, table: str) -> None:
    """Keep what `plan` does with every account in `table`; a later plan of the same database leaves it be."""
    done = _literals(
        [
            " ".join(filter(None, (step.channel, step.mode, step.template)))
            for segment in plan.strategy.segments
            for arm in segment.arms
            for step in arm.steps
        ]
    )
    others = _literals(["", *(f" {rule.party}" for rule in plan.strategy.parties)])
    names = _literals([*(segment.name for segment in plan.strategy.segments), ""])
    plan.basis.database.execute(
        f"""
        CREATE OR REPLACE TABLE {table} AS
        SELECT account_id, any_value({names}[segment + 1]) AS segment,
            coalesce(string_agg({done}[step + 1] || {others}[party + 1], ' + ' ORDER BY step, party)
                FILTER (reason = 'contact'),
                min(CASE WHEN rule = '' THEN reason ELSE reason || ' ' || rule END)) AS done
        FROM plan GROUP BY account_id
        """
    ).fetchall()


def difference(database: duckdb.DuckDBPyConnection, *, sample: int = 3) -> Difference:
    """Return what differs between the tables ``before`` and ``after``, which `treated` has made."""
    database.execute(
        """
        CREATE OR REPLACE TABLE difference AS
        SELECT account_id, before.segment AS segment_before, before.done AS done_before,
            after.segment AS segment_after, after.done AS done_after
        FROM before JOIN after USING (account_id)
        WHERE before.segment <> after.segment OR before.done <> after.done
        """
    ).fetchall()
    return Difference(database, sample)


def _literals(texts: Sequence[str]) -> str:
    listed = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
    return f"CAST([{listed}] AS VARCHAR[])"
