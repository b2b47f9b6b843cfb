"""From a journal's entries to the rows of a history."""

from __future__ import annotations

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.effects import CloseAttempt
from dialer.core.events import CallDispositioned, ContactsRemembered
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.journal.history import HistoryRows
from dialer.ports.history import EARLIER, INBOUND
from strategies.compliance.records import Contact, PastContact
from strategies.compliance.rulebook import Rulebook
from tests.unit.core.floors import HandFloor, lead


def test_what_the_engine_was_told_of_when_it_began_is_earlier_and_what_persons_began_is_inbound() -> None:
    called = Contact("p", "a", "p/0", "", (), "voice", "robot", "collections", "contact")
    came = Contact("p", "", "", "", (), "sms", "", "")
    told = ContactsRemembered(9, (PastContact(called, 1, 2, "ring"), PastContact(came, 3, inbound=True)), last=True)
    rows = list(HistoryRows(RunSettings(campaigns=(), rulebook=Rulebook(rules=()))).take(told, ()))
    assert rows == [
        (
            "earlier",
            {
                "begun_at": 1, "person": "p", "account": "a", "endpoint": "p/0", "campaign": None, "channel": "call",
                "mode": "robot", "purpose": "collections", "party": "emergency contact", "ended_at": 2,
                "reach": "ring",
            },
        ),
        ("inbound", {"person": "p", "account": None, "at": 3, "channel": "sms", "reach": None}),
    ]  # fmt: skip
    for (_, row), columns in zip(rows, (EARLIER, INBOUND), strict=True):
        assert row.keys() == {column.name for column in columns}


def test_whoever_is_called_in_the_debtors_stead_is_written_down_with_who_owes() -> None:
    floor = HandFloor(leads=0)
    added = e.LeadsAdded(0, "c", (lead(0), lead(1, party="contact", about="p9")))
    floor.do(e.LeadsAdded, campaign="c", leads=added.leads).ready("ann", "bob")
    told = HistoryRows(floor.settings)
    list(told.take(added, ()))
    rows = {}
    for call in [placed.call for placed in floor.all(f.PlaceCall)]:
        over = floor.do(e.CallEnded, call=call, cause="normal").out
        rows |= {row["lead"]: row for _, row in told.take(e.EngineStarted(1, recovered=False), over)}
    assert {name: (row["party"], row["about"]) for name, row in rows.items()} == {
        "l0": ("debtor", None),
        "l1": ("emergency contact", "p9"),
    }


def test_an_attempt_says_when_its_end_was_known_what_was_promised_and_where_its_recording_is() -> None:
    rows = HistoryRows(RunSettings((CampaignSettings("c", "progressive"),), Rulebook(rules=())))
    closed = CloseAttempt(
        "c/l/1", "c", "l", "p", "a", "M1", 1, "promise", "g", 1, 2, 3, None, 4, 5, 700, None,
        recording="tapes/1", promise_due="2026-06-20",
    )  # fmt: skip
    ((table, row),) = rows.take(CallDispositioned(9, "c/l/1", "promise"), (closed,))
    assert table == "attempts"
    assert (row["ended_at"], row["closed_at"]) == (5, 9)
    assert (row["promise_cents"], row["promise_due"], row["recording"]) == (700, "2026-06-20", "tapes/1")


def test_what_was_said_before_the_engine_was_told_has_the_day_on_which_it_was_said() -> None:
    rows = HistoryRows(RunSettings(campaigns=(), rulebook=Rulebook(rules=())))
    told = (
        e.SuppressionAdded(9, "person", "p", "a letter", "", 4),
        e.SuppressionAdded(9, "person", "q", "a letter"),
        e.ConsentGiven(9, "p", "robot", "a form", None, "", "", 5),
        e.ConsentGiven(9, "q", "robot", "a form"),
    )
    found = [row for event in told for row in rows.take(event, ())]
    assert [row.get("since_at", row.get("at")) for _, row in found] == [4, 9, 5, 9]
