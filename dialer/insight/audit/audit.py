"""The audit: every rule of some packs asked about every contact of a history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from dialer.insight.audit.abandons import judge_abandons
from dialer.insight.audit.binding import binding
from dialer.insight.audit.census import make_census
from dialer.insight.audit.facts import Key, gather
from dialer.insight.audit.findings import make_evidence, rule_findings, zone_findings
from dialer.insight.audit.openings import judge_openings
from dialer.insight.audit.people import (
    excuse,
    judge_consents,
    judge_last_resort,
    judge_suppressions,
    make_consents,
)
from dialer.insight.audit.proofs import CHECKS, judge_record, judge_rings
from dialer.insight.audit.records import Audit, Terms
from dialer.insight.audit.windows import judge_windows
from dialer.insight.tables import Tables
from strategies.compliance.gate import SUPPRESSION_SCOPES
from strategies.compliance.rulebook import (
    ConsentNeeded,
    Duty,
    Frequency,
    Holidays,
    Hours,
    LastResort,
    Lockout,
    Rule,
    Rulebook,
    Setting,
)

R = TypeVar("R")


def audit(history: Tables, rulebook: Rulebook, terms: Terms) -> Audit:
    """Ask every rule of `rulebook` about every contact of `history`.

    Nothing is taken from what the engine counted or decided: only from what happened, and when. A contact is a
    violation when the rule forbade it at the instant at which it was made, with what was known then. Where the
    log does not say enough, that is counted as unknown. Afterwards the database has the table ``evidence``.

    Parameters
    ----------
    history : Tables
        A new one, in this process or on a cluster: the audit makes tables of its own beside it.
    rulebook : Rulebook
        The rules; those that only warn are told apart.
    terms : Terms
        What the log does not say.
    """
    rules = dict(enumerate(rulebook.rules))
    keys: set[Key] = {scope for rule in rules.values() if isinstance(rule, Frequency | Lockout) for scope in rule.key}
    keys.update(SUPPRESSION_SCOPES)
    keys.add("about")
    facts = gather(history, terms, keys)
    make_census(facts, rulebook.rules)
    database = facts.database
    database.execute(
        "CREATE TABLE finding "
        "(n BIGINT, rule INTEGER, missing VARCHAR, zones VARCHAR[], counted BIGINT[], counts BOOLEAN)"
    ).fetchall()
    abandons = ()
    bindings = {index: binding(rule, facts) for index, rule in rules.items() if not isinstance(rule, Duty)}
    if facts.attempts:
        asked = {index: rules[index] for index, one in bindings.items() if one.any}
        judge_openings(facts, _of(asked, Hours, Holidays), bindings)
        judge_windows(facts, _of(asked, Frequency, Lockout), bindings)
        make_consents(facts)
        judge_consents(facts, _of(asked, ConsentNeeded), bindings)
        judge_last_resort(facts, _of(asked, LastResort), bindings)
        rings = {index: rule for index, rule in _of(asked, Setting).items() if rule.setting == "ring_timeout_s"}
        judge_rings(facts, rings, bindings)
        judge_suppressions(facts, len(rules))
        abandons = judge_abandons(facts, rulebook.rules, terms)
    checks = enumerate(CHECKS, start=len(rules) + 1)
    records = {index: judge_record(facts, index, check, terms) for index, check in checks}
    excuse(facts, rules)
    rows = rule_findings(facts, rulebook, bindings, records, terms)
    make_evidence(facts, rows)
    return Audit(
        facts.attempts,
        facts.inbound,
        facts.first_us if facts.attempts else None,
        facts.last_us if facts.attempts else None,
        rows,
        abandons,
        zone_findings(facts, rows),
    )


def _of(rules: Mapping[int, Rule], *kinds: type[R]) -> dict[int, R]:
    """Return the rules of these kinds by their index."""
    return {index: rule for index, rule in rules.items() if isinstance(rule, kinds)}
