"""The share of abandoned calls by every definition that the packs know: clock, grace, window, denominator.

Vendors and regulators mean different things by one word. So the same calls are counted by each definition, from the
log's own instants and not from what the dialler called abandoned while it ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Literal, NamedTuple

from dialer.insight.audit.facts import Facts
from dialer.insight.audit.records import AbandonFinding, Terms
from strategies.compliance.localtime import local_time
from strategies.compliance.rulebook import Rule, Setting
from strategies.errors import ConfigError

Clock = Literal["answer", "greeting", "log"]
"""From when a person waits: since the answer, since the carrier had told them by their greeting, or by the log's own
word. Who asked a robot for an agent waits since then."""

Window = Literal["day", "30 days", "month", "whole log"]
ShareOf = Literal["answered", "answered or abandoned", "connected", "placed"]


class Definition(NamedTuple):
    """One way to say what share is abandoned."""

    name: str
    clock: Clock
    grace_s: float
    window: Window
    share_of: ShareOf
    without_machines: bool = False
    """Of the abandoned calls that nobody took for a person or a machine, only the estimated share of persons counts:
    that of persons among the calls that agents handled. GB-OFCOM-ACR-GUIDE, for diallers without detection."""


KNOWN: dict[str, Definition] = {
    "US-FCC-ABAND-RATE": Definition("47 CFR 64.1200(a)(7)", "answer", 2, "30 days", "answered"),
    "US-FTC-ABAND": Definition("16 CFR 310.4(b)(4)", "answer", 2, "30 days", "answered"),
    "GB-OFCOM-ACR-GUIDE": Definition("Ofcom, 24 hours", "answer", 2, "day", "answered or abandoned"),
    "CA-CRTC-ABAND": Definition("CRTC, calendar month", "answer", 2, "month", "answered"),
}
"""How the sources of the shipped packs define the share, by rule."""

USUAL = Definition("a day's calls", "answer", 2, "day", "answered")
"""The definition of a rule that is not in `KNOWN`."""

BESIDE = (
    Definition("greeting", "greeting", 2, "whole log", "answered"),
    Definition("no_grace", "answer", 0, "whole log", "answered"),
    Definition("log", "log", 0, "whole log", "answered"),
    Definition("connected", "answer", 2, "whole log", "connected"),
    Definition("placed", "answer", 2, "whole log", "placed"),
    Definition("estimated", "answer", 2, "whole log", "answered or abandoned", without_machines=True),
)
"""Definitions without a limit here, for comparison with what diallers show."""

_BY_PERSON = """disposition <> 'machine' AND coalesce(answered_by, '') <> 'machine'
    AND (answered_at IS NOT NULL OR disposition IN ('abandoned', 'early_hangup'))"""

_DAY_US = 86_400_000_000


def judge_abandons(facts: Facts, rules: Sequence[Rule], terms: Terms) -> tuple[AbandonFinding, ...]:
    """Return the share of every campaign, window and definition: those with a limit, then those for comparison."""
    bound = [
        (rule, KNOWN.get(rule.id, USUAL))
        for rule in rules
        if isinstance(rule, Setting) and rule.setting == "abandon_limit_share"
    ]
    asked: list[tuple[Setting | None, Definition]] = [*bound, *((None, definition) for definition in BESIDE)]
    days = _by_day(facts, [definition for _, definition in asked], terms)
    return tuple(
        finding
        for place, (rule, definition) in enumerate(asked)
        for campaign, own in groupby(days, key=itemgetter(0))
        if rule is None or _is_about(rule, campaign, terms)
        for finding in _windows(rule, definition, campaign, [(day, *counts[place]) for _, day, counts in own])
    )


def _is_about(rule: Setting, campaign: str, terms: Terms) -> bool:
    return not rule.applies.purpose or terms.purposes.get(campaign, terms.purpose) in rule.applies.purpose


def _windows(
    rule: Setting | None, definition: Definition, campaign: str, days: list[tuple[int, float, float]]
) -> Iterator[AbandonFinding]:
    """Yield every window; `days` are local days with their abandoned calls and what these are a share of."""
    first = days[0][0]
    starts: dict[Window, Callable[[int], int]] = {
        "day": lambda day: day,
        "month": lambda day: date.fromordinal(day).replace(day=1).toordinal(),
        "30 days": lambda day: day - (day - first) % 30,
        "whole log": lambda _: first,
    }
    limit = None if rule is None else rule.at_most
    for start, rows in groupby(days, key=lambda row: starts[definition.window](row[0])):
        own = list(rows)
        abandoned, whole = sum(row[1] for row in own), sum(row[2] for row in own)
        yield AbandonFinding(
            definition=definition.name,
            rule="" if rule is None else rule.id,
            campaign=campaign,
            clock=definition.clock,
            grace_s=definition.grace_s,
            window=definition.window,
            share_of=definition.share_of,
            window_from=date.fromordinal(start).isoformat(),
            abandoned=abandoned,
            of=whole,
            limit=limit,
            over=limit is not None and abandoned > limit * whole,
            warns=rule is not None and rule.warns,
        )


def _by_day(
    facts: Facts, definitions: Sequence[Definition], terms: Terms
) -> list[tuple[str, int, list[tuple[float, float]]]]:
    """Return for every campaign and local day, by each definition, the abandoned calls and what they are a share of."""
    abandoned = {one: f"abandoned_{place}" for place, one in enumerate(dict.fromkeys(map(_counting, definitions)))}
    counts = ", ".join(
        f"{_sum(one, f'by_person AND {abandoned[_counting(one)]}')}, {_sum(one, _whole(one, abandoned))}"
        for one in definitions
    )
    _make_days(facts, terms.zone)
    # Few calls differ in what is asked of them: they are brought together before the definitions count them.
    rows = facts.database.execute(
        f"""
        WITH alike AS (
            SELECT campaign, day, by_person, machine, bridged, told, {", ".join(abandoned.values())}, count(*) AS calls
            FROM (
                SELECT campaign, epoch_us(placed_at) AS t, {_BY_PERSON} AS by_person,
                    disposition = 'machine' AS machine, bridged_at IS NOT NULL AS bridged,
                    coalesce(answered_by, '') = 'person' AS told,
                    {", ".join(f"{_abandoned(*one)} AS {name}" for one, name in abandoned.items())}
                FROM (
                    SELECT *,
                        epoch_us(CASE WHEN mode = 'robot_then_human' THEN transfer_at ELSE answered_at END)
                            AS since_answer,
                        epoch_us(CASE WHEN mode = 'robot_then_human' THEN transfer_at
                            ELSE coalesce(told_at, answered_at) END) AS since_greeting
                    FROM attempts WHERE channel = 'call'
                )
            ) JOIN local_day ON t // {_DAY_US} = utc_day AND t >= starts AND t < ends
            GROUP BY ALL
        ), handled AS (
            SELECT campaign, coalesce(sum(calls) FILTER (WHERE bridged AND by_person)
                / nullif(sum(calls) FILTER (WHERE bridged), 0), 1) AS persons
            FROM alike GROUP BY campaign
        )
        SELECT campaign, day, {counts} FROM (
            SELECT alike.*, calls * CASE WHEN bridged OR told THEN 1 ELSE persons END AS persons
            FROM alike JOIN handled USING (campaign)
        ) GROUP BY campaign, day ORDER BY campaign, day
        """
    ).fetchall()
    return [(campaign, day, list(zip(own[::2], own[1::2], strict=True))) for campaign, day, *own in rows]


def _counting(definition: Definition) -> tuple[Clock, float]:
    """Return what tells by a definition whether one call was abandoned."""
    return definition.clock, definition.grace_s


def _sum(definition: Definition, condition: str) -> str:
    if definition.without_machines:
        return f"coalesce(sum(persons) FILTER (WHERE {condition}), 0)"
    return f"coalesce(sum(calls) FILTER (WHERE {condition}), 0)::BIGINT"


def _abandoned(clock: Clock, grace_s: float) -> str:
    if clock == "log":
        return "disposition = 'abandoned'"
    grace_us, since = int(grace_s * 1_000_000), f"since_{clock}"
    return (
        f"CASE WHEN mode = 'robot' OR {since} IS NULL THEN disposition = 'abandoned' "
        f"WHEN bridged_at IS NOT NULL THEN epoch_us(bridged_at) - {since} > {grace_us} "
        "ELSE disposition IN ('abandoned', 'early_hangup') "
        f"AND coalesce(epoch_us(ended_at) - {since} > {grace_us}, TRUE) END"
    )


def _whole(definition: Definition, abandoned: Mapping[tuple[Clock, float], str]) -> str:
    return {
        "answered": "by_person",
        "answered or abandoned": f"by_person AND (bridged OR {abandoned[_counting(definition)]})",
        "connected": "by_person OR machine",
        "placed": "TRUE",
    }[definition.share_of]


def _make_days(facts: Facts, zone: str) -> None:
    """Make the table ``local_day`` of the days in `zone`, by days of UTC."""
    clock = local_time(zone)
    if clock is None:
        raise ConfigError(f"there is no time zone {zone}", hint="write an IANA name such as Asia/Shanghai")
    days = range(clock.day(facts.first_us * 1000), clock.day(facts.last_us * 1000) + 1)
    starts = [clock.midnight(day) // 1000 for day in (*days, days.stop)]
    facts.database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE local_day AS
        SELECT *, unnest(range(starts // {_DAY_US}, (ends - 1) // {_DAY_US} + 1)) AS utc_day
        FROM (SELECT unnest(?::BIGINT[]) AS day, unnest(?::BIGINT[]) AS starts, unnest(?::BIGINT[]) AS ends)
        """,
        [list(days), starts[:-1], starts[1:]],
    ).fetchall()
