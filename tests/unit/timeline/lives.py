"""A history with a row of every kind about one account, and rows about others which must not be told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

NOON = datetime(2026, 6, 17, 12, tzinfo=UTC)

Table = list[dict[str, Any]]


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def attempt(name: str, begun: float, **more: Any) -> dict[str, Any]:
    own = {"attempt": name, "campaign": "cards", "channel": "call", "lead": "l1", "person": "p1", "account": "a1",
           "endpoint": "p1/0", "party": "debtor", "disposition": "no_answer", "placed_at": at(begun)}  # fmt: skip
    return own | more


def lives() -> dict[str, Table]:
    """Return the tables of such a history, in no order."""
    other = {"lead": "l2", "person": "p2", "account": "a2", "endpoint": "p2/0", "agent": "g2"}
    attempts = [
        attempt("c2", 300, ringing_at=at(302), answered_at=at(310), told_at=at(312), answered_by="person",
                transfer_at=at(315), bridged_at=at(316), ended_at=at(400), closed_at=at(420), ready_at=at(430),
                agent="g1", disposition="promise", cause="normal", identified=True, promise_cents=123456,
                promise_due=date(2026, 6, 20), recording="tapes/c2", mode="predictive", segment="M1", arm="new",
                strategy="s/1/abc", attempt_number=2, trunk="t1", fields={"product": "card"}, zones=["UTC"]),
        attempt("c1", 0, ringing_at=at(2), ended_at=at(40), cause="no_answer", recording="", identified=False),
        attempt("c3", 500, channel="sms", disposition="contact", mode="robot"),
        attempt("c4", 600, answered_at=at(605), disposition="callback", agent="g1", callback_at=at(4000),
                party="emergency contact", about="p8", person="p9", endpoint="p9/0"),
        attempt("c5", 700, answered_at=at(709), answered_by="unknown", message_at=at(730), ended_at=at(731),
                disposition="abandoned", cause="lost"),
        attempt("c6", 300, **other, bridged_at=at(310), ended_at=at(320), disposition="contact"),
        attempt("c7", 900, account=None, agent="g1"),
    ]  # fmt: skip
    return {
        "attempts": attempts,
        "leads": [
            {"campaign": "cards", "lead": "l1", "loaded_at": at(-60), "person": "p1", "account": "a1", "segment": "M1",
             "priority": 5, "endpoints": ["p1/0", "p1/1"]},
            {"campaign": "cards", "lead": "l2", "loaded_at": at(-60), "account": "a2", "endpoints": ["p2/0"]},
        ],
        "agents": [
            {"agent": "g1", "state": "idle", "from_at": at(0), "to_at": at(316), "campaign": "cards", "team": "north"},
            {"agent": "g1", "state": "talking", "from_at": at(316), "to_at": at(400)},
            {"agent": "g1", "state": "paused", "from_at": at(1000), "reason": "lunch"},
            {"agent": "g2", "state": "idle", "from_at": at(0)},
        ],
        "payments": [{"account": "a1", "paid_at": at(86_400), "cents": 5000},
                     {"account": "a2", "paid_at": at(86_401), "cents": 7000}],
        "accounts": [{"account": "a1", "on_day": date(2026, 6, 16), "person": "p1", "segment": "M1", "dpd": 31,
                      "balance_cents": 900_000}, {"account": "a1", "on_day": date(2026, 6, 18)},
                     {"account": "a2", "on_day": date(2026, 6, 16)}],
        "suppressions": [
            {"scope": "person", "key": "p1", "since_at": at(800), "source": "a letter", "channel": ""},
            {"scope": "number", "key": "p1/1", "since_at": at(801), "channel": "sms"},
            {"scope": "account", "key": "a1", "since_at": at(802)},
            {"scope": "account", "key": "p1", "since_at": at(803)},
            {"scope": "person", "key": "p2", "since_at": at(804)},
            {"scope": "person", "key": "p8", "since_at": at(805), "source": "the debtor", "channel": "call"},
        ],
        "consents": [
            {"person": "p1", "topic": "hours", "at": at(-10), "given": True, "until_at": at(9000), "source": "form 7"},
            {"person": "p1", "topic": "hours", "at": at(820), "given": False, "account": ""},
            {"person": "p1", "topic": "robot", "at": at(821), "given": True, "account": "a1"},
            {"person": "p1", "topic": "robot", "at": at(822), "given": True, "account": "a7"},
        ],
        "inbound": [
            {"person": "p1", "at": at(450), "channel": "call", "reach": "conversation"},
            {"person": "p3", "at": at(451), "channel": "email", "account": "a1"},
            {"person": "p1", "at": at(452), "channel": "email", "account": "a7"},
        ],
        "earlier": [
            {"begun_at": at(-90_000), "person": "p1", "account": "a1", "channel": "call", "campaign": "old",
             "ended_at": at(-89_990), "reach": "ring"},
            {"begun_at": at(-80_000), "person": "p1"},
            {"begun_at": at(-70_000), "person": "p1", "account": "a7"},
        ],
        "quality": [
            {"attempt": "c2", "violation": "threat", "agent": "g1", "from_s": 4.5, "evidence": "or else"},
            {"attempt": "c2", "violation": "odd tone"},
            {"attempt": "c6", "violation": "insult", "agent": "g1", "from_s": 1.0},
            {"attempt": "c5", "violation": "none", "agent": "g1"},
            {"attempt": "c99", "violation": "insult", "agent": "g1"},
        ],
    }  # fmt: skip
