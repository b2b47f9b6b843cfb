"""The audit on a history with planted violations: it finds all of them, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialer.insight.audit import recent, windows
from dialer.insight.audit.audit import audit
from dialer.insight.audit.records import Audit, Terms
from dialer.insight.tables import History
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import PackChoice
from tests.unit.audit.histories import history
from tests.unit.audit.planted import PACKS, Plants, instant, planted

BOOK = load_packs([PackChoice(name, accept_unreviewed=True) for name in PACKS])
TERMS = Terms(purposes={"sales": "telemarketing"}, zone="America/New_York")


@pytest.fixture(scope="module")
def plants() -> Plants:
    return planted()


@pytest.fixture(scope="module")
def audited(plants: Plants) -> Iterator[tuple[Audit, History]]:
    past = history(**plants.tables)
    yield audit(past, BOOK, TERMS), past
    past.database.close()


def found(past: History) -> set[tuple[str, str]]:
    return set(past.database.execute("SELECT attempt, rule FROM evidence").fetchall())


def test_every_plant_is_found_and_nothing_else(plants: Plants, audited: tuple[Audit, History]) -> None:
    result, past = audited
    assert len(plants.planted) >= 40
    assert found(past) == plants.planted
    assert result.exit_code == 1
    broken = {rule.rule: rule.violations for rule in result.rules if rule.violations}
    assert broken == {rule: sum(one == rule for _, one in plants.planted) for _, rule in plants.planted}
    kinds = {"hours", "holidays", "frequency", "lockout", "consent", "last_resort", "setting"}
    tags = {rule.id: type(rule).__struct_config__.tag for rule in BOOK.rules}
    assert {tags[rule] for rule in broken if rule in tags} == kinds


def test_a_log_taken_a_few_keys_at_a_time_is_judged_alike(
    plants: Plants, audited: tuple[Audit, History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "TAKEN", 50)
    monkeypatch.setattr(windows, "TOGETHER", 2)
    past = history(**plants.tables)
    assert audit(past, BOOK, TERMS) == audited[0]
    assert found(past) == plants.planted
    past.database.close()


def test_nothing_is_unknown_where_the_log_says_all(audited: tuple[Audit, History]) -> None:
    assert [rule.rule for rule in audited[0].rules if rule.unknown] == []


def test_the_evidence_lists_what_counted(audited: tuple[Audit, History]) -> None:
    rows = (
        audited[1]
        .database.execute(
            "SELECT attempt, counted, counts FROM evidence WHERE rule = 'HOUSE-DAILY-CAP' ORDER BY placed_at"
        )
        .fetchall()
    )
    for attempt, counted, counts in rows:
        assert len(counted) >= 3 and attempt not in counted and counts
    inbound = (
        audited[1]
        .database.execute("SELECT counted FROM evidence WHERE rule = 'US-REGF-FREQ-B' AND counted[1] LIKE 'inbound%'")
        .fetchall()
    )
    assert inbound == [(["inbound 2026-06-02 14:00:00"],)]


def test_hours_are_told_by_candidate_zone(audited: tuple[Audit, History]) -> None:
    zones = {(zone.rule, zone.zone): (zone.contacts, zone.only) for zone in audited[0].zones}
    assert zones["US-REGF-TIME", "America/Los_Angeles"] == (1, 1)
    assert zones["US-REGF-TIME", "America/New_York"] == (4, 4)
    local = (
        audited[1]
        .database.execute("SELECT local_times FROM evidence WHERE rule = 'US-REGF-TIME' AND len(candidates) = 2")
        .fetchall()
    )
    assert local == [(["America/Los_Angeles Wed 2026-06-03 06:00:00"],)]


def test_a_busy_call_beyond_a_cap_is_told_apart(plants: Plants) -> None:
    """The rule forbade it when it was placed; afterwards it turned out to be none that counts."""
    more = Plants()
    who = more.person()
    for clock in ("08:30", "10:15", "14:30"):
        more.call(who, f"03 {clock}")
    more.call(who, "03 16:30", {"HOUSE-DAILY-CAP"}, disposition="busy")
    past = history(**more.tables)
    row = next(rule for rule in audit(past, BOOK, TERMS).rules if rule.rule == "HOUSE-DAILY-CAP")
    assert (row.violations, row.counted, found(past)) == (1, 0, more.planted)


def test_what_was_before_the_log_counts_and_is_not_judged() -> None:
    more = Plants()
    who = more.person()
    for clock in ("08:30", "10:15", "14:30"):
        more.call(who, f"03 {clock}")
    more.call(who, "03 16:30", {"HOUSE-DAILY-CAP"})
    first = more.tables["attempts"].pop(0)
    kept = {name: first[name] for name in ("person", "account", "endpoint", "campaign", "channel", "party")}
    kept |= {"begun_at": first["placed_at"], "ended_at": first["ended_at"], "reach": "ring", "mode": "agent"}
    past = history(**more.tables, earlier=[kept | {"purpose": "collections"}])
    result = audit(past, BOOK, TERMS)
    cap = next(rule for rule in result.rules if rule.rule == "HOUSE-DAILY-CAP")
    assert (result.attempts, cap.contacts, found(past)) == (3, 3, more.planted)
    assert past.database.execute("SELECT counted[1] FROM evidence").fetchall() == [
        ("before the log 2026-06-03 12:30:00",)
    ]


@pytest.mark.parametrize(
    ("column", "rule", "missing"),
    [
        ("zones", "US-REGF-TIME", "zones"),
        ("zones", "HOUSE-HOLIDAYS-US", "zones"),
        ("person", "HOUSE-DAILY-CAP", "person"),
        ("account", "US-REGF-FREQ-A", "account"),
        ("endpoint", "HOUSE-NUMBER-CAP", "number"),
        ("places", "CN-CBA-TIME", "places"),
        ("mode", "US-TCPA-CONSENT", "mode"),
    ],
)
def test_what_the_log_does_not_say_is_unknown_and_not_clean(column: str, rule: str, missing: str) -> None:
    few = Plants()
    who = few.person() | {column: None} | ({"zones": [["Asia/Shanghai"][0]]} if column == "places" else {})
    few.call(few.person() if column == "zones" else who, "03 15:00")
    row = few.tables["attempts"][0] | {column: None}
    if column == "places":
        row["placed_at"] = row["placed_at"].replace(hour=18)  # 02:00 the next day in Shanghai
    tables = few.tables | {"attempts": [row]}
    result = audit(history(**tables), BOOK, TERMS)
    found_row = next(one for one in result.rules if one.rule == rule)
    assert (found_row.standing, found_row.unknown) == ("unknown", 1)
    assert missing in found_row.missing


def test_who_owes_is_unknown_where_somebody_else_was_called_and_the_log_does_not_say_for_whom() -> None:
    few = Plants()
    owing = few.chinese()
    for day in ("01", "02", "03"):
        few.call(owing, f"{day} 15:00")
    few.call(few.instead_of(owing) | {"about": None}, "05 15:00")
    few.tables["suppressions"].append({"scope": "person", "key": "somebody", "since_at": instant("01 09:00")})
    result = audit(history(**few.tables), BOOK, TERMS)
    stopped = next(rule for rule in result.rules if rule.rule == "do-not-contact")
    assert (stopped.standing, stopped.unknown, stopped.missing) == ("unknown", 1, ("about",))


@pytest.mark.parametrize(
    ("table", "rules"),
    [
        ("suppressions", {"do-not-contact"}),
        ("inbound", {"US-REGF-FREQ-B"}),
        ("consents", {"US-TCPA-CONSENT"}),
    ],
)
def test_a_missing_table_makes_its_rules_unknown(table: str, rules: set[str]) -> None:
    few = Plants()
    few.call(few.person() | {"mode": "robot"}, "03 15:00")
    tables = {name: rows for name, rows in few.tables.items() if name != table}
    rulebook = load_packs([PackChoice(name, accept_unreviewed=True) for name in PACKS])
    result = audit(history(**tables), rulebook, TERMS)
    assert {rule.rule for rule in result.rules if rule.unknown} == rules


def test_what_must_be_shown_is_unknown_where_it_is_not() -> None:
    few = Plants()
    few.call(few.person(), "03 15:00", disposition="contact", recording=None, identified=None)
    clean = audit(history(**few.tables), BOOK, TERMS)
    assert clean.exit_code == 0
    strict = audit(history(**few.tables), BOOK, Terms(required=frozenset({"recording", "identification", "message"})))
    assert {rule.rule for rule in strict.rules if rule.unknown} == {"recording", "identification"}
    assert strict.exit_code == 3


def test_an_empty_log_is_clean() -> None:
    result = audit(history([]), BOOK, TERMS)
    assert (result.exit_code, result.attempts, result.first_us) == (0, 0, None)


def test_a_rule_that_only_warns_is_no_violation() -> None:
    few = Plants()
    few.call(few.person(), "03 22:00")
    trial = load_packs([PackChoice("house", mode="warn")])
    result = audit(history(**few.tables), trial, TERMS)
    assert result.exit_code == 0
    assert {rule.rule: rule.standing for rule in result.rules}["HOUSE-HOURS"] == "warned"
