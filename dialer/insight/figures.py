"""The tables that people read after a shift, as text: the same ones on the terminal and in the report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dialer.insight.language import Language, say
from dialer.insight.pyramid.levels import Pyramid
from dialer.insight.rules import Sources
from dialer.insight.tally import Tally, share
from strategies.compliance.rulebook import Rule

NOTHING = "–"


class Figure(NamedTuple):
    """One line: what, how much, and a remark that may be empty."""

    label: str
    value: str
    note: str = ""


def number(value: float | None, digits: int = 0) -> str:
    """Return `value` with thousands separated, a dash for None."""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def percent(value: float | None, digits: int = 1) -> str:
    """Return a share as a percentage, a dash for None."""
    return NOTHING if value is None else f"{value * 100:.{digits}f}%"


def money(cents: float, currency: str = "") -> str:
    """Return an amount in whole units, behind its currency where that is known."""
    return f"{currency} {number(cents / 100)}".strip()


def key_figures(tally: Tally, limit_share: float, language: Language, currency: str = "") -> list[Figure]:
    """Return the figures of the whole run. `currency` stands before the promised amount.

    Persons who asked a robot for an agent have a line only where there are any.
    """
    total = tally.totals()

    def figure(key: str, value: str, note: str = "") -> Figure:
        return Figure(say(language, key), value, note)

    answered = percent(share(total.answered, total.placed))
    asked = percent(share(total.transferred, total.answered))
    robot = [figure("transferred", number(total.transferred), say(language, "share_of_answered", asked))]
    return [
        figure("leads_called", number(tally.leads_called), say(language, "of", number(tally.leads))),
        figure("placed", number(total.placed)),
        figure("answered", number(total.answered), say(language, "share_of_placed", answered)),
        *(robot if total.transferred else ()),
        figure("contacts", number(total.contacts)),
        figure("contacts_per_agent_hour", number(total.contacts_per_agent_hour, 2)),
        figure("occupancy", percent(total.occupancy_share)),
        figure("abandoned", number(total.abandoned)),
        figure("abandon_share", percent(total.abandon_share, 2), say(language, "limit", percent(limit_share))),
        figure("abandon_share_of_connected", percent(total.abandon_share_of_connected, 2)),
        figure("abandon_share_of_placed", percent(total.abandon_share_of_placed, 2)),
        figure("promises", number(total.promises)),
        figure("promised", money(total.promised_cents, currency)),
    ]


def pyramid_levels(pyramid: Pyramid, language: Language) -> list[Figure]:
    """Return the pyramid's levels, from paid time up to money; what is not known says so."""
    unknown = say(language, "unknown")
    levels = (
        ("paid_h", number(pyramid.paid_h, 1)),
        ("productive_share", percent(pyramid.productive_share)),
        ("contacts_per_productive_h", number(pyramid.contacts_per_productive_h, 2)),
        ("promise_share", percent(pyramid.promise_share)),
        ("kept_share", unknown if pyramid.kept_share is None else percent(pyramid.kept_share)),
        ("payment", unknown if pyramid.payment is None else number(pyramid.payment)),
        ("value_per_paid_h", unknown if pyramid.value_per_paid_h is None else number(pyramid.value_per_paid_h)),
    )
    return [Figure(say(language, key), value) for key, value in levels]


def outcomes(tally: Tally, language: Language) -> list[Figure]:
    """Return finished attempts by disposition, most frequent first, with their share."""
    total = tally.dispositions.total()
    return [
        Figure(say(language, name), number(count), percent(count / total))
        for name, count in tally.dispositions.most_common()
    ]


class DeniedBy(NamedTuple):
    """One rule that denied contact."""

    rule: str
    source: str
    times: int
    leads: int


def denials(tally: Tally, rules: Iterable[Rule], language: Language) -> list[DeniedBy]:
    """Return those of the run's `rules` that denied contact, those that met most leads first."""
    sources = Sources(rules, language)
    rows = [DeniedBy(rule, sources.of(rule, d.source), d.times, len(d.leads)) for rule, d in tally.denials.items()]
    return sorted(rows, key=lambda row: (-row.leads, -row.times, row.rule))
