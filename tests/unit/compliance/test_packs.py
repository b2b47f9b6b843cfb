"""Rule packs: what is shipped, and what a wrong file is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from dialer.insight.rules import words_of
from strategies.compliance.bounds import broken_bounds
from strategies.compliance.calendars import public_holidays, zones_of
from strategies.compliance.packs import SHIPPED, load_packs, shipped
from strategies.compliance.rulebook import Hours, PackChoice, Rule, Rulebook, Words
from strategies.errors import ConfigErrors
from tests.chinese import english_in

REG_F = PackChoice("us-reg-f", accept_unreviewed=True)
HEAD = """\
pack: mine
layer: house
jurisdiction: any
version: "1"
reviewed_by: null
notice: test
rules:
"""
HOURS = """\
  - id: MINE-HOURS
    kind: hours
    says: Hours.
    source: me
    status: H
    open: {mon-fri: ["08:00-21:00"], sun: ["09:00-12:00", "13:00-24:00"]}
"""
CAP = """\
  - id: MINE-CAP
    kind: frequency
    says: Cap.
    source: me
    status: H
    key: [person]
    counts: {event: attempt, exclude: [busy, not_in_service]}
    limit: 3
    window: {kind: calendar, period: day}
"""


def _errors(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigErrors) as caught:
        load_packs([str(path)])
    assert all(error.file == str(path) for error in caught.value.errors)
    return [str(error).removeprefix(f"{path}:") for error in caught.value.errors]


def test_a_rulebook_goes_through_json_unchanged() -> None:
    choices = [PackChoice(name, accept_unreviewed=True) for name in shipped()]
    rulebook = load_packs(choices)
    text = msgspec.json.encode(rulebook)
    again = msgspec.json.decode(text, type=Rulebook)
    assert again == rulebook
    assert msgspec.json.encode(again) == text
    assert load_packs(choices) == rulebook
    assert {type(rule) for rule in rulebook.rules} == set(get_args(Rule))
    assert rulebook.tzdata


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + HOURS + CAP, encoding="utf-8")
    rulebook = load_packs([REG_F, str(path)])
    assert [pack.name for pack in rulebook.packs] == ["us-reg-f", "mine"]
    hours = next(rule for rule in rulebook.rules if rule.id == "MINE-HOURS")
    assert isinstance(hours, Hours)
    weekday, sunday = ((480, 1260),), ((540, 720), (780, 1440))
    assert hours.open == (weekday, weekday, weekday, weekday, weekday, (), sunday)
    path.write_text(HEAD + HOURS, encoding="utf-8")
    assert load_packs([str(path)]).packs[0].sha256 != rulebook.packs[1].sha256


def test_every_shipped_rule_speaks_both_languages() -> None:
    """What a rule says, what it cites, and a change that is under way; a bare citation needs no translation."""
    for rule in load_packs([PackChoice(name, accept_unreviewed=True) for name in shipped()]).rules:
        assert rule.zh is not None, rule.id
        assert rule.zh.says.endswith("。"), rule.id
        assert bool(rule.zh.pending) == bool(rule.pending), rule.id
        for text in (rule.zh.says, rule.zh.source or rule.source, rule.zh.pending):
            assert english_in(text) == [], rule.id


def test_a_pack_of_ones_own_may_leave_chinese_out(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    own = HOURS.replace("    source: me\n", "    source: me\n    zh: {says: 时段。}\n")
    path.write_text(HEAD + own + CAP, encoding="utf-8")
    hours, cap = load_packs([str(path)]).rules
    assert words_of(hours, "zh") == Words("时段。", "me") and words_of(hours, "en") == Words("Hours.", "me")
    assert words_of(cap, "zh") == words_of(cap, "en") == Words("Cap.", "me")
    assert "zh.says is missing" in _errors(tmp_path, HEAD + own.replace("says: 时段。", "source: 我"))[0]


def test_an_unknown_pack_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors) as caught:
        load_packs(["us-reg-g", str(tmp_path / "none.yaml")])
    unknown, missing = (str(error) for error in caught.value.errors)
    assert unknown == (
        f"there is no rule pack named us-reg-g (write {', '.join(shipped())}, or the path of a YAML file)"
    )
    assert missing.startswith(f"{tmp_path / 'none.yaml'}: cannot be read")


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ('["08:00-21:00"]', "[9:00]", "13:22", 'write "08:00-21:00"'),
        ('["08:00-21:00"]', '["9:00-21:00"]', "13:22", "two digits"),
        ('["08:00-21:00"]', "[540]", "13:22", 'write "08:00-21:00"'),
        ('["08:00-21:00"]', '["21:00-08:00"]', "13:22", "split hours that go past midnight"),
        ('["08:00-21:00"]', '["08:00-24:01"]', "13:22", "a day has 24 hours"),
        ('["08:00-21:00"]', '["08:00-12:00", "11:00-13:00"]', "13:11", "overlap"),
        ("mon-fri", "fri-mon", "13:11", "write mon, tue, wed"),
        ("sun:", "fri:", "13:11", "fri is here twice"),
        ("status: H", "status: Q", "12:13", "write 'P', 'S', 'M', 'C' or 'H'"),
        ("    source: me\n", "", "8:5", "source is missing"),
        ("    source: me\n", "    source: me\n    sauce: me\n", "12:5", "did you mean `source`?"),
        ("    source: me\n", "    source: me\n    source: you\n", "12:5", "here twice"),
        ("MINE-HOURS", "mine hours", "8:9", "such as HOUSE-HOURS"),
        ("pack: mine", "pack: My Pack", "1:7", "such as us-reg-f"),
        (
            "kind: hours",
            "kind: ours",
            "9:11",
            "`ours` is not allowed (write one of 'hours', 'holidays', 'frequency', 'lockout',",
        ),
        ("key: [person]", "key: []", "19:10", "write at least one"),
        ("key: [person]", "key: [people]", "19:11", "'person'"),
        ("event: attempt", "event: none", "20:21", "'conversation'"),
        (
            "event: attempt, exclude: [busy, not_in_service]",
            "event: conversation, exclude: [conversation]",
            "20:13",
            "exclude less",
        ),
        ("limit: 3", "limit: 3\n    consent_days: 0", "22:19", "greater than or equal to 1"),
        ("key: [person]", "key: [number]\n    inbound: true", "14:5", "per person, account or both"),
        ("jurisdiction: any", "jurisdiction: Florida", "3:15", "US-FL"),
        ("limit: 3", "limit: 0", "21:12", "greater than or equal to 1"),
        ("limit: 3", 'limit: "3"', "21:12", "without quotes"),
        ("limit: 3", "limit: true", "21:12", "without quotes"),
        ("{kind: calendar, period: day}", "{kind: rolling}", "22:13", "write `hours: 24` or `minutes: 90`"),
        ("{kind: calendar, period: day}", "{kind: calendar, period: day, zone: CT}", "22:49", "America/New_York"),
        ("{kind: calendar, period: day}", "{kind: tumbling, days: 30, anchor: 2026-02-30}", "22:48", "no such date"),
        (
            "limit: 3",
            "limit: 3\n    valid_from: 2026-02-01\n    valid_to: 2026-01-01",
            "14:5",
            "no later than valid_to",
        ),
    ],
)
def test_a_fault_is_shown_where_it_is(tmp_path: Path, old: str, new: str, place: str, words: str) -> None:
    text = HEAD + HOURS + CAP
    assert old in text
    (error,) = _errors(tmp_path, text.replace(old, new, 1))
    assert error.startswith(f"{place}: ")
    assert words in error


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = (HEAD + HOURS + CAP).replace("layer: house", "layer: roof").replace("limit: 3", "limit: x")
    assert [error.split(": ")[0] for error in _errors(tmp_path, text)] == ["2:8", "21:12"]


def test_a_pack_that_nobody_has_reviewed_denies_only_when_somebody_says_so(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text((HEAD + HOURS).replace("layer: house", "layer: law"), encoding="utf-8")
    name = str(path)
    with pytest.raises(ConfigErrors, match=r"5:14: reviewed_by: nobody has reviewed the pack mine.*accept_unreviewed"):
        load_packs([name])
    (accepted,) = load_packs([PackChoice(name, accept_unreviewed=True)]).rules
    (warning,) = load_packs([PackChoice(name, mode="warn")]).rules
    assert (accepted.warns, warning.warns) == (False, True)
    path.write_text(path.read_text().replace("reviewed_by: null", "reviewed_by: Jane Doe, 2026-11-30"))
    book = load_packs([name])
    assert (book.rules, book.packs[0].reviewed_by) == ((accepted,), "Jane Doe, 2026-11-30")
    path.write_text(HEAD + HOURS, encoding="utf-8")
    assert not load_packs([name]).rules[0].warns  # what is the house's own needs no review


@pytest.mark.parametrize("status", ["M", "C"])
def test_what_is_unverified_or_in_conflict_only_warns(tmp_path: Path, status: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text((HEAD + HOURS + CAP).replace("status: H", f"status: {status}", 1), encoding="utf-8")
    assert [rule.warns for rule in load_packs([str(path)]).rules] == [True, False]


def test_rule_ids_are_unique_in_a_file_and_over_packs(tmp_path: Path) -> None:
    assert _errors(tmp_path, HEAD + HOURS + HOURS) == [
        "14:9: rules[1].id: there is already a rule MINE-HOURS in pack mine (give each rule an id of its own)"
    ]
    (tmp_path / "again.yaml").write_bytes((SHIPPED / "house.yaml").read_bytes())
    with pytest.raises(ConfigErrors, match="there is already a rule HOUSE-HOURS in pack house"):
        load_packs(["house", str(tmp_path / "again.yaml")])


def test_a_pack_that_is_named_twice_is_told_once() -> None:
    with pytest.raises(ConfigErrors) as raised:
        load_packs(["house", "house"])
    assert [str(error) for error in raised.value.errors] == ["the rule pack house is named twice (name each pack once)"]


def test_a_country_needs_its_years(tmp_path: Path) -> None:
    holidays = HOURS.replace("kind: hours", "kind: holidays").split("    open")[0]
    region = f"{HEAD}{holidays}    country: CA\n    region: XX\n    published: [2026]\n"
    assert "CA has no such region" in _errors(tmp_path, region)[0]
    assert "write an ISO 3166 code" in _errors(tmp_path, f"{HEAD}{holidays}    country: XX\n    published: [2026]\n")[0]
    assert "write at least one" in _errors(tmp_path, f"{HEAD}{holidays}    country: US\n    published: []\n")[0]


def test_the_holidays_of_china_are_whole_runs_without_the_days_made_working_days() -> None:
    """33 days in 2026, as in the State Council's notice of November 2025; 28 in 2025."""
    days = public_holidays("CN", [2025, 2026], adjoining_weekends=True)
    assert (len([day for day in days if day.year == 2025]), len([day for day in days if day.year == 2026])) == (28, 33)
    made_working = {date(2026, month, day) for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))}
    assert not made_working & set(days)


def test_federal_holidays_of_the_united_states() -> None:
    days = public_holidays("US", [2026], adjoining_weekends=False)
    assert len(days) == 12  # eleven, and Independence Day observed on the Friday before
    assert {date(2026, 7, 3), date(2026, 7, 4), date(2026, 11, 26)} <= set(days)


def test_holidays_of_a_region() -> None:
    """Family Day is Ontario's; the second Monday of October the whole country's."""
    nationwide, ontario = (
        public_holidays("CA", [2026], region=region, adjoining_weekends=False) for region in (None, "ON")
    )
    assert date(2026, 2, 16) in ontario
    assert date(2026, 2, 16) not in nationwide
    assert date(2026, 7, 1) in nationwide


def test_bounds_on_settings_are_told_unless_the_rule_only_warns() -> None:
    rulebook = load_packs([PackChoice(name, accept_unreviewed=True) for name in ("us-tcpa-tsr", "ca", "gb")])
    good = {"abandon_limit_share": 0.03, "answer_grace_s": 2.0, "ring_timeout_s": 15.0}
    assert not list(broken_bounds(rulebook, "telemarketing", good))
    bad = {"abandon_limit_share": 0.031, "answer_grace_s": 2.5, "ring_timeout_s": 14.0}
    broken = {rule.id: hint for rule, hint in broken_bounds(rulebook, "telemarketing", bad)}
    assert broken == {
        "US-FCC-ABAND-RATE": "write at most 0.03",
        "US-FTC-ABAND": "write at most 0.03",
        "US-FCC-ABAND-GRACE": "write at most 2",
        "US-FCC-RING": "write at least 15",
        "CA-CRTC-2S": "write at most 2",
        "GB-OFCOM-ACR-GUIDE": "write at most 0.03",
        "GB-OFCOM-2S": "write at most 2",
        "GB-OFCOM-RING": "write at least 15",
    }
    assert {rule.id for rule, _ in broken_bounds(rulebook, "collections", bad)} == {
        "GB-OFCOM-ACR-GUIDE", "GB-OFCOM-2S", "GB-OFCOM-RING",
    }  # fmt: skip
    lenient = {**good, "abandon_limit_share": 0.06}
    assert "CA-CRTC-ABAND" not in {rule.id for rule, _ in broken_bounds(rulebook, "telemarketing", lenient)}


def test_zones_of_a_country() -> None:
    zones = zones_of("US")
    assert {"America/New_York", "US/Pacific", "Pacific/Honolulu", "Etc/UTC"} <= set(zones)
    assert not {"America/Toronto", "America/Mexico_City", "Asia/Shanghai", "Canada/Eastern"} & set(zones)
    assert {"Asia/Shanghai", "Asia/Urumqi", "PRC"} <= set(zones_of("CN"))
    assert not {"Asia/Taipei", "Asia/Hong_Kong"} & set(zones_of("CN"))
