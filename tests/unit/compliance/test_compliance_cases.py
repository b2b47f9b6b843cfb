"""The hand-written verdicts of tests/golden/compliance."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from strategies.compliance.gate import Gate
from strategies.compliance.packs import load_packs, shipped
from strategies.compliance.records import Consent, Contact, Reach
from strategies.compliance.rulebook import Duty, PackChoice, Rulebook, Setting
from strategies.document import load
from tests.unit.compliance.slow_twin import table

GOLDEN = Path(__file__).parents[2] / "golden" / "compliance"
SAMPLES = GOLDEN / "sample_rules.yaml"
DOCUMENTS = {path.stem: load(path).data for path in sorted(GOLDEN.glob("*.yaml")) if path != SAMPLES}
CASES = [
    {"zones": document.get("zones"), **case, "file": name}
    for name, document in DOCUMENTS.items()
    for case in document["cases"]
]
SHIPPED = load_packs([PackChoice(name, accept_unreviewed=True) for name in shipped()])
ALL = load_packs([PackChoice(name, accept_unreviewed=True) for name in (*shipped(), str(SAMPLES))])
EXPECTED = re.compile(r"allowed|(denied (?P<denied>.+?) until (?P<until>never|\S+ \S+))? ?(warned (?P<warned>.+))?")


def _ns(text: str, zone: str) -> int:
    clock = UTC if text.endswith("Z") else table(zone)
    return int(datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=clock).timestamp()) * 1_000_000_000


def _gate(case: dict[str, Any], contact: Contact, zone: str) -> Gate:
    rules = [rule for rule in ALL.rules if rule.id in case["rules"]]
    assert len(rules) == len(case["rules"])
    gate = Gate(Rulebook(rules=tuple(rules)))
    for entry in case.get("history", []):
        fields = dict(entry) if isinstance(entry, dict) else {"at": entry}
        at, reach = fields.pop("at").rsplit(" ", 1)
        began, times = fields.pop("began", "us"), fields.pop("times", 1)
        assert reach in (*get_args(Reach), "pending")
        past = msgspec.structs.replace(contact, **fields)
        for index in range(times):
            attempt = f"{entry} {index}"
            if began == "person":
                gate.record(past, reach, _ns(at, zone))
                continue
            gate.reserve(attempt, past, _ns(at, zone))
            if reach != "pending":
                gate.settle(attempt, reach, _ns(at, zone))
    for entry in case.get("consents", []):
        until = entry.get("until")
        times = {"given_ns": _ns(entry["given"], zone), "until_ns": _ns(until, zone) if until else None}
        rest = {key: value for key, value in entry.items() if key not in ("given", "until")}
        gate.give(Consent(**({"person": "p", "source": "recording 7"} | rest | times)))
    return gate


@pytest.mark.parametrize("case", CASES, ids=[f"{case['file']}: {case['name']}" for case in CASES])
def test_verdict(case: dict[str, Any]) -> None:
    zone = case["zones"][0] if case["zones"] else "UTC"
    usual = Contact("p", "a", "p/0", "c", tuple(case["zones"]))
    fields = dict(case.get("contact", {}))
    if "places" in fields:
        fields["places"] = tuple(fields["places"])
    gate = _gate(case, usual, zone)
    contact = msgspec.structs.replace(usual, **fields)
    for line in case["expect"]:
        at, text = line.split(": ", 1)
        verdict = gate.check(contact, _ns(at, zone))
        expected = EXPECTED.fullmatch(text)
        assert expected is not None, line
        assert {reason.rule for reason in verdict.reasons} == set((expected["denied"] or "").split()), line
        assert {reason.rule for reason in verdict.warnings} == set((expected["warned"] or "").split()), line
        until = expected["until"] or "never"
        assert verdict.until_ns == (None if until == "never" else _ns(until, zone)), line


def test_the_table_is_complete() -> None:
    """Every shipped rule that the gate is asked about has a case that it stops or warns of, and one that passes it."""
    assert len({(case["file"], case["name"]) for case in CASES}) == len(CASES) >= 250
    stops: Counter[str] = Counter()
    passes: Counter[str] = Counter()
    for case in CASES:
        for line in case["expect"]:
            words = re.sub("until (never|[^ ]+ [^ ]+)", "", line).split()
            for rule in case["rules"]:
                (stops if rule in words else passes)[rule] += 1
    for rule in ALL.rules:
        if not isinstance(rule, Setting | Duty):
            assert stops[rule.id] and passes[rule.id], rule.id


def test_every_shipped_rule_says_what_it_cites() -> None:
    layers = {pack.name: pack.layer for pack in SHIPPED.packs}
    assert {pack.reviewed_by for pack in SHIPPED.packs} == {None}
    assert {name for name, layer in layers.items() if layer == "house"} == {"house", "house-gentle"}
    for rule in SHIPPED.rules:
        assert (rule.status == "H") == (layers[rule.pack] == "house"), rule.id
        assert rule.source and rule.says.endswith("."), rule.id
        assert rule.warns == (rule.status in ("M", "C")), rule.id
