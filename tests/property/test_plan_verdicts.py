"""The plan and the gate agree: the same contacts are allowed, and the others are denied until the same instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import msgspec
from hypothesis import event, given
from hypothesis import strategies as st

from strategies.binding import rulebook_of
from strategies.compile import compile_document
from strategies.compliance.gate import Gate
from strategies.compliance.records import TOPICS, Consent
from strategies.compliance.rulebook import ConsentNeeded, Frequency, Hours, LastResort, Lockout, Rule, Rulebook
from strategies.compliance.whereabouts import Whereabouts
from strategies.document import Document
from strategies.planning.gate import gate_for
from strategies.planning.history import make_empty, needed, past_contacts
from strategies.planning.planner import plan
from strategies.planning.verdicts import Kind, Verdicts
from tests.property.rulebooks import (
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
    if draw(st.integers(0, 3)) == 0:
        turns["unless_in"] = draw(st.sampled_from((("US",), ("US-FL", "CN"), ("US-NY",))))
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
                st.sampled_from(
                    [("person", "q", ""), ("account", "b", "sms"), ("number", "p/1", "voice"), ("person", "owes", "")]
                ),
                max_size=1,
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
        database.execute("INSERT INTO suppressed (scope, key, channel) VALUES (?, ?, ?)", row).fetchall()
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
            kind.contact,
            person=person,
            account=account,
            number=number,
            campaign="c",
            zones=zones,
            places=places,
            about=about,
        )
        for kind in kinds
        for person, account, number, about in (
            ("p", "a", "p/0", ""),
            ("q", "b", "q/0", ""),
            ("p", "b", "p/1", ""),
            ("p", "a", "p/0", "owes"),
        )
        for zones, places in case["where"]
    ]
    with database_of(case["past"], case["inbound"], case["consents"], case["suppressed"]) as database:
        verdicts = Verdicts(database, case["rules"], kinds, {*case["where"]}, now)
        database.execute(
            "CREATE TABLE contact (row INTEGER, kind INTEGER, person_id VARCHAR, account_id VARCHAR, number VARCHAR, "
            "campaign VARCHAR, zones VARCHAR[], places VARCHAR[], about VARCHAR)"
        ).fetchall()
        per_kind = len(asked) // len(kinds)
        database.executemany(
            "INSERT INTO contact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(row, row // per_kind, who.person, who.account, who.number, who.campaign),
                    *(list(who.zones), list(who.places), who.about),
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


@law(max_examples=80)
@given(cases(), st.integers(0, 200))
def test_what_a_run_is_told_of_the_past_is_all_that_its_gate_needs(case: dict[str, Any], later: int) -> None:
    """A kernel is told what its rules may look at, and answers as one that was told everything."""
    now = case["now"]
    with database_of(case["past"], case["inbound"], [], []) as database:
        database.executemany("INSERT INTO party (account_id, role) VALUES (?, 'contact')", [["a"], ["b"]]).fetchall()
        told = list(past_contacts(database, needed(case["rules"], now), now))
        everything = list(past_contacts(database, "TRUE", now))
    lean, full = (Gate(Rulebook(rules=tuple(case["rules"]))) for _ in range(2))
    for gate, contacts_of in ((lean, told), (full, everything)):
        for past in contacts_of:
            gate.remember(past)
    event(f"told {len(told)} of {len(everything)}")
    for kind in case["kinds"]:
        for person, account, number in (("p", "a", "p/0"), ("q", "b", "q/0"), ("p", "b", "p/1")):
            for where in case["where"]:
                asked = msgspec.structs.replace(
                    kind, person=person, account=account, number=number, campaign="c", zones=where.zones,
                    places=where.places,
                )  # fmt: skip
                for t_ns in (now, now + later * HOUR):
                    assert lean.check(asked, t_ns) == full.check(asked, t_ns)


RULED = """
name: s
version: "1"
purpose: collections
fields: {failed_attempts: integer}
stop: {paid: "FALSE"}
calls: {progressive: {}}
segments:
  - {name: All, when: "TRUE", steps: [{channel: agent_call, window: {mon-sun: ["09:00-18:00"]}}]}
parties:
  - {party: guarantor, after_failed_attempts: 2, template: owed}
  - {party: contact, after_failed_attempts: 4, template: relay}
templates:
  owed: {channels: [agent_call], reader: guarantor, text: {en: "Please pay."}}
  relay: {channels: [agent_call], reader: third_party, text: {en: "Please ask them to call us."}}
packs: [{name: us-reg-f, accept_unreviewed: true}]
"""
STRATEGY = compile_document(Document("s.yaml", RULED))
SILENCE = rulebook_of(STRATEGY).rules[-1]


@st.composite
def portfolios(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Two accounts with their persons and other parties: ids as in `histories`, so that the past is about them."""
    where = st.builds(Whereabouts, some_zones, place_sets)
    roles = st.lists(st.sampled_from(("guarantor", "contact")), max_size=2)
    return [
        {
            "account": account,
            "failed": draw(st.none() | st.integers(-1, 5)),
            "people": [
                ("debtor", person, draw(where)),
                *((role, f"{other}{n}", draw(where)) for n, role in enumerate(draw(roles))),
            ],
        }
        for account, person, other in (("a", "p", "q"), ("b", "q", "p"))
    ]


@law(max_examples=60)
@given(cases(), portfolios())
def test_a_planned_day_agrees_with_the_gate_on_every_party(
    case: dict[str, Any], accounts: list[dict[str, Any]]
) -> None:
    now, ends = case["now"], case["now"] + 9 * HOUR
    rules = [*case["rules"], SILENCE]
    with database_of(case["past"], case["inbound"], case["consents"], case["suppressed"]) as database:
        database.execute(
            "CREATE TABLE accounts (source_row BIGINT, account_id VARCHAR, person_id VARCHAR, endpoints VARCHAR[], "
            "zones VARCHAR[], places VARCHAR[], failed_attempts BIGINT)"
        ).fetchall()
        for row, one in enumerate(accounts):
            for role, person, (zones, places) in one["people"]:
                reached = [[f"{person}/0"], list(zones), list(places)]
                if role == "debtor":
                    values = [row, one["account"], person, *reached, one["failed"]]
                    database.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)", values).fetchall()
                else:
                    values = [one["account"], role, person, *reached]
                    database.execute("INSERT INTO party VALUES (?, ?, ?, ?, ?, ?)", values).fetchall()
        campaigns = {("agent_call", "progressive"): {"All": "c"}}
        today = plan(
            database, STRATEGY, datetime.fromtimestamp(now // S, UTC).date(), rules=rules, span_ns=(now, ends),
            campaigns=campaigns,
        )  # fmt: skip
        rows = database.execute(
            "SELECT account_id, person_id, party, kind, reason FROM plan ORDER BY account_id, party, person_id"
        ).fetchall()
        leads = list(today.leads("agent_call"))
        found = {(account, person): (party, kind, reason) for account, person, party, kind, reason in rows}
        assert len(found) == len(rows) == sum(len(one["people"]) for one in accounts)
        for one in accounts:
            debtor, failed = one["people"][0][1], max(one["failed"] or 0, 0)
            for role, person, (zones, places) in one["people"]:
                party, index, reason = found[one["account"], person]
                assert party == ("debtor", "guarantor", "contact").index(role)
                if not zones:
                    assert reason == "no_zone"
                    continue
                kind = today.basis.kinds[index]
                assert (kind.contact.party, kind.contact.campaign) == (role, "c")
                about = "" if role == "debtor" else debtor
                who = msgspec.structs.replace(
                    kind.contact, person=person, account=one["account"], number=f"{person}/0", zones=zones,
                    places=places, about=about,
                )  # fmt: skip
                verdict = gate_for(database, kind.rules(rules), [who], now).check(who, now)
                denied = not verdict.allowed and (verdict.until_ns is None or verdict.until_ns >= ends)
                waits = role != "debtor" and failed < {"guarantor": 2, "contact": 4}[role]
                assert reason == ("denied" if denied else "person_first" if waits else "contact")
                event(f"{role} {reason}")
                mine = [lead for lead in leads if (lead.account, lead.person) == (one["account"], person)]
                assert len(mine) == (not denied)
                for lead in mine:
                    tried = found[one["account"], debtor][2] == "contact" and role != "debtor"
                    needed = {"debtor": 0, "guarantor": 2, "contact": 4}[role]
                    assert lead.after == (max(needed, failed + tried) if needed else 0)
                    assert (lead.party, lead.about, lead.template) == (
                        role, about, {"debtor": None, "guarantor": "owed", "contact": "relay"}[role]
                    )  # fmt: skip
