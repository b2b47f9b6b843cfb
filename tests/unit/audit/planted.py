"""A clean history with violations planted into it: every plant says which attempt breaks which rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

PACKS = ("house", "house-gentle", "us-reg-f", "us-tcpa-tsr", "cn-cba")
NEW_YORK, SHANGHAI = "America/New_York", "Asia/Shanghai"
HOURS = {"HOUSE-HOURS", "US-REGF-TIME"}


class Plants:
    """Rows of a history, and the pairs of attempt and rule that an audit must find."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {
            "attempts": [], "suppressions": [], "consents": [], "inbound": [],
        }  # fmt: skip
        self.planted: set[tuple[str, str]] = set()
        self._persons = 0

    def person(self, zones: tuple[str, ...] = (NEW_YORK,), places: tuple[str, ...] = ("US-NY",)) -> dict[str, Any]:
        """Return the columns of a new person with an account and a number of their own."""
        self._persons += 1
        name = f"p{self._persons:03}"
        return {
            "lead": name, "person": name, "account": f"a-{name}", "endpoint": f"{name}/0", "zones": list(zones),
            "places": list(places), "campaign": "cards", "channel": "call", "mode": "predictive", "party": "debtor",
        }  # fmt: skip

    def chinese(self) -> dict[str, Any]:
        """Return the columns of a new person in China."""
        return self.person((SHANGHAI,), ("CN",))

    def instead_of(self, debtor: dict[str, Any]) -> dict[str, Any]:
        """Return the columns of somebody who is called because the debtor was not reached."""
        return self.chinese() | {
            "account": debtor["account"], "party": "emergency contact", "about": debtor["person"],
        }  # fmt: skip

    def call(self, who: dict[str, Any], when: str, breaks: set[str] | tuple[str, ...] = (), **more: Any) -> None:
        """Add a call at a local time of June 2026, such as ``"03 15:00"``; it breaks these rules."""
        day, clock = when.split()
        local = datetime.fromisoformat(f"2026-06-{day}T{clock}").replace(tzinfo=ZoneInfo(who["zones"][0]))
        placed = local.astimezone(UTC)
        name = f"x{len(self.tables['attempts']):04}"
        row = who | {"attempt": name, "placed_at": placed, "disposition": "no_answer"} | more
        row.setdefault("ringing_at", placed + timedelta(seconds=2))
        if row["disposition"] in ("contact", "do_not_call", "callback", "third_party"):
            row.setdefault("answered_at", placed + timedelta(seconds=9))
            row.setdefault("bridged_at", placed + timedelta(seconds=10))
            row.setdefault("recording", f"tapes/{name}")
            row.setdefault("identified", True)
        row.setdefault("ended_at", placed + timedelta(seconds=40))
        self.tables["attempts"].append(row)
        self.planted |= {(name, rule) for rule in breaks}


def instant(when: str, zone: str = NEW_YORK) -> datetime:
    day, clock = when.split()
    return datetime.fromisoformat(f"2026-06-{day}T{clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def planted() -> Plants:
    """Return a clean history of three weeks with violations of every kind of rule in it."""
    plants = Plants()
    _clean(plants)
    _hours(plants)
    _caps(plants)
    _lockouts(plants)
    _people(plants)
    _records(plants)
    return plants


def _clean(plants: Plants) -> None:
    for number in range(40):
        who = plants.person() if number % 2 else plants.chinese()
        for day in range(1, 15, 3):
            plants.call(who, f"{day:02} {9 + number % 3:02}:{number % 60:02}", disposition="no_answer")
            plants.call(who, f"{day:02} {15 + number % 4:02}:{number % 60:02}", disposition="machine")


def _hours(plants: Plants) -> None:
    for clock in ("07:59:59", "21:00", "23:30", "05:00"):
        plants.call(plants.person(), f"03 {clock}", HOURS)
    for clock in ("08:00", "20:59:59", "11:59:59", "14:00"):
        plants.call(plants.person(), f"03 {clock}")
    for clock in ("12:00", "13:59:59"):
        plants.call(plants.person(), f"03 {clock}", {"HOUSE-LUNCH"})
    both = plants.person((NEW_YORK, "America/Los_Angeles"), ("US-NY", "US-CA"))
    plants.call(both, "03 09:00", HOURS)
    plants.call(plants.person(), "19 15:00", {"HOUSE-HOLIDAYS-US"})
    plants.call(plants.chinese(), "19 15:00", {"HOUSE-HOLIDAYS-CN"})
    plants.call(plants.chinese(), "03 22:30", {"HOUSE-HOURS", "CN-CBA-TIME"})
    plants.call(plants.chinese(), "03 21:30", {"HOUSE-HOURS"})
    selling = plants.person() | {"campaign": "sales"}
    plants.call(selling, "03 21:10", {"HOUSE-HOURS", "US-TCPA-HOURS"})


def _caps(plants: Plants) -> None:
    daily = plants.person()
    for clock in ("08:30", "10:15", "14:30"):
        plants.call(daily, f"03 {clock}")
    plants.call(daily, "03 16:30", {"HOUSE-DAILY-CAP"})
    plants.call(daily, "04 16:30")
    gap = plants.person()
    plants.call(gap, "03 15:00")
    plants.call(gap, "03 16:29:59", {"HOUSE-GAP"})
    plants.call(gap, "03 18:00")
    rapid = plants.person()
    plants.call(rapid, "03 15:00")
    plants.call(rapid, "03 15:03", {"HOUSE-GAP", "US-REGF-FREQ-GAP"})
    for who, rules in (
        (plants.person(), {"HOUSE-NUMBER-CAP"}),
        (plants.chinese(), {"HOUSE-NUMBER-CAP", "CN-CBA-FREQ-ATT"}),
    ):
        for minute in range(6):
            plants.call(who, f"03 15:{minute * 5:02}", disposition="busy")
        plants.call(who, "03 15:40", rules, disposition="busy")
        plants.call(who, "04 15:40", disposition="busy")
    week = plants.person()
    for day in range(1, 8):
        plants.call(week, f"{day:02} 15:00")
    plants.call(week, "07 17:00", {"US-REGF-FREQ-A"})
    plants.call(week, "08 17:00", {"US-REGF-FREQ-A"})
    plants.call(week, "09 17:00", {"US-REGF-FREQ-A"})
    many = plants.person()
    for place, clock in enumerate(("08:00", "09:31", "11:02", "14:05", "15:40", "17:15", "18:50")):
        rules = {"HOUSE-DAILY-CAP"} if place >= 3 else set()
        rules |= {"US-REGF-FREQ-DAY"} if place >= 6 else set()
        plants.call(many | {"endpoint": f"{many['person']}/{place % 2}"}, f"10 {clock}", rules)
    plants.call(many, "18 15:00")


def _lockouts(plants: Plants) -> None:
    left = plants.person()
    heard = {"answered_at": instant("03 15:00:10"), "message_at": instant("03 15:00:25")}
    plants.call(left, "03 15:00", disposition="abandoned", **heard)
    plants.call(left, "04 15:00", {"HOUSE-ABANDONED"})
    plants.call(left, "06 15:00", {"HOUSE-ABANDONED"})
    plants.call(left, "06 17:00")
    talked = plants.person()
    plants.call(talked, "03 15:00", disposition="contact")
    plants.call(talked, "05 15:00", {"US-REGF-FREQ-B"})
    plants.call(talked, "10 15:00")
    rang = plants.person()
    plants.tables["inbound"].append(
        {"person": rang["person"], "account": rang["account"], "at": instant("02 10:00"), "channel": "call"}
    )
    plants.call(rang, "08 15:00", {"US-REGF-FREQ-B"})
    plants.call(rang, "09 15:00")
    asked = plants.person()
    plants.call(asked, "03 15:00", disposition="callback")
    plants.call(asked, "04 15:00")
    plants.call(asked, "05 15:00", {"US-REGF-FREQ-B"})


def _people(plants: Plants) -> None:
    friend = plants.person() | {"party": "emergency contact", "about": plants.person()["person"]}
    plants.call(friend, "03 15:00", disposition="third_party")
    plants.call(friend, "09 15:00", {"US-REGF-3P"})
    for tried, then, rules in (
        ((), "no_answer", {"CN-CBA-3P-GATE"}),
        (("01", "02"), "no_answer", {"CN-CBA-3P-GATE"}),
        (("01", "02", "03"), "no_answer", set()),
        (("01", "02", "03"), "contact", {"CN-CBA-3P-GATE"}),
    ):
        debtor = plants.chinese()
        for day in tried:
            plants.call(debtor, f"{day} 15:00")
        if then == "contact":
            plants.call(debtor, "04 15:00", disposition="contact")
        plants.call(plants.instead_of(debtor), "05 15:00", rules)
    for scope, column in (("person", "person"), ("account", "account"), ("number", "endpoint")):
        who = plants.chinese()
        plants.call(who, "03 15:00")
        plants.tables["suppressions"].append({"scope": scope, "key": who[column], "since_at": instant("04 09:00")})
        plants.call(who, "05 15:00", {"do-not-contact"})
    written = plants.chinese()
    row = {"scope": "person", "key": written["person"], "since_at": instant("04 09:00"), "channel": "sms"}
    plants.tables["suppressions"].append(row)
    plants.call(written | {"channel": "sms"}, "05 15:00", {"do-not-contact"}, disposition="sent")
    plants.call(written, "05 15:05")
    told = plants.chinese()
    plants.call(told, "03 15:00", disposition="do_not_call")
    plants.call(told, "04 15:00", {"do-not-contact"})
    owing = plants.chinese()
    for day in ("01", "02", "03"):
        plants.call(owing, f"{day} 15:00")
    plants.tables["suppressions"].append({"scope": "person", "key": owing["person"], "since_at": instant("06 09:00")})
    plants.call(plants.instead_of(owing), "05 15:00")
    plants.call(plants.instead_of(owing), "07 15:00", {"do-not-contact"})
    for given, ends, rules in (
        (None, None, {"US-TCPA-CONSENT"}),
        ("02 10:00", None, set()),
        ("02 10:00", "until", {"US-TCPA-CONSENT"}),
        ("02 10:00", "withdrawn", {"US-TCPA-CONSENT"}),
    ):
        who = plants.person() | {"mode": "robot"}
        row = {"person": who["person"], "topic": "robot", "source": "tape"}
        if given:
            until = instant("03 10:00") if ends == "until" else None
            plants.tables["consents"].append(row | {"at": instant(given), "given": True, "until_at": until})
        if ends == "withdrawn":
            plants.tables["consents"].append(row | {"at": instant("03 10:00"), "given": False})
        plants.call(who, "04 15:00", rules)
    late = plants.chinese()
    row = {"person": late["person"], "topic": "hours", "source": "tape", "at": instant("01 10:00"), "given": True}
    plants.tables["consents"].append(row)
    plants.call(late, "03 22:30", {"HOUSE-HOURS"})


def _records(plants: Plants) -> None:
    plants.call(plants.person(), "03 15:00", {"recording"}, disposition="contact", recording="")
    plants.call(plants.person(), "03 15:00", {"identification"}, disposition="contact", identified=False)
    heard, silent, gone = (plants.person() for _ in range(3))
    abandoned = {"disposition": "abandoned", "answered_at": instant("03 15:00:10")}
    plants.call(heard, "03 15:00", message_at=instant("03 15:00:25"), **abandoned)
    plants.call(silent, "03 15:00", {"message"}, ended_at=instant("03 15:00:50"), **abandoned)
    plants.call(gone, "03 15:00", ended_at=instant("03 15:00:15"), **abandoned)
    for seconds, rules in ((16, {"US-FCC-RING"}), (18, set())):
        who = plants.person() | {"campaign": "sales"}
        ended = instant(f"03 15:00:{seconds}")
        plants.call(who, "03 15:00", rules, disposition="cancelled", ended_at=ended)
