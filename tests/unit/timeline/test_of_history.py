"""What the rows of a history tell of a call, an account or an agent."""

from __future__ import annotations

from typing import Any

import pytest

from dialer.core.call import CAUSES
from dialer.core.units import NS_PER_S
from dialer.insight.language import say
from dialer.insight.texts.timeline import TEXTS
from dialer.insight.timeline.history import timeline_of
from dialer.insight.timeline.moments import Reader, Span, Timeline, lines, silences, within
from dialer.insight.timeline.report import render_timeline
from dialer.insight.timeline.rows import rows_about
from dialer.ports.history import CLEAN, TABLES
from strategies.compliance.records import Reach
from tests.chinese import english_in
from tests.unit.audit.histories import history
from tests.unit.timeline.lives import NOON, at, attempt, lives

NOON_NS = int(NOON.timestamp()) * NS_PER_S
READER = Reader("en", lambda t_ns: f"{(t_ns - NOON_NS) / NS_PER_S:g}")


def about(subject: str, **tables: Any) -> Timeline:
    found = rows_about(subject, history(**(tables or lives())))
    assert found is not None
    return timeline_of(found, "UTC")


def told(timeline: Timeline) -> list[str]:
    return ["; ".join((f"{when} {what}", *because)) for when, what, because in lines(timeline.moments, READER)]


def test_a_conversation_is_told_from_the_dialling_to_the_work_after_it() -> None:
    timeline = about("c2")
    assert timeline.kind == "call" and timeline.unknown == ()
    assert told(timeline) == [
        "300 Dialled: call c2 to endpoint p1/0; to reach the person; segment M1; arm new of the experiment; "
        "strategy s/1/abc; attempt 2 of the lead; line group t1; dialling mode: predictive",
        "302 c2 rings",
        "310 c2: somebody or something picked up",
        "312 c2: a person answered",
        "315 c2: the person asked the robot for an agent",
        "316 c2: person and agent g1 hear each other",
        "316 c2: the call has a violation: odd tone",
        "320.5 c2: the call has a violation: threat; agent g1; “or else”",
        "400 c2 is over: one side hung up; recording tapes/c2",
        "420 c2: promise to pay 1,234.56; to be paid on 2026-06-20",
        "420 c2 is written off as: Promise to pay; who it was had been confirmed",
        "430 c2: the work after it is done",
    ]


def test_an_account_has_all_that_every_table_says_of_it_and_nothing_of_others() -> None:
    timeline = about("a1")
    assert timeline.kind == "account" and timeline.unknown == ()
    lived = told(timeline)
    assert [line for line in lived if not line.split(" ", 1)[1].startswith(("c2", "Dialled: call c2"))] == [
        "-129600 How the account stood on 2026-06-16; segment M1; 31 days past due; 9,000.00 owed",
        "-90000 A contact from before the log; by telephone; how far it got: not answered; campaign old; until -89990",
        "-80000 A contact from before the log",
        "-60 Loaded into cards as lead l1: segment M1, priority 5",
        "-10 The person agreed to other hours; evidence form 7; until 9000",
        "0 Dialled: call c1 to endpoint p1/0; to reach the person",
        "2 c1 rings",
        "40 c1 is over: it rang until the time-out; not recorded",
        "40 c1 is written off as: No answer; who it was had not been confirmed",
        "450 The person got in touch by telephone: a conversation",
        "451 The person got in touch by e-mail: not told",
        "500 Sent by SMS: c3 to endpoint p1/0; to reach the person; dialling mode: robot",
        "500 c3 is written off as: Contact without promise",
        "600 Dialled: call c4 to endpoint p9/0; to reach an emergency contact; p8 owes",
        "605 c4: answered, by whom is not told",
        "605 c4 is written off as: Call back later; asked to be called again: 4000; when it ended is not told",
        "700 Dialled: call c5 to endpoint p1/0; to reach the person",
        "709 c5: somebody or something answered; taken for a person",
        "709 c5: the call was judged, and nothing was wrong; agent g1",
        "730 c5: the message was heard to its end",
        "731 c5 is over: nobody can say what became of it",
        "731 c5 is written off as: Abandoned",
        "800 Do not contact (person), by a letter; channel –",
        "801 Do not contact (number), by not told; channel SMS",
        "802 Do not contact (account), by not told; channel not told",
        "805 Do not contact (person), by the debtor; channel telephone",
        "820 The person no longer agrees to other hours",
        "821 The person agreed to robots and recordings; evidence not told; until not told",
        "43200 How the account stood on 2026-06-18",
        "86400 Money came: 50.00",
    ]
    assert {moment.where for moment in timeline.moments} == set(TABLES) - {"agents"}


def test_an_agent_has_every_state_and_the_calls_from_the_connection_on() -> None:
    timeline = about("g1")
    assert timeline.kind == "agent"
    lived = told(timeline)
    assert "0 Is now: Waiting (–); until 316; campaign cards; team north" in lived
    assert "316 Is now: In call (–); until 400" in lived
    assert "1000 Is now: On break (lunch)" in lived
    assert not any("Dialled: call c2" in line or "c2 rings" in line for line in lived)
    assert any("Dialled: call c4" in line for line in lived), "when they were connected is not told"
    assert "311 c6: the call has a violation: insult; agent g1" in lived
    assert any("c99" in line and "when is not told" in line for line in lived)


def test_of_an_agent_only_what_may_tell_of_some_days_is_read() -> None:
    tables = lives()
    day_s = 86_400
    tables["attempts"] += [attempt(f"d{day}", day * day_s, agent="g1", bridged_at=at(day * day_s)) for day in (2, 3, 4)]
    tables["agents"] += [{"agent": "g1", "state": "idle", "from_at": at(day * day_s)} for day in (2, 3, 4)]
    tables["quality"] += [{"attempt": f"d{day}", "violation": "threat", "agent": "g1"} for day in (2, 3, 4)]
    span = Span(NOON_NS + 3 * day_s * NS_PER_S, NOON_NS + 4 * day_s * NS_PER_S)
    found = rows_about("g1", history(**tables), span)
    assert found is not None
    assert {row["attempt"] for table in ("attempts", "quality") for row in found.rows[table]} == {"d2", "d3"}
    assert len(found.rows["agents"]) == 2
    own = within(timeline_of(found, "UTC"), span)
    assert {moment.t_ns for moment in own.moments} == {span.since_ns}
    assert {moment.where for moment in own.moments} == {"attempts", "agents", "quality"}


def test_a_call_that_was_found_clean_has_no_violation() -> None:
    marks = [{"attempt": "c1", "violation": CLEAN, "agent": "g1"}]
    assert told(about("c1", attempts=[attempt("c1", 0, answered_at=at(5))], quality=marks))[-1] == (
        "5 c1: the call was judged, and nothing was wrong; agent g1"
    )


def test_the_day_of_an_account_begins_by_the_reader_s_clock() -> None:
    found = rows_about("a1", history(**lives()))
    assert found is not None
    first = timeline_of(found, "Asia/Shanghai").moments[0]
    assert first.what == "line_account_state"
    assert (NOON_NS - first.t_ns) / NS_PER_S == 36 * 3600 + 8 * 3600


def test_what_a_history_does_not_know_is_said() -> None:
    bare = about("a1", attempts=[attempt("c1", 0)])
    assert bare.unknown == tuple(table for table in TABLES if table not in ("attempts", "agents"))
    why, unknown = silences(bare, "en")
    assert "stands in a journal only" in why
    assert "payments" in unknown and "consents" in unknown and "contacts from before the log" in unknown
    page = render_timeline(bare, READER, "UTC")
    assert unknown in page and why in page and "<td>attempts</td>" in page and "Table" in page
    assert about("c1", attempts=[attempt("c1", 0)]).unknown == ("quality",)
    (only,) = silences(about("a1"), "en")
    assert only == why


def test_an_account_that_was_never_called_is_known_by_what_else_names_it() -> None:
    paid = about("a8", attempts=[attempt("c1", 0)], payments=[{"account": "a8", "paid_at": NOON, "cents": 1}])
    assert (paid.kind, [moment.what for moment in paid.moments]) == ("account", ["line_paid"])
    listed = [{"scope": "account", "key": "a8", "since_at": NOON}]
    assert about("a8", attempts=[attempt("c1", 0)], suppressions=listed).kind == "account"


def test_whose_agent_and_why_it_ended_may_not_be_told() -> None:
    timeline = about("c1", attempts=[attempt("c1", 0, bridged_at=NOON, ended_at=NOON)])
    assert told(timeline)[1:3] == ["0 c1: person and an agent hear each other", "0 c1 is over, why is not told"]


@pytest.mark.parametrize("subject", ["nobody", "", "' OR '1'='1", "a1' --", "p9", "p1/0"])
def test_what_a_history_does_not_name_is_nothing(subject: str) -> None:
    assert rows_about(subject, history(**lives())) is None


def test_an_id_may_hold_what_sql_means_otherwise() -> None:
    odd = "O'Neil\\'; \"x\""
    assert about(odd, attempts=[attempt("c1", 0, account=odd, person="it's", endpoint="'")]).kind == "account"


@pytest.mark.parametrize("subject", ["c2", "a1", "g1"])
def test_all_of_it_is_told_in_chinese_too(subject: str) -> None:
    reader = READER._replace(language="zh")
    timeline = about(subject)
    texts = [text for _, what, because in lines(timeline.moments, reader) for text in (what, *because)]
    quoted = {
        "tapes",
        "odd",
        "tone",
        "lunch",
        "or",
        "else",
        "the",
        "debtor",
        "north",
        "cards",
        "old",
        "letter",
        "form",
        "new",
        "abc",
    }
    for text in (*texts, *silences(timeline, "zh")):
        assert set(english_in(text)) <= quoted, text
        assert "line_" not in text


def test_every_word_that_a_history_may_hold_is_in_the_catalogue() -> None:
    for key in (*(f"line_reach_{reach}" for reach in Reach.__args__), *(f"cause_{cause}" for cause in CAUSES)):
        assert key in TEXTS, key
    for table in TABLES:
        assert table == "attempts" or f"line_of_{table}" in TEXTS
    for mode in ("preview", "progressive", "ratio", "predictive", "robot", "robot_then_human"):
        assert say("zh", f"mode_{mode}") != say("en", f"mode_{mode}")
