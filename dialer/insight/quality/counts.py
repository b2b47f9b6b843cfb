"""Calls that were judged and violations in them counted, by kind, agent and team: queries of a history's tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dialer.insight.tables import TEAM_OF, Database, Tables
from dialer.ports.history import CLEAN


class Group(NamedTuple):
    """What was found of an agent, a team or all.

    Attributes
    ----------
    calls : int
        Calls that were judged; a call counts once for everybody who was judged in it.
    bad_calls : int
        Those with at least one violation.
    by_kind : dict of str to int
        Violations, the most frequent first, alike ones in the order of the alphabet.
    """

    calls: int
    bad_calls: int
    by_kind: dict[str, int]

    @property
    def main(self) -> str | None:
        """The most frequent violation; None when there is none."""
        return next(iter(self.by_kind), None)


class Counts(NamedTuple):
    """What was found of all, of each agent and of each team, in the order of their names.

    What no agent is named for is under ``""``, like agents without a team. `left_out` are rows that name no call or no
    violation: they count nowhere.
    """

    total: Group
    by_agent: dict[str, Group]
    by_team: dict[str, Group]
    left_out: int


def count(history: Tables, teams: Mapping[str, str] | None = None) -> Counts:
    """Count the table ``quality`` of a history.

    Parameters
    ----------
    history : Tables
        Where the table lies: in this process or on a cluster.
    teams : dict of str to str, optional
        The team of each agent; by default as the history's table ``agents`` says.
    """
    database = history.database
    _make_marks(database, teams)
    kinds = database.execute(
        f"SELECT agent, team, violation, count(*) FROM mark WHERE violation <> '{CLEAN}' GROUP BY ALL"
    ).fetchall()
    ((left_out,),) = database.execute(
        "SELECT count(*) FROM quality WHERE attempt IS NULL OR violation IS NULL"
    ).fetchall()
    total = _groups(database, "''", (("", kind, times) for _, _, kind, times in kinds))
    return Counts(
        total.get("", Group(0, 0, {})),
        _groups(database, "agent", ((agent, kind, times) for agent, _, kind, times in kinds)),
        _groups(database, "team", ((team, kind, times) for _, team, kind, times in kinds)),
        left_out,
    )


def _make_marks(database: Database, teams: Mapping[str, str] | None) -> None:
    """Make the view ``mark``: the table ``quality`` with the team of each agent, without rows that say too little."""
    if teams is None:
        database.execute(f"CREATE OR REPLACE TEMP TABLE team_of AS {TEAM_OF}").fetchall()
    else:
        given = "SELECT unnest(?::VARCHAR[]) AS agent, unnest(?::VARCHAR[]) AS team"
        database.execute(
            f"CREATE OR REPLACE TEMP TABLE team_of AS {given}", [list(teams), list(teams.values())]
        ).fetchall()
    database.execute(
        """
        CREATE OR REPLACE TEMP VIEW mark AS
        SELECT attempt, coalesce(quality.agent, '') AS agent, coalesce(team, '') AS team, violation
        FROM quality LEFT JOIN team_of ON team_of.agent = quality.agent
        WHERE attempt IS NOT NULL AND violation IS NOT NULL
        """
    ).fetchall()


def _groups(database: Database, by: str, kinds: Iterable[tuple[str, str, int]]) -> dict[str, Group]:
    """Return the groups that the SQL expression `by` names; `kinds`: how often each violation was found, by name."""
    found: dict[str, Counter[str]] = {}
    for name, kind, times in kinds:
        found.setdefault(name, Counter())[kind] += times
    calls = database.execute(
        f"""
        SELECT name, count(*), count(*) FILTER (WHERE bad) FROM (
            SELECT {by} AS name, attempt, bool_or(violation <> '{CLEAN}') AS bad FROM mark GROUP BY name, attempt
        ) GROUP BY name
        """
    ).fetchall()
    return {
        name: Group(number, bad, dict(sorted(found.get(name, Counter()).items(), key=lambda item: (-item[1], item[0]))))
        for name, number, bad in sorted(calls)
    }
