"""How many events of each sort there are: what a rule asks of all of them is then asked once of each sort."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dialer.insight.audit.facts import Facts, meaning
from strategies.compliance.judges import bounds_ns
from strategies.compliance.rulebook import Rule


def make_census(facts: Facts, rules: Iterable[Rule]) -> None:
    """Make the table ``census``: the columns of ``event`` but for ``n`` and ``e``, and how many ``contacts`` alike.

    ``t`` is that of one of them. All of them lie on the same side of every instant from or until which one of `rules`
    holds. A key is some number where it is known, and null where it is not.
    """
    instants = {t_ns // 1000 for rule in rules for t_ns in bounds_ns(rule)}
    period = [f"(t >= {t})::UTINYINT" for t in sorted(instants) if facts.first_us < t <= facts.last_us]
    lost = [f"({key} IS NULL)::UTINYINT * {1 << bit}" for bit, key in enumerate(facts.keys)]
    keys = ", ".join(f"CASE WHEN lost & {1 << bit} = 0 THEN 0 END AS {key}" for bit, key in enumerate(facts.keys))
    facts.database.execute(
        f"""
        CREATE TABLE census AS
        SELECT {meaning(facts.places)}, whereabouts, t, {keys}, contacts FROM (
            SELECT what, whereabouts, {" + ".join(period) or "0"} AS period, {" + ".join(lost) or "0"} AS lost,
                min(t) AS t, count(*) AS contacts
            FROM happened GROUP BY what, whereabouts, period, lost
        )
        """
    ).fetchall()


def add_gap(facts: Facts, index: int, missing: str, condition: str) -> None:
    """Note that of the contacts under a condition over ``census`` the log does not say what is `missing`."""
    facts.gaps.append((index, missing, condition))


def counted(facts: Facts, conditions: Sequence[str]) -> tuple[int, ...]:
    """Return how many contacts there are under each of some conditions over ``census``."""
    if not conditions:
        return ()
    totals = ", ".join(f"coalesce(sum(contacts) FILTER (WHERE {one}), 0)::BIGINT" for one in conditions)
    (counts,) = facts.database.execute(f"SELECT {totals} FROM census").fetchall()
    return counts
