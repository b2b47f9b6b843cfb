"""What has been tried, and who asked for no more: the past that the next days are planned by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

import duckdb
import numpy as np

from strategies.compiled import medium_of
from strategies.compliance.records import Reach
from strategies.compliance.rulebook import Rule
from strategies.planning.history import COLUMNS, SUPPRESSED, needed
from strategies.schema import Channel

REACHES: tuple[Reach, ...] = get_args(Reach)
RING, MESSAGE, CONVERSATION = (REACHES.index(reach) for reach in ("ring", "message", "conversation"))
_CHANNELS: tuple[Channel, ...] = get_args(Channel)
_MEDIA, _MODES = zip(*map(medium_of, _CHANNELS), strict=True)
_DEBTOR = "debtor"


class Past:
    """The tables ``history`` and ``suppressed`` of `strategies.planning.history`, which grow by a day at a time.

    Words are kept as enums: the database compares numbers then.

    Parameters
    ----------
    database : duckdb.DuckDBPyConnection
        Has the relation ``portfolio`` (`simulator.months.accounts.Accounts`), and a schema ``months`` for the tables.
    purpose : str
        Of all contacts.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, purpose: str) -> None:
        self._database, self._purpose = database, purpose
        self._made: list[dict[str, np.ndarray]] = []
        self._suppressed: list[np.ndarray] = []
        words = {"channel": _MEDIA, "mode": _MODES, "purpose": [purpose], "party": [_DEBTOR], "reach": REACHES}
        columns = COLUMNS | {name: _enum(known) for name, known in words.items()}
        for table, types in (("history", columns), ("suppressed", SUPPRESSED)):
            listed = ", ".join(f"{name} {kind}" for name, kind in types.items())
            database.execute(f"CREATE TABLE months.{table} ({listed})").fetchall()

    def add(
        self, channel: Channel, row: np.ndarray, at_ns: np.ndarray, end_ns: int, times: np.ndarray, reach: np.ndarray
    ) -> None:
        """Add the attempts of a day, spread over what is left of the shift; all arrays are by account.

        Parameters
        ----------
        row, times : int64 array
            The account, and how often it was tried.
        at_ns : int64 array
            From when it could be tried, `end_ns`: until when.
        reach : int array
            How the last attempt ended, as an index in `REACHES`; those before rang in vain.
        """
        each = np.repeat(np.arange(len(row)), times)
        turn = np.arange(len(each)) - np.repeat(np.cumsum(times) - times, times)
        begun = at_ns[each] + ((end_ns - at_ns[each]) * (turn + 0.5) / times[each]).astype(np.int64)
        self._made.append(
            {
                "row": row[each],
                "begun": begun,
                "reach": np.where(turn == times[each] - 1, reach[each], RING).astype(np.int8),
                "channel": np.full(len(each), _CHANNELS.index(channel), np.int8),
            }
        )

    def suppress(self, row: np.ndarray) -> None:
        """Put the persons of some accounts on the do-not-contact list."""
        self._suppressed.append(row)

    def forget(self, rules: Sequence[Rule], at_ns: int) -> None:
        """Forget what none of `rules` looks at from `at_ns` on."""
        self._database.execute(
            f"CREATE OR REPLACE TABLE months.history AS SELECT * FROM months.history WHERE {needed(rules, at_ns)}"
        ).fetchall()

    def write(self) -> None:
        """Write down what was added since."""
        if self._made:
            made = {name: np.concatenate([part[name] for part in self._made]) for name in self._made[0]}
            self._made.clear()
            self._database.register("made", made)
            # Words are put in here: columns of words take longer to hand over than all else.
            self._database.execute(
                f"""
                INSERT INTO months.history BY NAME
                SELECT person_id, account_id, endpoints[1] AS number, {list(_MEDIA)}[channel + 1] AS channel,
                    {list(_MODES)}[channel + 1] AS mode, '{self._purpose}' AS purpose, '{_DEBTOR}' AS party,
                    FALSE AS inbound, make_timestamp_ns(begun) AS begun, make_timestamp_ns(begun) AS ended,
                    {list(REACHES)}[reach + 1] AS reach
                FROM made JOIN portfolio USING (row)
                """
            ).fetchall()
            self._database.unregister("made")
        rows = [int(row) for rows in self._suppressed for row in rows]
        self._suppressed.clear()
        if rows:
            self._database.execute(
                "INSERT INTO months.suppressed (scope, key, channel) SELECT DISTINCT 'person', person_id, '' "
                "FROM portfolio WHERE row IN (SELECT unnest(?))",
                [rows],
            ).fetchall()


def _enum(words: Iterable[str]) -> str:
    listed = ", ".join(f"'{word}'" for word in dict.fromkeys(words))
    return f"ENUM({listed})"
