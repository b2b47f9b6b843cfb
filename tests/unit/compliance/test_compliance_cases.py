"""The hand-written verdicts of tests/golden/compliance_cases.yaml."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from strategies.compliance.gate import Gate
from strategies.compliance.packs import load_packs
from strategies.compliance.records import Contact, Reach
from strategies.compliance.rulebook import PackChoice, Rulebook
from strategies.document import load
from tests.unit.compliance.slow_twin import table

GOLDEN = Path(__file__).parents[2] / "golden"
CASES = load(GOLDEN / "compliance_cases.yaml").data["cases"]
REG_F = PackChoice("us-reg-f", accept_unreviewed=True)
SAMPLES = PackChoice(str(GOLDEN / "compliance_rules.yaml"), accept_unreviewed=True)
SHIPPED = load_packs(["house", "house-gentle", REG_F])
ALL = load_packs(["house", "house-gentle", REG_F, SAMPLES])


def _ns(text: str, zone: str) -> int:
    clock = UTC if text.endswith("Z") else table(zone)
    return int(datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=clock).timestamp()) * 1_000_000_000


def _gate(case: dict[str, Any], contact: Contact, zone: str) -> Gate:
    rules = [rule for rule in ALL.rules if rule.id in case["rules"]]
    assert len(rules) == len(case["rules"])
    gate = Gate(Rulebook(rules=tuple(rules)))
    for index, entry in enumerate(case.get("history", [])):
        fields = dict(entry) if isinstance(entry, dict) else {"at": entry}
        at, reach = fields.pop("at").rsplit(" ", 1)
        assert reach in (*get_args(Reach), "pending")
        past = msgspec.structs.replace(contact, **fields)
        gate.reserve(str(index), past, _ns(at, zone))
        if reach != "pending":
            gate.settle(str(index), reach, _ns(at, zone))
    return gate


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_verdict(case: dict[str, Any]) -> None:
    zone = case["zones"][0] if case["zones"] else "UTC"
    usual = Contact("p", "a", "p/0", "c", tuple(case["zones"]))
    gate = _gate(case, usual, zone)
    contact = msgspec.structs.replace(usual, **case.get("contact", {}))
    for line in case["expect"]:
        at, expected = line.split(": ", 1)
        verdict = gate.check(contact, _ns(at, zone))
        if expected == "allowed":
            assert verdict.reasons == (), line
            continue
        denied, until = expected.removeprefix("denied ").split(" until ")
        assert {reason.rule for reason in verdict.reasons} == set(denied.split()), line
        assert verdict.until_ns == (None if until == "never" else _ns(until, zone)), line


def test_the_table_is_complete() -> None:
    """Every shipped rule has a case that it denies and a case that it allows."""
    assert len({case["name"] for case in CASES}) == len(CASES) >= 42
    denies: Counter[str] = Counter()
    allows: Counter[str] = Counter()
    for case in CASES:
        for line in case["expect"]:
            words = line.split(" until ")[0].split()
            for rule in case["rules"]:
                (denies if rule in words else allows)[rule] += 1
    for rule in ALL.rules:
        assert denies[rule.id] and allows[rule.id], rule.id


def test_every_shipped_rule_says_what_it_cites() -> None:
    for pack in SHIPPED.packs:
        assert pack.reviewed_by is None
        assert pack.layer == ("law" if pack.name == "us-reg-f" else "house")
    layers = {pack.name: pack.layer for pack in SHIPPED.packs}
    for rule in SHIPPED.rules:
        assert (rule.status == "H") == (layers[rule.pack] == "house"), rule.id
        assert rule.source and rule.says.endswith("."), rule.id
