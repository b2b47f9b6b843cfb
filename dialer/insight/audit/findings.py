"""From what was found, contact by contact, to how every rule stands and what shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from dialer.insight.audit.binding import Binding, judged
from dialer.insight.audit.census import counted
from dialer.insight.audit.facts import Facts
from dialer.insight.audit.proofs import CHECKS
from dialer.insight.audit.records import RuleFinding, Standing, Terms, ZoneFinding
from strategies.compliance.gate import SUPPRESSION
from strategies.compliance.rulebook import Frequency, Rule, Rulebook, Setting


def rule_findings(
    facts: Facts,
    rulebook: Rulebook,
    bindings: Mapping[int, Binding],
    records: Mapping[int, tuple[int, int]],
    terms: Terms,
) -> tuple[RuleFinding, ...]:
    """Return how every rule stands, in the order of the packs; then do-not-contact and the checks of the record.

    `records`: by the index of each check how many contacts it is about, and how many of them it cannot judge.
    """
    database, rules = facts.database, rulebook.rules
    layers = {pack.name: pack.layer for pack in rulebook.packs}
    contacts = _contacts(facts, rules, bindings)
    contacts |= {index: about for index, (about, _) in records.items()}
    broken = {
        rule: (found, counting)
        for rule, found, counting in database.execute(
            "SELECT rule, count(*), count(*) FILTER (WHERE counts) FROM upheld WHERE missing = '' GROUP BY rule"
        ).fetchall()
    }
    first = len(rules) + 1
    gaps = {index: Counter({str(CHECKS[index - first]): unsaid}) for index, (_, unsaid) in records.items()}
    unjudged = counted(facts, [condition for _, _, condition in facts.gaps])
    for (rule, missing, _), unknown in zip(facts.gaps, unjudged, strict=True):
        gaps.setdefault(rule, Counter())[missing] += unknown
    for rule, missing, unknown in database.execute(
        "SELECT rule, missing, count(*) FROM upheld WHERE missing <> '' GROUP BY rule, missing"
    ).fetchall():
        gaps.setdefault(rule, Counter())[missing] += unknown
    heads = [
        (rule.id, rule.pack, layers.get(rule.pack, "house"), rule.status, rule.source, rule.warns) for rule in rules
    ]
    heads += [(name, "", "record", "", "", False) for name in (SUPPRESSION, *CHECKS)]
    rows = []
    for index, head in enumerate(heads):
        judged = contacts.get(index, 0)
        found, counting = broken.get(index, (0, 0))
        missing = {name: unknown for name, unknown in sorted(gaps.get(index, Counter()).items()) if unknown}
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
        counts = counting if index < len(rules) and isinstance(rules[index], Frequency) else None
        rows.append(RuleFinding(*head, standing, judged, found, counts, unknown, tuple(missing)))
    return tuple(rows)


def _contacts(facts: Facts, rules: Sequence[Rule], bindings: Mapping[int, Binding]) -> dict[int, int]:
    """Return how many contacts each rule that can be judged has a say about, do-not-contact as the last."""
    conditions = {index: one.may for index, one in bindings.items() if _is_judged(rules[index])}
    conditions[len(rules)] = judged(facts)
    return dict(zip(conditions, counted(facts, list(conditions.values())), strict=True))


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
            SELECT n FROM upheld WHERE missing = '' UNION SELECT unnest(counted) AS n FROM upheld WHERE missing = ''
        ) AS told USING (n)
        """
    ).fetchall()
    database.execute(
        f"""
        CREATE TABLE evidence AS
        WITH found AS (SELECT * FROM upheld WHERE missing = ''),
        behind AS (
            SELECT n, rule, list(attempt ORDER BY since, its_n) AS counted FROM (
                SELECT n, rule, unnest(counted) AS its_n FROM found
            ) JOIN (
                SELECT n AS its_n, attempt, placed_at AS since FROM shown
                UNION ALL
                SELECT {facts.attempts} + place, 'inbound ' || strftime("at", '%Y-%m-%d %H:%M:%S'), "at" FROM came
                UNION ALL
                SELECT {facts.attempts + facts.inbound} + place,
                    'before the log ' || strftime(begun_at, '%Y-%m-%d %H:%M:%S'), begun_at FROM preceded
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
        SELECT rule, zone, count(*) AS contacts, count(*) FILTER (WHERE alone) AS only FROM (
            SELECT rule, unnest(zones) AS zone, array_length(zones) = 1 AS alone FROM upheld
            WHERE zones IS NOT NULL AND missing = ''
        ) GROUP BY rule, zone ORDER BY rule, contacts DESC, zone
        """
    ).fetchall()
    return tuple(ZoneFinding(rows[rule].rule, zone, contacts, only) for rule, zone, contacts, only in found)
