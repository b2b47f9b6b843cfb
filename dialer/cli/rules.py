"""The command ``rules``: which packs and rules there are, how well they are known, and what they say at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.terminal import language_of
from dialer.core.units import NS_PER_S
from dialer.insight.language import Language, say
from dialer.insight.rules import pack_rows, rule_lines, verdict_lines
from strategies.compliance.gate import Gate
from strategies.compliance.packs import load_packs, shipped
from strategies.compliance.records import Contact
from strategies.compliance.rulebook import Channel, Mode, PackChoice, Party, Purpose, Rulebook
from strategies.compliance.scope import may_be_in
from strategies.compliance.terms import is_zone
from strategies.compliance.whereabouts import is_place
from strategies.errors import ConfigError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@Parameter(name="*")
@dataclass(frozen=True)
class Asked:
    """The contact that is asked about."""

    zone: tuple[str, ...] = ()
    "Time zone in which the person may be, such as America/New_York; give it again for each one."
    place: tuple[str, ...] = ()
    "Place in which the person may be, such as US-FL; none means unknown, and then all rules bind."
    purpose: Purpose = "collections"
    "What the contact is for."
    channel: Channel = "voice"
    "By what."
    mode: Mode = "agent"
    "Who speaks."
    party: Party = "debtor"
    "Whom it reaches."


def rules(
    *packs: str,
    at: str | None = None,
    asked: Asked | None = None,
    language: Language | None = None,
) -> None:
    """List the rule packs, or the rules of some; with --at, ask them about a first contact at that time.

    Parameters
    ----------
    packs
        Names of packs that come with Paceline, or paths of YAML files. None: all that come with it.
    at
        Local time in the first --zone, such as "2026-06-01 20:30".
    asked
        The contact.
    language
        en or zh; by default as LANG says. A rule whose pack has no Chinese is told in English.
    """
    if asked is not None and at is None:
        raise ConfigError("a contact is described, but not when", hint='add --at "2026-06-01 20:30"')
    spoken, console = language_of(language), Console(highlight=False)
    rulebook = load_packs([PackChoice(name, accept_unreviewed=True) for name in packs or shipped()])
    if at is not None:
        _ask(console, rulebook, at, asked or Asked(), spoken)
        return
    console.print(_pack_table(rulebook, spoken))
    for rule in rulebook.rules if packs else ():
        first, *rest = rule_lines(rule, spoken)
        console.print(f"[bold]{first}[/]", soft_wrap=True)
        for line in rest:
            console.print(f"  {line}", soft_wrap=True, markup=False)
    console.print(say(spoken, "rules_advice"), soft_wrap=True)


def _ask(console: Console, rulebook: Rulebook, at: str, asked: Asked, language: Language) -> None:
    unknown = [zone for zone in asked.zone if not is_zone(zone)]
    if unknown or not asked.zone:
        what = f"there is no time zone {unknown[0]}" if unknown else "no time zone is given"
        raise ConfigError(what, hint="write --zone with an IANA name such as America/New_York")
    for place in asked.place:
        if not is_place(place):
            ruled = sorted({rule.place for rule in rulebook.rules if rule.place})
            own = f"; with rules of their own here: {', '.join(ruled)}" if ruled else ""
            hint = f"write an ISO 3166 code such as GB or US-FL, US-NY-NYC for a city{own}"
            raise ConfigError(f"--place {place} is no place", hint=hint)
    zone = ZoneInfo(asked.zone[0])
    try:
        local = datetime.fromisoformat(at).replace(tzinfo=zone)
    except ValueError:
        raise ConfigError(f"--at {at} is no local time", hint='write --at "2026-06-01 20:30"') from None
    contact = Contact(
        person="", account="", number="", campaign="",
        zones=asked.zone, places=asked.place,
        purpose=asked.purpose, channel=asked.channel, mode=asked.mode, party=asked.party,
    )  # fmt: skip
    verdict = Gate(rulebook).check(contact, (local - _EPOCH) // timedelta(seconds=1) * NS_PER_S)
    until = ""
    if verdict.until_ns is not None:
        until = f"{(_EPOCH + timedelta(seconds=verdict.until_ns // NS_PER_S)).astimezone(zone):%Y-%m-%d %H:%M %Z}"
    for line in verdict_lines(verdict, until, rulebook.rules, language):
        console.print(line, soft_wrap=True, markup=False)
    for place in asked.place if verdict.checked else ():
        if not any(rule.place and may_be_in(place, rule.place) for rule in rulebook.rules):
            console.print(say(language, "rules_no_place", place), style="yellow", soft_wrap=True)


def _pack_table(rulebook: Rulebook, language: Language) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for key in ("pack", "layer", "place", "rules", "warning", "reviewed"):
        table.add_column(say(language, f"rules_{key}"), no_wrap=key in ("pack", "place"))
    for row in pack_rows(rulebook, language):
        table.add_row(*map(str, row))
    return table
