"""The plan and the gate agree: the same contacts are allowed, and the others are denied until the same instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import msgspec
from hypothesis import event, given
from hypothesis import strategies as st

from strategies.compliance.records import TOPICS, Consent
from strategies.compliance.rulebook import ConsentNeeded, Frequency, Hours, LastResort, Lockout, Rule
from strategies.compliance.whereabouts import Whereabouts
from strategies.planning.gate import gate_for
from strategies.planning.history import make_empty
from strategies.planning.verdicts import Kind, Verdicts
from tests.property.test_compliance_gate import (
    HEAD,
    HOUR,
    S,
    contacts,
    histories,
    law,
    openings,
    place_sets,
    rules,
    waits,
    zone_sets,
)
from tests.unit.compliance.slow_twin import Past

CAMPAIGNS = st.sampled_from(("c", "d"))

some_zones = zone_sets | zone_sets | zone_sets | st.sampled_from([(), ("Nowhere/X",)])


@st.composite
def any_rules(draw: st.DrawFn, identity: str, now: int) -> Rule:
    """A rule of any kind, with any of the turns that a pack can give it."""
    head: dict[str, Any] = HEAD | {"id": identity}
    match draw(st.sampled_from(("usual",) * 14 + ("consent", "last_resort"))):
        case "consent":
            return ConsentNeeded(topic=draw(st.sampled_from(TOPICS)), **head)
        case "last_resort":
            return LastResort(days=draw(st.integers(1, 2)), zone="Asia/Shanghai", **head)
        case _:
            rule = draw(rules(identity))
    turns: dict[str, Any] = {}
    today = datetime.fromtimestamp(now // S, UTC).date()
    if draw(st.integers(0, 3)) == 0:
        turns["valid_from"] = today + timedelta(days=draw(st.integers(-3, 6)))
    if draw(st.integers(0, 3)) == 0:
        turns["valid_to"] = turns.get("valid_from", today) + timedelta(days=draw(st.integers(0, 6)))
    if draw(st.integers(0, 3)) == 0:
        turns["unless_consent"] = draw(st.sampled_from(TOPICS))
    turns["warns"] = draw(st.integers(0, 9)) == 0
    turns["unless_agreed"] = draw(st.booleans())
    if isinstance(rule, Frequency):
        turns["any_medium"] = draw(st.booleans())
    if isinstance(rule, Frequency | Lockout):
        turns["inbound"] = draw(st.booleans())
    return msgspec.structs.replace(rule, **turns)


@st.composite
def consents(draw: st.DrawFn, now: int) -> Consent:
    given = now + draw(st.integers(-72, 72)) * HOUR
    until = draw(st.none() | st.integers(1, 96).map(lambda hours: given + hours * HOUR))
    account, channel = draw(st.sampled_from(("", "a"))), draw(st.sampled_from(("", "voice")))
    return Consent("p", draw(st.sampled_from(TOPICS)), given, "tape", until, account, channel)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    past, now = draw(histories())
    now += draw(waits)
    turned = [msgspec.structs.replace(one.contact, campaign=draw(CAMPAIGNS)) for one in past]
    return {
        "now": now,
        "past": [one._replace(contact=contact) for one, contact in zip(past, turned, strict=True)],
        "inbound": [draw(st.integers(0, 4)) == 0 for _ in past],
        "rules": [draw(any_rules(f"R{index}", now)) for index in range(draw(st.integers(0, 5)))],
        "kinds": draw(st.lists(contacts, min_size=1, max_size=3)),
        "window": draw(st.none() | st.lists(openings(), min_size=7, max_size=7).map(tuple)),
        "where": draw(st.lists(st.builds(Whereabouts, some_zones, place_sets), min_size=1, max_size=4)),
        "consents": draw(st.lists(consents(now), max_size=3)),
        "suppressed": draw(
            st.lists(
                st.sampled_from([("person", "q", ""), ("account", "b", "sms"), ("number", "p/1", "voice")]), max_size=1
            )
        ),
    }


def database_of(past: list[Past], inbound: list[bool], given: list[Consent], suppressed: list[Any]) -> Any:
    database = duckdb.connect()
    make_empty(database)
    rows = [
        (
            *(one.contact.person, one.contact.account, one.contact.number, one.contact.campaign, one.contact.channel),
            *(one.contact.mode, one.contact.purpose, one.contact.party, began),
            *(one.reserved_ns, one.settled_ns, one.reach),
        )
        for one, began in zip(past, inbound, strict=True)
    ]
    if rows:
        marks = "?, ?, ?, ?, ?, ?, ?, ?, ?, make_timestamp_ns(?), make_timestamp_ns(?), ?"
        database.executemany(f"INSERT INTO history VALUES ({marks})", rows).fetchall()
    for row in suppressed:
        database.execute("INSERT INTO suppressed VALUES (?, ?, ?)", row).fetchall()
    for one in given:
        row = (one.person, one.topic, one.given_ns, one.source, one.until_ns, one.account, one.channel)
        database.execute("INSERT INTO consent VALUES (?, ?, ?, ?, ?, ?, ?)", row).fetchall()
    return database


@law(max_examples=120)
@given(cases())
def test_the_plan_agrees_with_the_gate(case: dict[str, Any]) -> None:
    now = case["now"]
    window = case["window"] and Hours(id="WINDOW", open=case["window"], **HEAD)
    kinds = [Kind(msgspec.structs.replace(kind, agreed=False), window) for kind in case["kinds"]]
    asked = [
        msgspec.structs.replace(
            kind.contact, person=person, account=account, number=number, campaign="c", zones=zones, places=places
        )
        for kind in kinds
        for person, account, number in (("p", "a", "p/0"), ("q", "b", "q/0"), ("p", "b", "p/1"))
        for zones, places in case["where"]
    ]
    with database_of(case["past"], case["inbound"], case["consents"], case["suppressed"]) as database:
        verdicts = Verdicts(database, case["rules"], kinds, {*case["where"]}, now)
        database.execute(
            "CREATE TABLE contact (row INTEGER, kind INTEGER, person_id VARCHAR, account_id VARCHAR, number VARCHAR, "
            "campaign VARCHAR, zones VARCHAR[], places VARCHAR[])"
        ).fetchall()
        per_kind = len(asked) // len(kinds)
        database.executemany(
            "INSERT INTO contact VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(row, row // per_kind, who.person, who.account, who.number, who.campaign),
                    *(list(who.zones), list(who.places)),
                )
                for row, who in enumerate(asked)
            ],
        ).fetchall()
        found = database.execute(
            f"SELECT row, rule, until_ns, asks_gate FROM ({verdicts.sql('contact')}) ORDER BY row"
        ).fetchall()
        assert len(found) == len(asked)
        for number, kind in enumerate(kinds):
            own = asked[number * per_kind : (number + 1) * per_kind]
            gate = gate_for(database, kind.rules(case["rules"]), own, now)
            for who, (_, rule, until_ns, asks_gate) in zip(own, found[number * per_kind :], strict=False):
                verdict = gate.check(who, now)
                if not asks_gate:  # else the plan takes the gate's own answer
                    assert (rule == "") == verdict.allowed
                    assert until_ns == verdict.until_ns
                    assert not rule or rule in {reason.rule for reason in verdict.reasons} | {"do-not-contact"}
                event(f"asks {asks_gate}, allowed {verdict.allowed}, known {verdict.until_ns is not None}")
