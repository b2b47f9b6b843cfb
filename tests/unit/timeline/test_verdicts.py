"""Verdicts about one account are those that the audit of the whole log has about it."""

from __future__ import annotations

import json

from dialer.insight.audit.audit import audit
from dialer.insight.audit.records import Terms
from dialer.insight.evidence.verdicts import verdicts_of
from dialer.insight.timeline.rows import rows_about
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import PackChoice
from tests.unit.audit.histories import history
from tests.unit.audit.planted import PACKS, planted

TERMS = Terms(purposes={"sales": "telemarketing"}, zone="America/New_York")


def test_one_account_s_violations_are_those_of_the_whole_log() -> None:
    plants = planted()
    # Two accounts of one person: what was tried for one counts for the other where a rule counts by person.
    for row in plants.tables["attempts"]:
        if row["account"] in ("a-p002", "a-p004"):
            row |= {"person": "p002", "endpoint": "p002/0"}
    rulebook = load_packs([PackChoice(name, accept_unreviewed=True) for name in PACKS])
    whole = history(**plants.tables)
    audit(whole, rulebook, TERMS)
    shown = "SELECT account, rule, attempt, counted FROM evidence ORDER BY number, placed_at, attempt"
    broken: dict[str, list[tuple[str, str, list[str] | None]]] = {}
    for account, *violation in whole.database.execute(shown).fetchall():
        broken.setdefault(account, []).append((*violation,))
    clean = {row["account"] for row in plants.tables["attempts"]} - broken.keys()
    assert {"a-p002", "a-p004"} <= broken.keys() and clean
    apart = history(**plants.tables)
    for account in (*sorted(broken)[::4], "a-p002", "a-p004", *sorted(clean)[:2]):
        found = rows_about(account, apart)
        assert found is not None
        told = json.loads(verdicts_of(found, apart, rulebook, TERMS)["verdicts.json"])
        own = [(one["rule"], one["attempt"], one["counted"]) for one in told["violations"]]
        assert own == broken.get(account, [])
        standing = {one["rule"]: one["standing"] for one in told["verdicts"]}
        assert {rule for rule, now in standing.items() if now in ("violated", "warned")} == {rule for rule, *_ in own}
