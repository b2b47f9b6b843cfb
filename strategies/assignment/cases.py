"""What a strategy's rules of assignment make of a portfolio: one columnar query.

Reads the table ``accounts`` that `strategies.planning.planner` describes. An unknown value makes no condition true
and is worth nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb

from strategies.assignment.records import Case
from strategies.compiled import CompiledStrategy
from strategies.errors import ConfigError

_BATCH = 10_000


def cases(database: duckdb.DuckDBPyConnection, strategy: CompiledStrategy, day: dt.date) -> Iterator[tuple[Case, bool]]:
    """Yield every account as a case of `day`, in the accounts' own order, and whether agents claim it.

    Raises
    ------
    ConfigError
        When an expression of the strategy cannot be computed for these accounts.
    """
    rules = strategy.assignment
    needs = ", ".join(f"CASE WHEN ({need.when}\n) THEN {index} END" for index, need in enumerate(rules.needs))
    grab = f"(({rules.grab.when}\n) IS TRUE)" if rules.grab else "FALSE"
    fields = "".join(f", {field.name}" for field in strategy.fields)
    query = f"""
        SELECT account_id, greatest(coalesce(TRY_CAST(({rules.value}\n) AS DOUBLE), 0), 0),
            CAST([{needs}] AS INTEGER[]), {grab}
        FROM (SELECT source_row, account_id, CAST(? AS DATE) AS today{fields} FROM accounts) ORDER BY source_row
        """
    cursor = database.cursor()
    try:
        cursor.execute(query, [day])
        while rows := cursor.fetchmany(_BATCH):
            for account, value, indexes, claimed in rows:
                skills = frozenset(rules.needs[index].skill for index in indexes if index is not None)
                yield Case(account, value, skills), claimed
    except duckdb.Error as error:
        # Not the error's own text: it may repeat a cell.
        raise ConfigError(
            f"a rule of assignment of {strategy.name} fails for these accounts: {type(error).__name__}",
            hint="compare fields with constants of their own type",
        ) from None
