"""From what was found, contact by contact, to how every rule stands and what shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialer.insight.audit.binding import Binding
from dialer.insight.audit.facts import Facts
from dialer.insight.audit.proofs import CHECKS, concerned
from dialer.insight.audit.records import RuleFinding, Standing, Terms, ZoneFinding
from strategies.compliance.gate import SUPPRESSION
from strategies.compliance.rulebook import Frequency, Rule, Rulebook, Setting


def rule_findings(
    facts: Facts, rulebook: Rulebook, bindings: Mapping[int, Binding], terms: Terms
) -> tuple[RuleFinding, ...]:
    """Return how every rule stands, in the order of the packs; then do-not-contact and the checks of the record."""
    database, rules = facts.database, rulebook.rules
    layers = {pack.name: pack.layer for pack in rulebook.packs}
    contacts = _contacts(facts, rules, bindings, terms)
    broken = {
        rule: (found, counted)
        for rule, found, counted in database.execute(
            "SELECT rule, count(*), count(*) FILTER (WHERE counts) FROM finding WHERE missing = '' GROUP BY rule"
        ).fetchall()
    }
    gaps: dict[int, dict[str, int]] = {}
    for rule, missing, unknown in database.execute(
        "SELECT rule, missing, sum(contacts)::BIGINT FROM (FROM gap UNION ALL "
        "SELECT rule, missing, count(*) FROM finding WHERE missing <> '' GROUP BY rule, missing) "
        "GROUP BY rule, missing ORDER BY ALL"
    ).fetchall():
        gaps.setdefault(rule, {})[missing] = unknown
    heads = [
        (rule.id, rule.pack, layers.get(rule.pack, "house"), rule.status, rule.source, rule.warns) for rule in rules
    ]
    heads += [(name, "", "record", "", "", False) for name in (SUPPRESSION, *CHECKS)]
    rows = []
    for index, head in enumerate(heads):
        judged = contacts.get(index, 0)
        found, counted = broken.get(index, (0, 0))
        missing = gaps.get(index, {})
        unknown = min(sum(missing.values()), judged)
        standing: Standing = "clean"
        if index not in contacts:
            standing = "not judged"
        elif found:
            standing = "warned" if head[-1] else "violated"
        elif unknown and head[0] in set(CHECKS) - terms.required:
            standing, unknown, missing = "not judged", 0, {}
        elif unknown:
            standing = "unknown"
        counts = counted if index < len(rules) and isinstance(rules[index], Frequency) else None
        rows.append(RuleFinding(*head, standing, judged, found, counts, unknown, tuple(missing)))
    return tuple(rows)


def _contacts(facts: Facts, rules: Sequence[Rule], bindings: Mapping[int, Binding], terms: Terms) -> dict[int, int]:
    """Return how many contacts each rule that can be judged has a say about."""
    judged = {index: one for index, one in bindings.items() if _is_judged(rules[index])}
    conditions = [*(one.may for one in judged.values()), "NOT inbound"]
    totals = ", ".join(f"coalesce(sum(contacts) FILTER (WHERE {one}), 0)::BIGINT" for one in conditions)
    (counts,) = facts.database.execute(f"SELECT {totals} FROM census").fetchall()
    own = ", ".join(f"count(*) FILTER (WHERE {concerned(check, terms)})" for check in CHECKS)
    (checks,) = facts.database.execute(f"SELECT {own} FROM attempts").fetchall()
    return dict(zip((*judged, *range(len(rules), len(rules) + 1 + len(CHECKS))), (*counts, *checks), strict=True))


def _is_judged(rule: Rule) -> bool:
    return not isinstance(rule, Setting) or rule.setting == "ring_timeout_s"


def make_evidence(facts: Facts, rows: Sequence[RuleFinding]) -> None:
    """Make the table ``evidence``: a row for each contact and rule that it broke, with what shows it."""
    database = facts.database
    database.execute(
        "CREATE TEMP TABLE judged AS SELECT unnest(?::INTEGER[]) AS number, unnest(?::VARCHAR[]) AS rule, "
        "unnest(?::VARCHAR[]) AS pack, unnest(?::BOOLEAN[]) AS warns, unnest(?::VARCHAR[]) AS source",
        [
            list(range(len(rows))),
            *([getattr(row, name) for row in rows] for name in ("rule", "pack", "warns", "source")),
        ],
    ).fetchall()
    database.execute(
        """
        CREATE TEMP TABLE shown AS
        SELECT n, attempt, campaign, lead, person, account, party, endpoint, agent, channel, placed_at, disposition,
            zones
        FROM numbered SEMI JOIN (
            SELECT n FROM finding WHERE missing = '' UNION SELECT unnest(counted) FROM finding WHERE missing = ''
        ) AS told USING (n)
        """
    ).fetchall()
    database.execute(
        f"""
        CREATE TABLE evidence AS
        WITH found AS (FROM finding WHERE missing = ''),
        behind AS (
            SELECT n, rule, list(attempt ORDER BY place) AS counted FROM (
                SELECT n, rule, unnest(counted) AS its_n, generate_subscripts(counted, 1) AS place FROM found
            ) JOIN (
                SELECT n AS its_n, attempt FROM shown
                UNION ALL SELECT {facts.attempts} + row_number() OVER (),
                    'inbound ' || strftime("at", '%Y-%m-%d %H:%M:%S') FROM inbound
            ) USING (its_n) GROUP BY n, rule
        )
        SELECT judged.rule, judged.pack, judged.warns, own.attempt, own.campaign, own.lead, own.person, own.account,
            own.party, own.endpoint, own.agent, own.channel, own.placed_at, own.disposition, own.zones AS candidates,
            found.zones AS closed_in,
            list_transform(found.zones, lambda zone: zone || ' '
                || strftime(timezone(zone, own.placed_at), '%a %Y-%m-%d %H:%M:%S')) AS local_times,
            behind.counted, found.counts, judged.source, judged.number
        FROM found JOIN shown AS own USING (n) JOIN judged ON judged.number = found.rule
        LEFT JOIN behind ON behind.n = found.n AND behind.rule = found.rule
        ORDER BY judged.number, own.placed_at, own.attempt
        """
    ).fetchall()


def zone_findings(facts: Facts, rows: Sequence[RuleFinding]) -> tuple[ZoneFinding, ...]:
    """Return for every rule of hours how many contacts it forbade by the clock of each candidate zone."""
    found = facts.database.execute(
        """
        SELECT rule, zone, count(*), count(*) FILTER (WHERE alone) FROM (
            SELECT rule, unnest(zones) AS zone, len(zones) = 1 AS alone FROM finding
            WHERE zones IS NOT NULL AND missing = ''
        ) GROUP BY rule, zone ORDER BY rule, count(*) DESC, zone
        """
    ).fetchall()
    return tuple(ZoneFinding(rows[rule].rule, zone, contacts, only) for rule, zone, contacts, only in found)
