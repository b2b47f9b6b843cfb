"""The run's configuration: what it becomes, and that every fault has its place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dialer.config import read_config, to_settings
from dialer.core.lead import Assigned
from dialer.core.settings import DEFAULT_REDIAL, CampaignSettings, LeaseSettings
from dialer.leads import load_leads
from simulator.world.floor import shift_on
from strategies.compile import library
from strategies.compliance.gate import Gate
from strategies.compliance.records import Contact
from strategies.errors import ConfigError, ConfigErrors

EXAMPLE = Path("examples/run.yaml")
MONDAY = dt.date(2026, 11, 23)
GOOD = """\
paceline: 1
strategy: cards-demo
portfolio: {file: people.csv}
campaigns:
- {name: floor, lines: 30}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(Path("examples/accounts.csv").read_text())
    path = tmp_path / "run.yaml"
    path.write_text(GOOD)
    return path


def errors(path: Path, *changes: tuple[str, str]) -> list[str]:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    with pytest.raises(ConfigErrors) as caught:
        read_config(path)
    return [str(error).removeprefix(str(path)) for error in caught.value.errors]


def test_the_example_becomes_settings_and_leads() -> None:
    config, strategy = read_config(EXAMPLE)
    settings = to_settings(config, strategy)
    (campaign,) = settings.campaigns
    assert (campaign.id, campaign.mode, campaign.lines, campaign.calls_per_s) == ("floor", "predictive", 10, 2)
    assert campaign.strategy == strategy.identity
    assert {pack.name for pack in settings.rulebook.packs} == {"house", "us-reg-f"}
    leads = load_leads(config, strategy, settings.rulebook.rules, MONDAY)
    worked = [(name, lead.account, lead.person, lead.segment, lead.endpoints, lead.priority) for name, lead in leads]
    assert {lead.id for _, lead in leads} == {f"{lead.account}@{MONDAY}" for _, lead in leads}
    assert worked == [
        ("floor", "a1004", "p4", "M3+ (High Potential)", ("p4/0",), 400),
        ("floor", "a1003", "p3", "M3", ("p3/0",), 300),
        ("floor", "a1002", "p2", "M2", ("p2/0", "p2/1"), 200),
        ("floor", "a1008", "p4", "M2", ("p4/0", "p4/1"), 200),
        ("floor", "a1001", "p1", "M1", ("p1/0",), 100),
        ("floor", "a1005", "p5", "M3+ (Low Potential)", ("p5/0",), 50),
    ]
    assert [(found.reason, found.times) for found in leads.plan.reasons()] == [("no_number", 1), ("rests", 1)]


def test_campaigns_of_one_channel_share_its_segments_out_and_their_agents(path: Path) -> None:
    late = "- {name: late, segments: [M3, M2], pool: floor, priority: 1}"
    path.write_text(GOOD.replace("- {name: floor, lines: 30}", f"- {{name: early, pool: floor}}\n{late}"))
    config, strategy = read_config(path)
    settings = to_settings(config, strategy)
    assert settings.pools() == [("early", "late")]
    assert [campaign.priority for campaign in settings.campaigns] == [0, 1]
    worked = {(name, lead.segment) for name, lead in load_leads(config, strategy, settings.rulebook.rules, MONDAY)}
    rest = ("M1", "M3+ (High Potential)", "M3+ (Low Potential)")
    assert worked == {("late", "M2"), ("late", "M3"), *(("early", segment) for segment in rest)}


def test_a_law_of_florida_binds_whoever_may_be_in_florida(path: Path) -> None:
    own = Path("strategies/library/cards-demo.yaml").read_text().partition("packs:")[0]
    path.with_name("own.yaml").write_text(own + "packs: [{name: us-fl, accept_unreviewed: true}]\n")
    numbers = {"florida": "+13055550101", "texas": "+15125550101", "nowhere": "+18005550101"}
    rows = [f"{name},{name},{number},America/New_York,,15,1250,0.5,1234,1980-01-02" for name, number in numbers.items()]
    rows.append("moved,moved,+15125550101,America/New_York,US-FL,15,1250,0.5,1234,1980-01-02")
    path.with_name("people.csv").write_text(
        "account_id,person_id,phones,zones,places,days_past_due,balance,historical_repayment_rate,card_last_four,birth_date\n"
        + "\n".join(rows)
    )
    late = "world: {floor: {zone: America/New_York, shift_start: '21:15', shift_end: '22:45', breaks: []}}\n"
    path.write_text(GOOD.replace("cards-demo", "own.yaml") + late)
    config, strategy = read_config(path)
    rulebook = to_settings(config, strategy).rulebook
    leads = load_leads(config, strategy, rulebook.rules, MONDAY)
    assert [(lead.account, lead.places) for _, lead in leads] == [("texas", ("US-TX",))]
    denied = {found.account: found.rule for found in leads.plan.left_alone()}
    assert denied == dict.fromkeys(("florida", "nowhere", "moved"), "US-FL-FCCPA-HOURS")
    assert leads.plan.asked == 0
    start_ns, _ = shift_on(config.world.floor, MONDAY)
    for _, lead in load_leads(config, strategy, (), MONDAY):
        contact = Contact(lead.person, lead.account, lead.endpoints[0], "floor", lead.zones, places=lead.places)
        assert Gate(rulebook).check(contact, start_ns).allowed == (lead.account == "texas")


def test_paths_are_relative_to_the_file(path: Path) -> None:
    config, _ = read_config(path)
    assert config.portfolio.file == path.with_name("people.csv")
    assert config.journal == path.with_name("paceline.journal")
    assert config.control_socket == path.with_name("paceline.sock")


def test_what_a_campaign_does_not_say_is_the_kernels_default(path: Path) -> None:
    config, strategy = read_config(path)
    (campaign,) = to_settings(config, strategy).campaigns
    default = CampaignSettings("floor", "predictive")
    said = {"lines": 30, "max_attempts": 3, "redial": campaign.redial, "strategy": strategy.identity}
    said["steps"] = campaign.steps
    for name in CampaignSettings.__struct_fields__:
        assert getattr(campaign, name) == said.get(name, getattr(default, name)), name


def test_hours_are_by_the_floors_clock(path: Path) -> None:
    hours = 'hours: ["13:15-18:00", "09:00-12:30"]'
    path.write_text(GOOD.replace("lines: 30", hours) + "world: {floor: {zone: America/New_York}}\n")
    (campaign,) = to_settings(*read_config(path)).campaigns
    assert (campaign.hours, campaign.zone) == (((795, 1080), (540, 750)), "America/New_York")


def test_redialling_is_the_strategys_over_the_house_values(path: Path) -> None:
    text = Path("strategies/library/cards-demo.yaml").read_text()
    own = text.replace("busy: {delay_min: 15, limit: 2}", "busy: {delay_min: 1, limit: 0}")
    assert own != text
    path.with_name("own.yaml").write_text(own)
    path.write_text(GOOD.replace("cards-demo", "own.yaml"))
    (campaign,) = to_settings(*read_config(path)).campaigns
    assert "busy" not in campaign.redial
    assert (campaign.redial["no_answer"].delay_s, campaign.redial["no_answer"].limit) == (7200, 2)
    assert campaign.redial["lost"] == DEFAULT_REDIAL["lost"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("paceline: 1", "paceline: 2", ":1:11: paceline: `2` is not allowed (write 1)"),
        ("paceline: 1\n", "", ":1:1: paceline is missing (write `paceline: ...` among these keys)"),
        (
            "cards-demo",
            "card-demo",
            ":2:11: strategy: there is no such strategy (write the path of a YAML file, "
            f"or one of {', '.join(library())})",
        ),
        (
            "paceline: 1",
            "paceline: 1\nworld: {floor: {agents: many}}",
            ":2:25: world.floor.agents: input should be a valid integer, unable to parse string as an integer "
            "(write a whole number)",
        ),
        (
            "people.csv",
            "nobody.csv",
            ":3:19: portfolio.file: there is no such file "
            "(write the path of a CSV, Parquet or SQLite file, relative to this file)",
        ),
        (
            "lines: 30",
            "line: 30",
            ":5:17: campaigns[0]: unknown key `line` (did you mean `lines`? allowed: abandon_clock, "
            "abandon_limit_share, abandon_share_of, abandon_window_s, abandon_windows, answer_grace_s, calls_per_s, "
            "channel, detection_false_positive_share, flow, hours, lines, lines_per_agent, mode, name, "
            "offer_timeout_s, opt_out_key, pool, priority, ring_timeout_s, robot_message, robot_s, safe_harbour, "
            "segments, shift_s, skip_delay_s, transfer_share, whisper, wrap_limit_s)",
        ),
        (
            "lines: 30",
            "abandon_windows: rolling, shift_s: 28800",
            ":5:3: campaigns[0]: a rolling window is at least a day, and lends nothing "
            "(write abandon_window_s: 86400 or more, and leave out shift_s)",
        ),
        (
            "lines: 30",
            "abandon_window_s: 3600, shift_s: 28800",
            ":5:3: campaigns[0]: the shift is longer than the window of the abandon limit "
            "(write a shift_s of at most 3600, or a longer abandon_window_s)",
        ),
        (
            "lines: 30",
            "flow: promise",
            ":5:23: campaigns[0].flow: there is no such call flow "
            "(write a path relative to this file, or one of intent-by-voice, promise-by-keypad, reminder-by-keypad)",
        ),
        (
            "lines: 30",
            "flow: promise-by-keypad",
            ":5:23: campaigns[0].flow: no robot speaks in the mode predictive (leave `flow` out, or let a robot call)",
        ),
        (
            "lines: 30",
            'hours: ["9:00-12:00"]',
            ":5:25: campaigns[0].hours[0]: these are not calling hours "
            '(write "08:00-21:00": hours and minutes with two digits, in quotes, up to "24:00")',
        ),
        (
            "lines: 30",
            'hours: ["09:00-12:30", "12:00-18:00"]',
            ":5:24: campaigns[0].hours: hours overlap (join them)",
        ),
        (
            "- {name: floor, lines: 30}",
            "- {name: floor, segments: [M1]}",
            ":5:1: campaigns: no campaign works the segments M0 (early warning), M2, M3, M3+ (High Potential), "
            "M3+ (Low Potential) (name them in a campaign, or let one with `channel: agent_call` name no segments)",
        ),
        (
            "- {name: floor, lines: 30}",
            "- name: floor\n- {name: other, segments: [M1, M9]}",
            ":6:32: campaigns[1].segments[1]: there is no segment `M9` of agent_calls (the strategy cards-demo plans "
            "agent_calls for M0 (early warning), M1, M2, M3, M3+ (High Potential), M3+ (Low Potential))",
        ),
        (
            "- {name: floor, lines: 30}",
            "- {name: floor, segments: [M1]}\n- name: other\n- {name: third, segments: [M1]}",
            ":7:28: campaigns[2].segments[0]: `M1` is named twice (let one campaign work each segment)",
        ),
        (
            "- {name: floor, lines: 30}",
            "- {name: floor, pool: all}\n- {name: other, segments: [M1], pool: all, lines_per_agent: 2}",
            ":6:61: campaigns[1].lines_per_agent: campaigns that share agents have one number of lines per agent "
            "(write 1 in every campaign of the pool all)",
        ),
        (
            "- {name: floor, lines: 30}",
            "- {name: floor, channel: robot_call, pool: all}",
            ":5:44: campaigns[0].pool: robot calls need no agents (remove `pool`)",
        ),
        (
            "lines: 30",
            "channel: robot_call",
            ":5:1: campaigns: no campaign makes the predictive agent_calls that the strategy plans "
            "(add a campaign with `channel: agent_call` and `mode: predictive`)",
        ),
        (
            "lines: 30",
            "channel: robot_call",
            ":5:26: campaigns[0].channel: nobody is planned for robot_call "
            "(the strategy cards-demo plans agent_call (predictive))",
        ),
        (
            "- {name: floor, lines: 30}",
            "- name: floor\n- {name: floor, channel: agent_call}",
            ":6:10: campaigns[1].name: another campaign has this name (give every campaign a name of its own)",
        ),
        (
            "- {name: floor, lines: 30}",
            "- name: floor\n- {name: other, channel: agent_call}",
            ":6:26: campaigns[1].channel: another campaign makes the agent_calls "
            "(keep one campaign for each channel and mode, or share its accounts out by `segments`)",
        ),
        (
            "name: floor",
            "name: a/b",
            ":5:10: campaigns[0].name: this cannot be a name "
            "(write up to 64 letters, digits, `_`, `.` or `-`, without spaces)",
        ),
        (
            "paceline: 1",
            "paceline: 1\njournal: no/where.db",
            ":2:10: journal: there is no such folder (make the folder first)",
        ),
        (
            "paceline: 1",
            "paceline: 1\njournal: .",
            ":2:10: journal: this is a folder (write the path of a file in it)",
        ),
        (
            "paceline: 1",
            "paceline: 1\ncontrol_socket: no/where.sock",
            ":2:17: control_socket: there is no such folder (make the folder first)",
        ),
        (
            "paceline: 1",
            "paceline: 1\ncontrol_socket: people.csv",
            ":2:17: control_socket: there is something else at this path "
            "(write a path at which there is nothing: an engine removes what it finds there)",
        ),
        (
            "paceline: 1",
            "paceline: 1\nday: 1900-01-01",
            ":2:6: day: no shift is planned so far from today (write a day from 2000-01-01 to 2099-12-31)",
        ),
        (
            "paceline: 1",
            "paceline: 1\nday: 23.11.2026",
            ":2:6: day: this is not a date (write year, month and day, such as 2026-11-30)",
        ),
        (
            "paceline: 1",
            "paceline: 1\nworld: {floor: {shift_strt: 9:00}}",
            ":2:17: world.floor: unknown key `shift_strt` (did you mean `shift_start`? allowed: agents, announce_s, "
            "breaks, decision, log_in_spread_s, settle, shift_end, shift_start, skip_share, speed_sigma, wrap, zone)",
        ),
    ],
)
def test_faults_are_named_where_they_stand(path: Path, old: str, new: str, expected: str) -> None:
    assert expected in errors(path, (old, new))


def test_campaigns_are_told_apart_by_mode(path: Path) -> None:
    own = Path("strategies/library/cards-demo.yaml").read_text()
    own = own.replace("channel: agent_call", "channel: agent_call, mode: predictive")
    own = own.replace("mode: predictive, priority: 400", "mode: preview, priority: 400")
    path.with_name("own.yaml").write_text(own.replace("calls:", "calls:\n  preview: {max_attempts: 2}"))
    found = errors(path, ("cards-demo", "own.yaml"))
    assert found[0].startswith(
        ":5:3: campaigns[0].channel: the strategy makes agent_calls in several modes (write `mode:` preview or predict"
    )
    path.write_text(
        GOOD.replace("cards-demo", "own.yaml").replace("floor,", "floor, mode: predictive,")
        + "- {name: desk, mode: preview}\n"
    )
    config, strategy = read_config(path)
    floor, desk = to_settings(config, strategy).campaigns
    assert (floor.mode, floor.max_attempts, desk.mode, desk.max_attempts) == ("predictive", 3, "preview", 2)
    leads = load_leads(config, strategy, to_settings(config, strategy).rulebook.rules, MONDAY)
    assert {lead.segment for name, lead in leads if name == "desk"} == {"M3+ (High Potential)"}


def test_a_fault_of_the_strategy_names_the_strategys_file(path: Path) -> None:
    own = path.with_name("own.yaml")
    own.write_text("name: own\npurpose: fun\n")
    path.write_text(GOOD.replace("cards-demo", "own.yaml"))
    with pytest.raises(ConfigErrors) as caught:
        read_config(path)
    assert f"{own}:2:10: purpose: `fun` is not allowed" in str(caught.value)


def test_a_file_of_learned_numbers_is_read_beside_the_configuration(path: Path) -> None:
    path.write_text(GOOD + "learned: learned.json\n")
    config, strategy = read_config(path)
    assert config.learned == path.with_name("learned.json")
    assert to_settings(config, strategy).learned is None, "there is none yet"
    config.learned.write_text("{}")
    with pytest.raises(ConfigError, match="this is not what pacing has learned"):
        to_settings(config, strategy)


def test_a_setting_that_a_rule_does_not_allow(path: Path) -> None:
    assert errors(path, ("lines: 30}", "lines: 30, abandon_limit_share: 0.05}")) == [
        ":5:49: campaigns[0].abandon_limit_share: the rule HOUSE-ABANDON-RATE does not allow this (write at most 0.03)"
    ]


ASSIGNMENT = """
assignment:
  value: balance
  needs: [{skill: legal, when: balance > 3000}]
  dispatched: require
  grab: {when: days_past_due >= 120, limit: 5, lease_min: 2}
"""


def test_accounts_are_dispatched_or_claimed_as_the_strategy_says(path: Path) -> None:
    own = Path("strategies/library/cards-demo.yaml").read_text()
    path.with_name("own.yaml").write_text(own + ASSIGNMENT)
    path.with_name("assigned.csv").write_text(
        "account_id,way,agent_id,value,needs\na1001,dispatched,ann,1250,\na1004,to_claim,,4800,legal\n"
    )
    text = GOOD.replace("cards-demo", "own.yaml").replace("people.csv", "people.csv, assigned: assigned.csv")
    path.write_text(text)
    config, strategy = read_config(path)
    settings = to_settings(config, strategy)
    assert settings.lease == LeaseSettings(5, 120.0)
    found = {lead.account: lead.assigned for _, lead in load_leads(config, strategy, settings.rulebook.rules, MONDAY)}
    nobody = Assigned("require")
    assert found == {
        "a1001": Assigned("require", "ann"),
        "a1002": nobody,
        "a1003": nobody,
        "a1004": Assigned("grab", value=4800.0, needs=("legal",)),
        "a1005": Assigned("grab", value=720.0),
        "a1008": nobody,
    }


def test_a_file_of_assigned_accounts_must_be_one(path: Path) -> None:
    (found,) = errors(path, ("people.csv", "people.csv, assigned: no.parquet"))
    assert found.startswith(":3:41: portfolio.assigned: there is no such file")
    path.write_text(GOOD.replace("people.csv", "people.csv, assigned: people.csv"))
    config, strategy = read_config(path)
    with pytest.raises(ConfigError, match="this is no file of assigned accounts"):
        load_leads(config, strategy, (), MONDAY)


def test_a_world_may_stand_in_a_file_of_its_own(path: Path) -> None:
    (path.parent / "world.yaml").write_text("floor: {agents: 7}\n")
    path.write_text(GOOD + "world: world.yaml\n")
    config, _ = read_config(path)
    assert config.world.floor.agents == 7
    (path.parent / "world.yaml").write_text("floor: {agent: 7}\n")
    with pytest.raises(ConfigError, match=r"world.yaml:1:\d+: floor: unknown key `agent`"):
        read_config(path)
