"""The share of abandoned calls by every definition that the packs know: clock, grace, window, denominator.

Vendors and regulators mean different things by one word. So the same calls are counted by each definition, from the
log's own instants and not from what the dialler called abandoned while it ran.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from dialer.insight.audit.facts import Facts
from dialer.insight.audit.records import AbandonFinding, Terms
from strategies.compliance.localtime import local_time
from strategies.compliance.rulebook import Rule, Setting
from strategies.errors import ConfigError

Clock = Literal["answer", "log"]
"""From when a person waits: since the answer (or since asking a robot for an agent), or by the log's own word."""

Window = Literal["day", "30 days", "month", "whole log"]
ShareOf = Literal["answered", "answered or abandoned", "connected", "placed"]


class Definition(NamedTuple):
    """One way to say what share is abandoned."""

    name: str
    clock: Clock
    grace_s: float
    window: Window
    share_of: ShareOf


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
    Definition("without grace", "answer", 0, "whole log", "answered"),
    Definition("by the log's own word", "log", 0, "whole log", "answered"),
    Definition("of calls picked up, machines too", "answer", 2, "whole log", "connected"),
    Definition("of calls placed", "answer", 2, "whole log", "placed"),
)
"""Definitions without a limit here, for comparison with what diallers show."""

_DAY_US = 86_400_000_000


def judge_abandons(facts: Facts, rules: Sequence[Rule], terms: Terms) -> tuple[AbandonFinding, ...]:
    """Return the share of every campaign, window and definition: those with a limit, then those for comparison."""
    bound = [
        (rule, KNOWN.get(rule.id, USUAL))
        for rule in rules
        if isinstance(rule, Setting) and rule.setting == "abandon_limit_share"
    ]
    found = []
    for rule, definition in [*bound, *((None, definition) for definition in BESIDE)]:
        for campaign, window_from, abandoned, whole in _counts(facts, definition, terms):
            purpose = terms.purposes.get(campaign, terms.purpose)
            if rule is not None and rule.applies.purpose and purpose not in rule.applies.purpose:
                continue
            limit = None if rule is None else rule.at_most
            found.append(
                AbandonFinding(
                    definition=definition.name,
                    rule="" if rule is None else rule.id,
                    campaign=campaign,
                    clock=definition.clock,
                    grace_s=definition.grace_s,
                    window=definition.window,
                    share_of=definition.share_of,
                    window_from=window_from,
                    abandoned=abandoned,
                    of=whole,
                    limit=limit,
                    over=limit is not None and abandoned > limit * whole,
                    warns=rule is not None and rule.warns,
                )
            )
    return tuple(found)


def _counts(facts: Facts, definition: Definition, terms: Terms) -> list[tuple[str, str, int, int]]:
    """Return campaign, first day of the window, abandoned calls and what they are a share of."""
    grace_us = int(definition.grace_s * 1_000_000)
    late = f"epoch_us(bridged_at) - since > {grace_us}"
    left = f"coalesce(epoch_us(ended_at) - since > {grace_us}, TRUE)"
    abandoned = "disposition = 'abandoned'"
    if definition.clock == "answer":
        abandoned = (
            f"CASE WHEN mode = 'robot' OR since IS NULL THEN disposition = 'abandoned' WHEN bridged_at IS NOT NULL "
            f"THEN {late} ELSE disposition IN ('abandoned', 'early_hangup') AND {left} END"
        )
    whole = {
        "answered": "by_person",
        "answered or abandoned": "by_person AND (abandoned OR bridged_at IS NOT NULL)",
        "connected": "by_person OR disposition = 'machine'",
        "placed": "TRUE",
    }[definition.share_of]
    first_day = {
        "day": "day",
        "month": "month",
        "30 days": "first_day + (day - first_day) // 30 * 30",
        "whole log": "first_day",
    }[definition.window]
    _make_days(facts, terms.zone)
    return facts.database.execute(
        f"""
        WITH call AS (
            SELECT campaign, epoch_us(placed_at) AS t, disposition, bridged_at,
                disposition <> 'machine' AND coalesce(answered_by, '') <> 'machine'
                    AND (answered_at IS NOT NULL OR disposition IN ('abandoned', 'early_hangup')) AS by_person,
                epoch_us(CASE WHEN mode = 'robot_then_human' THEN transfer_at ELSE answered_at END) AS since,
                by_person AND {abandoned} AS abandoned
            FROM attempts WHERE channel = 'call'
        ), dated AS (
            SELECT call.*, day, month, min(day) OVER (PARTITION BY campaign) AS first_day
            FROM call JOIN local_day ON t // {_DAY_US} = utc_day AND t >= starts AND t < ends
        )
        SELECT campaign, strftime(DATE '0001-01-01' + CAST({first_day} - 1 AS INTEGER), '%Y-%m-%d'),
            count(*) FILTER (WHERE abandoned), count(*) FILTER (WHERE {whole})
        FROM dated GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()


def _make_days(facts: Facts, zone: str) -> None:
    """Make the table ``local_day`` of the days in `zone`, with the first of their month, by days of UTC."""
    clock = local_time(zone)
    if clock is None:
        raise ConfigError(f"there is no time zone {zone}", hint="write an IANA name such as Asia/Shanghai")
    days = range(clock.day(facts.first_us * 1000), clock.day(facts.last_us * 1000) + 1)
    starts = [clock.midnight(day) // 1000 for day in (*days, days.stop)]
    facts.database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE local_day AS
        SELECT *, day - day(DATE '0001-01-01' + CAST(day - 1 AS INTEGER)) + 1 AS month,
            unnest(range(starts // {_DAY_US}, (ends - 1) // {_DAY_US} + 1)) AS utc_day
        FROM (SELECT unnest(?::BIGINT[]) AS day, unnest(?::BIGINT[]) AS starts, unnest(?::BIGINT[]) AS ends)
        """,
        [list(days), starts[:-1], starts[1:]],
    ).fetchall()
