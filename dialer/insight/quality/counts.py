"""Violations counted, by kind, agent and team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dialer.insight.quality.findings import Violation


class Counts(NamedTuple):
    """How many calls, and what was wrong in them.

    Attributes
    ----------
    calls : int
        Calls that were judged.
    bad_calls : int
        Calls with at least one violation.
    by_kind : dict of str to int
        Violations, the most frequent first.
    by_agent, by_team : dict of (str, str) to int
        Violations by agent or team and kind. An agent without a team is in the team ``""``.
    """

    calls: int
    bad_calls: int
    by_kind: dict[str, int]
    by_agent: dict[tuple[str, str], int]
    by_team: dict[tuple[str, str], int]

    @property
    def main(self) -> str | None:
        """The most frequent violation; of several the first in the alphabet, None when there is none."""
        return next(iter(self.by_kind), None)


def count(calls: int, violations: Iterable[Violation], teams: Mapping[str, str] | None = None) -> Counts:
    """Return the counts. `teams`: the team of each agent."""
    rows = list(violations)
    kinds = Counter(row.violation for row in rows)
    agents = Counter((row.agent, row.violation) for row in rows)
    by_team = Counter(((teams or {}).get(row.agent, ""), row.violation) for row in rows)
    return Counts(
        calls,
        len({row.attempt for row in rows}),
        dict(sorted(kinds.items(), key=lambda item: (-item[1], item[0]))),
        dict(sorted(agents.items())),
        dict(sorted(by_team.items())),
    )
