"""The audit as a single HTML file, for compliance officers and whoever they show it to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from typing import Any

import msgspec

from dialer.insight.audit.records import AbandonFinding, Audit, RuleFinding, Terms
from dialer.insight.figures import NOTHING, number, percent
from dialer.insight.language import Language, say
from dialer.insight.page import page, table
from dialer.insight.report import require_plots
from dialer.insight.rules import words_of
from dialer.insight.tables import Database
from strategies.compliance.rulebook import Rule

SHOWN = 15
"""Contacts of each rule that the report lists; the table of evidence has them all."""

_ORDER = ("violated", "unknown", "warned", "clean")
_SHOWN_BEHIND = 8


class AuditInfo(msgspec.Struct, frozen=True):
    """What the report says besides the findings: the name of what was audited, the packs, their rules, the terms."""

    name: str
    packs: tuple[str, ...]
    rules: tuple[Rule, ...]
    terms: Terms
    language: Language = "en"


def verdict(audit: Audit, language: Language) -> str:
    """Return what came of it in a sentence."""
    match audit.exit_code:
        case 1:
            broken = sum(1 for rule in audit.rules if rule.violations and not rule.warns)
            over = sum(one.over and not one.warns for one in audit.abandons)
            contacts = audit.violations - over
            return say(language, "audit_verdict_1", number(contacts), number(broken), number(over))
        case 3:
            short = sum(1 for rule in audit.rules if rule.unknown and not rule.warns)
            return say(language, "audit_verdict_3", number(short))
        case _:
            return say(language, "audit_verdict_0")


def rule_rows(audit: Audit, language: Language) -> list[tuple[str, ...]]:
    """Return the rules that were judged as rows of text, the worst first: what `RULE_HEAD` names."""
    judged = [rule for rule in audit.rules if rule.standing != "not judged"]
    judged.sort(key=lambda rule: (_ORDER.index(rule.standing), -rule.violations, -rule.unknown))
    return [
        (
            _name(rule, language),
            say(language, f"audit_{rule.standing}" if rule.standing != "unknown" else "audit_unknown_standing"),
            number(rule.contacts),
            number(rule.violations),
            NOTHING if rule.counted is None or not rule.violations else number(rule.counted),
            number(rule.unknown),
            ", ".join(say(language, f"audit_lacks_{name.replace(' ', '_')}") for name in rule.missing),
        )
        for rule in judged
    ]


RULE_HEAD = (
    "audit_rule", "audit_standing", "audit_contacts", "audit_violations", "audit_counted", "audit_unknown",
    "audit_missing",
)  # fmt: skip
ABANDON_HEAD = (
    "audit_definition", "audit_clock", "audit_share_of", "audit_window", "audit_limit", "audit_worst", "audit_all",
    "audit_windows_over",
)  # fmt: skip


def abandon_rows(audit: Audit, language: Language) -> list[tuple[str, ...]]:
    """Return every definition of the abandoned share for every campaign as a row of text."""
    return [
        _abandon_row(list(windows), language)
        for _, windows in groupby(
            (one for one in audit.abandons if one.of), key=lambda one: (one.rule, one.definition, one.campaign)
        )
    ]


def _abandon_row(windows: list[AbandonFinding], language: Language) -> tuple[str, ...]:
    one = windows[0]
    worst = max(windows, key=lambda window: (window.share or 0.0, window.of))
    everything = sum(window.abandoned for window in windows), sum(window.of for window in windows)
    return (
        f"{one.rule or say(language, f'audit_by_{one.definition}')} · {one.campaign}",
        say(language, f"audit_clock_{one.clock}", f"{one.grace_s:g}"),
        say(language, f"audit_of_{one.share_of.replace(' ', '_')}"),
        say(language, f"audit_window_{one.window.replace(' ', '_')}"),
        say(language, "audit_no_limit") if one.limit is None else percent(one.limit),
        f"{percent(worst.share, 2)} ({_calls(worst.abandoned)} / {_calls(worst.of)})",
        percent(everything[0] / everything[1], 2) if everything[1] else NOTHING,
        NOTHING if one.limit is None else f"{sum(window.over for window in windows)} / {len(windows)}",
    )


def _calls(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,.1f}"


def render_audit(audit: Audit, database: Database, info: AuditInfo) -> str:
    """Return the report as HTML text.

    Parameters
    ----------
    audit : Audit
        What was found.
    database : Database
        The database of the audit, with the table ``evidence``.
    info : AuditInfo
        What else the report says.

    Raises
    ------
    PacelineError
        The optional libraries are missing; the message says what to install.
    """
    require_plots()
    from dialer.insight.audit.charts import charts

    language = info.language
    title = f"{info.name} · {say(language, 'audit_title')}"
    period = ""
    if audit.first_us is not None and audit.last_us is not None:
        first, last = (datetime.fromtimestamp(t / 1e6, UTC) for t in (audit.first_us, audit.last_us))
        period = say(language, "audit_period", f"{first:%Y-%m-%d %H:%M}", f"{last:%Y-%m-%d %H:%M}", "UTC")
    plots = "".join(f"<figure>{svg}</figure>" for svg in charts(audit, database, language))
    judged = table([say(language, key) for key in RULE_HEAD], rule_rows(audit, language), (2, 3, 4, 5))
    abandons = table([say(language, key) for key in ABANDON_HEAD], abandon_rows(audit, language), (4, 5, 6, 7))
    zones = [(zone.rule, zone.zone, number(zone.contacts), number(zone.only)) for zone in audit.zones]
    zone_head = [say(language, f"audit_{key}") for key in ("rule", "zone", "zone_contacts", "zone_only")]
    zoned = f"<h2>{say(language, 'audit_zones')}</h2>{table(zone_head, zones, (2, 3))}" if zones else ""
    definitions = "".join(
        f"<li>{escape(say(language, f'audit_define_{key}'))}</li>" for key in ("violation", "unknown", "zone", "warned")
    )
    left = "; ".join(_name(rule, language) for rule in audit.rules if rule.standing == "not judged")
    facts = [
        say(language, "audit_attempts", number(audit.attempts), number(audit.inbound)),
        period,
        f"{say(language, 'audit_packs')}: {', '.join(info.packs)}",
        f"{say(language, 'audit_purpose')}: {say(language, f'purpose_{info.terms.purpose}')}",
    ]
    body = f"""<header><h1>{escape(title)}</h1>
{"".join(f"<p>{escape(fact)}</p>" for fact in facts if fact)}
<p class="verdict code{audit.exit_code}">{escape(verdict(audit, language))}</p></header>
<h2>{say(language, "audit_rules")}</h2>{judged}
<section class=plots>{plots}</section>
<h2>{say(language, "audit_abandons")}</h2>{abandons}
{zoned}
<h2>{say(language, "audit_evidence")}</h2>{_evidence(audit, database, info)}
<h2>{say(language, "definitions")}</h2><ul>{definitions}</ul>
<p class=note>{escape(say(language, "audit_not_judged_list"))}: {escape(left)}</p>"""
    return page(title, language, body)


def _evidence(audit: Audit, database: Database, info: AuditInfo) -> str:
    broken = [(place, rule) for place, rule in enumerate(audit.rules) if rule.violations]
    if not broken:
        return f"<p>{escape(say(info.language, 'audit_nothing'))}</p>"
    return "".join(_evidence_of(place, rule, database, info) for place, rule in broken)


def _evidence_of(place: int, rule: RuleFinding, database: Database, info: AuditInfo) -> str:
    language = info.language
    rows = database.execute(
        "SELECT attempt, strftime(timezone('UTC', placed_at), '%Y-%m-%d %H:%M:%S'), agent, disposition, local_times, "
        f"counted FROM evidence WHERE number = {place} ORDER BY placed_at, attempt LIMIT {SHOWN}"
    ).fetchall()
    head = [say(language, f"audit_{key}") for key in ("attempt", "at", "agent")] + [say(language, "disposition")]
    shows = "audit_local" if any(row[4] for row in rows) else "audit_counted_before"
    cells = [
        (attempt, at, agent or NOTHING, say(language, disposition), _behind(local or counted or [], language))
        for attempt, at, agent, disposition, local, counted in rows
    ]
    note = say(language, "audit_evidence_some", len(rows), number(rule.violations))
    if rule.layer == "record":
        source = say(language, f"audit_says_{rule.rule}")
    else:
        words = words_of(info.rules[place], language)
        source = f"{words.says} {words.source}"
    return (
        f"<h3>{escape(_name(rule, language))}</h3><p class=note>{escape(source)}</p>"
        + table([*head, say(language, shows)], cells)
        + (f"<p class=note>{escape(note)}</p>" if rule.violations > len(rows) else "")
    )


def _name(rule: RuleFinding, language: Language) -> str:
    """Return a rule's id; what no pack holds has a name in the reader's language."""
    return say(language, f"audit_check_{rule.rule}") if rule.layer == "record" else rule.rule


def _behind(what: Sequence[Any], language: Language) -> str:
    shown = ", ".join(map(str, what[-_SHOWN_BEHIND:]))
    return f"{shown}, {say(language, 'audit_more', len(what) - _SHOWN_BEHIND)}" if len(what) > _SHOWN_BEHIND else shown
