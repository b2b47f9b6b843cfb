"""The audit and the gate agree: what the gate would have denied when it was made is what the audit finds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from hypothesis import event, given
from hypothesis import strategies as st

from dialer.core.call import DISPOSITIONS
from dialer.insight.audit.audit import audit
from dialer.insight.audit.records import Terms
from strategies.compliance.gate import Gate
from strategies.compliance.records import TOPICS, Consent, Contact, PastContact
from strategies.compliance.rulebook import Frequency, LastResort, Lockout, Rulebook
from tests.property.rulebooks import instants, law, place_sets, rules, zone_sets
from tests.unit.audit.histories import at_us, history

CALLED = (
    "no_answer",
    "busy",
    "not_in_service",
    "congestion",
    "machine",
    "abandoned",
    "third_party",
    "contact",
    "callback",
)
WRITTEN = ("sent", "congestion", "not_in_service")
PURPOSES = {"c": "collections", "d": "telemarketing"}
MODES = {"predictive": "agent", "robot": "robot"}
CHANNELS = {"call": "voice", "sms": "sms"}
PARTIES = {"debtor": "debtor", "emergency contact": "contact"}


class Step(NamedTuple):
    """One row of a history, at an instant that no other has."""

    table: str
    t_us: int
    row: dict[str, Any]


@st.composite
def attempts(draw: st.DrawFn, number: int, t_us: int) -> dict[str, Any]:
    channel = draw(st.sampled_from(("call", "call", "call", "sms")))
    party = draw(st.sampled_from(("debtor", "debtor", "emergency contact")))
    lasts_us = draw(st.sampled_from((31_700_000, 31_700_000, 2 * 3_600_000_000 + 300_000)))
    return {
        "attempt": f"x{number}",
        "campaign": draw(st.sampled_from(("c", "c", "d"))),
        "channel": channel,
        "lead": draw(st.sampled_from(("l", "l", "m"))),
        "person": draw(st.sampled_from(("p", "p", "q"))),
        "account": draw(st.sampled_from(("a", "a", "b"))),
        "endpoint": draw(st.sampled_from(("p/0", "p/1"))),
        "mode": draw(st.sampled_from(("predictive", "predictive", "robot"))),
        "party": party,
        "about": None if party == "debtor" else draw(st.sampled_from(("q", "z"))),
        "zones": list(draw(zone_sets)),
        "places": list(draw(place_sets)),
        "placed_at": at_us(t_us),
        "ended_at": at_us(t_us + lasts_us),
        "disposition": draw(st.sampled_from(CALLED if channel == "call" else WRITTEN)),
    }


@st.composite
def steps(draw: st.DrawFn) -> list[Step]:
    t_us = draw(instants) // 1000
    found = []
    gaps = st.integers(0, 60 * 24).map(lambda minutes: minutes * 60 + 1) | st.integers(0, 90).map(lambda s: s + 1)
    for number, gap in enumerate(draw(st.lists(gaps, min_size=2, max_size=14))):
        t_us += gap * 1_000_000
        person, account = draw(st.sampled_from(("p", "p", "q"))), draw(st.sampled_from((None, "a")))
        channel = draw(st.sampled_from((None, "call", "sms")))
        match draw(st.integers(0, 11)):
            case 0:
                reach = draw(st.sampled_from(("message", "person", "conversation", None)))
                row = {"person": person, "at": at_us(t_us), "channel": "call", "account": "a", "reach": reach}
                found.append(Step("inbound", t_us, row))
            case 1 | 2:
                until = draw(
                    st.none() | st.integers(1, 96).map(lambda hours, t_us=t_us: at_us(t_us + hours * 3_600_000_000))
                )
                topic, agrees = draw(st.sampled_from(TOPICS)), draw(st.integers(0, 3)) > 0
                row = {
                    "person": person, "topic": topic, "at": at_us(t_us), "given": agrees, "channel": channel,
                    "account": account if agrees else None, "until_at": until if agrees else None, "source": "tape",
                }  # fmt: skip
                found.append(Step("consents", t_us, row))
            case 3:
                scope = draw(st.sampled_from(("person", "account", "number")))
                key = {"person": "q", "account": "b", "number": "p/1"}[scope]
                row = {"scope": scope, "key": key, "since_at": at_us(t_us), "channel": channel}
                found.append(Step("suppressions", t_us, row))
            case _:
                found.append(Step("attempts", t_us, draw(attempts(number, t_us))))
    return found


@st.composite
def memories(draw: st.DrawFn, before_us: int) -> list[dict[str, Any]]:
    """Rows of what a log remembers from before it, in the order in which it ended."""
    found = []
    for _ in range(draw(st.integers(2, 8))):
        begun_us = before_us - draw(st.sampled_from((1, 20, 600, 1500))) * 60_000_000 - draw(st.integers(1, 10**6))
        lasted_us = draw(st.sampled_from((None, 31_700_000)))
        found.append(
            {
                "begun_at": at_us(begun_us),
                "person": draw(st.sampled_from(("p", "p", "q"))),
                "account": draw(st.sampled_from(("a", "b"))),
                "endpoint": draw(st.sampled_from(("p/0", "p/1"))),
                "campaign": draw(st.sampled_from(("c", "d"))),
                "channel": draw(st.sampled_from(("call", "sms"))),
                "mode": draw(st.sampled_from(("agent", "robot"))),
                "purpose": draw(st.sampled_from(("collections", "telemarketing"))),
                "party": draw(st.sampled_from(("debtor", "emergency contact"))),
                "ended_at": None if lasted_us is None else at_us(begun_us + lasted_us),
                "reach": draw(st.sampled_from((None, "ring", "machine", "person", "conversation"))),
            }
        )
    return sorted(found, key=lambda row: row["ended_at"] or row["begun_at"])


def us(moment: datetime) -> int:
    return (moment - at_us(0)) // (at_us(1) - at_us(0))


def past_contact(row: dict[str, Any]) -> PastContact:
    contact = Contact(
        row["person"], row["account"], row["endpoint"], row["campaign"], (), CHANNELS[row["channel"]], row["mode"],
        row["purpose"], PARTIES[row["party"]],
    )  # fmt: skip
    ended_ns = row["ended_at"] and us(row["ended_at"]) * 1000
    return PastContact(contact, us(row["begun_at"]) * 1000, ended_ns, row["reach"])


def verdicts(rulebook: Rulebook, found: list[Step], earlier: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Give the history to the gate in the order of time; return every attempt with every rule that said no."""
    gate, denied, waiting, last = Gate(rulebook), set(), [], {}
    for row in earlier:
        gate.remember(past_contact(row))
    for table, t_us, row in found:
        t_ns = t_us * 1000
        for settled_us, name, reach in sorted(one for one in waiting if one[0] <= t_us):
            gate.settle(name, reach, settled_us * 1000)
        waiting = [one for one in waiting if one[0] > t_us]
        channel = CHANNELS.get(row.get("channel") or "", "")
        match table:
            case "attempts":
                lead = row["campaign"], row["lead"]
                contact = Contact(
                    row["person"], row["account"], row["endpoint"], row["campaign"], tuple(row["zones"]), channel,
                    MODES[row["mode"]], PURPOSES[row["campaign"]], PARTIES[row["party"]],
                    last.get(lead) == "callback", tuple(row["places"]), row["about"] or "",
                )  # fmt: skip
                last[lead] = row["disposition"]
                verdict = gate.check(contact, t_ns)
                rule_ids = {reason.rule for reason in (*verdict.reasons, *verdict.warnings)}
                denied |= {(row["attempt"], rule) for rule in rule_ids}
                gate.reserve(row["attempt"], contact, t_ns)
                written = row["channel"] == "sms" and row["disposition"] == "sent"
                reach = "message" if written else DISPOSITIONS[row["disposition"]]
                waiting.append((us(row["ended_at"]), row["attempt"], reach))
            case "inbound":
                contact = Contact(row["person"], row["account"], "", "", (), channel, "", "")
                gate.record(contact, row["reach"] or "conversation", t_ns)
            case "suppressions":
                gate.suppress(row["scope"], row["key"], "list", channel)
            case "consents" if row["given"]:
                until = row["until_at"] and us(row["until_at"]) * 1000
                gate.give(Consent(row["person"], row["topic"], t_ns, "tape", until, row["account"] or "", channel))
            case _:
                gate.withdraw(row["person"], row["topic"], t_ns, channel)
    return denied


@law(max_examples=60)
@given(st.lists(st.integers(), min_size=1, max_size=5), steps(), st.data())
def test_the_audit_agrees_with_the_gate(numbers: list[int], found: list[Step], data: st.DataObject) -> None:
    book = Rulebook(rules=tuple(data.draw(rules(f"R{index}")) for index in range(len(numbers))))
    tables = {table: [row for name, _, row in found if name == table] for table in
              ("attempts", "inbound", "consents", "suppressions")}  # fmt: skip
    past = history(**tables)
    result = audit(past, book, Terms(purposes=PURPOSES))
    evidence = past.database.execute("SELECT attempt, rule FROM evidence").fetchall()
    unknown = {rule.rule: rule.missing for rule in result.rules if rule.unknown}
    past.database.close()
    expected = verdicts(book, found, [])
    # Where no place is known the gate denies by the rules of every place; the audit says that it is not known.
    placeless = {row["attempt"] for row in tables["attempts"] if not row["places"]}
    ruled = {rule.id for rule in book.rules if rule.place or rule.unless_in}
    sure = {(attempt, rule) for attempt, rule in expected if not (attempt in placeless and rule in ruled)}
    assert {pair for pair in evidence if pair[1] in {*(rule.id for rule in book.rules), "do-not-contact"}} == sure
    assert {rule for attempt, rule in expected - sure} <= unknown.keys()
    event(f"violations: {min(len(sure), 5)}, unknown: {len(unknown)}")


@law(max_examples=60)
@given(steps(), st.data())
def test_what_a_log_remembers_from_before_it_counts_as_for_the_gate(found: list[Step], data: st.DataObject) -> None:
    drawn = rules().filter(lambda rule: isinstance(rule, Frequency | Lockout | LastResort))
    everywhere = {"place": "", "unless_in": (), "unless_consent": None}
    counting = tuple(msgspec.structs.replace(data.draw(drawn), id=f"R{index}", **everywhere) for index in range(4))
    book = Rulebook(rules=counting)
    attempted = [step for step in found if step.table == "attempts"]
    earlier = data.draw(memories(found[0].t_us))
    past = history([step.row for step in attempted], inbound=[], consents=[], suppressions=[], earlier=earlier)
    audit(past, book, Terms(purposes=PURPOSES))
    evidence = past.database.execute("SELECT attempt, rule FROM evidence").fetchall()
    past.database.close()
    expected = verdicts(book, attempted, earlier)
    assert {pair for pair in evidence if pair[1] != "do-not-contact"} == expected
    event(f"counted: {expected != verdicts(book, attempted, [])}")
