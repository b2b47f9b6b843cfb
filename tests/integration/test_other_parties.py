"""From files to calls: an emergency contact is called only after the declared failures to reach the person."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from dialer.config import read_config, to_settings
from dialer.core.call import DISPOSITIONS
from dialer.core.effects import AnyEffect, CloseAttempt, Defer, PlaceCall, ShowScreen
from dialer.core.events import AnyEvent, SuppressionAdded
from dialer.core.settings import RunSettings
from dialer.leads import Leads, load_leads
from simulator.shift import run_shifts
from simulator.world.settings import WorldSettings
from strategies.compliance.misses import FAILED

MONDAY = date(2026, 11, 23)
AFTER = {"guarantor": 2, "contact": 4}
STRATEGY = """
name: s
version: "1"
purpose: collections
fields: {failed_attempts: integer, days_past_due: {type: integer, min: 0}}
stop: {paid: "FALSE"}
calls:
  progressive:
    max_attempts: 9
    redial:
      no_answer: {delay_min: 10, limit: 9}
      machine: {delay_min: 10, limit: 9}
      busy: {delay_min: 10, limit: 9}
segments:
  - {name: All, when: "days_past_due > 0", steps: [{channel: agent_call}]}
parties:
  - {party: guarantor, after_failed_attempts: 2, template: owed}
  - {party: contact, after_failed_attempts: 4, template: relay}
templates:
  owed: {channels: [agent_call], reader: guarantor, text: {en: "Please pay."}}
  relay: {channels: [agent_call], reader: third_party, text: {en: "Please ask them to call us."}}
packs: [{name: us-reg-f, accept_unreviewed: true}]
"""
CONFIG = """
paceline: 1
strategy: s.yaml
portfolio: {file: people.csv, parties: others.csv, suppressed: asked.csv}
campaigns: [{name: floor}]
world:
  floor: {zone: America/New_York, agents: 8}
  people: {answer_share_by_hour: [%s]}
"""
ACCOUNTS = 120


class Run:
    """A simulated shift with what was placed and how it ended."""

    def __init__(self, settings: RunSettings, world: WorldSettings, leads: Leads) -> None:
        self.leads = {lead.id: lead for _, lead in leads}
        self.failed = {lead.account: lead.failed_attempts for lead in self.leads.values()}
        self.events: list[AnyEvent] = []
        self.placed: Counter[str] = Counter()
        self.denied: defaultdict[str, set[str]] = defaultdict(set)
        self.up: set[str] = set()
        self.party: dict[str, str] = {}
        self.screens: defaultdict[str, set[tuple[str, bool]]] = defaultdict(set)
        run_shifts(settings, world, leads, MONDAY, on_entry=self.take, wishes=leads.wishes)

    def take(self, event: AnyEvent, effects: tuple[AnyEffect, ...], _: object) -> None:
        self.events.append(event)
        for effect in effects:
            match effect:
                case PlaceCall():
                    self._placed(effect)
                case CloseAttempt():
                    self._closed(effect)
                case ShowScreen():
                    told = any(field.type not in ("name",) for field in (*effect.screen.fields, *effect.screen.show))
                    self.screens[self.party[effect.call]].add((effect.screen.script.split(":")[0], told))
                case Defer():
                    self.denied[self.leads[effect.lead].party] |= {reason.rule for reason in effect.reasons}

    def _placed(self, call: PlaceCall) -> None:
        lead = self.leads[call.lead]
        assert call.number.startswith(f"{lead.person}/")
        self.placed[lead.party] += 1
        self.party[call.call] = lead.party
        self.up.add(call.call)
        if lead.party != "debtor":
            assert self.failed[lead.account] >= AFTER[lead.party]
            assert (call.why.party, call.why.failed_attempts) == (lead.party, self.failed[lead.account])
            assert not any(f"/{lead.account}@{MONDAY}/" in one for one in self.up), "the person is being called"

    def _closed(self, row: CloseAttempt) -> None:
        self.up.discard(row.call)
        reach = DISPOSITIONS[row.disposition]
        assert row.party == self.leads[row.lead].party
        assert row.party != "contact" or row.disposition not in ("promise", "contact", "refusal", "dispute")
        if row.party == "debtor" and reach != "none":
            self.failed[row.account] = self.failed[row.account] + 1 if reach in FAILED else 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    people = ["account_id,person_id,phones,failed_attempts,days_past_due"]
    others = ["account_id,party,person_id,phones"]
    for number in range(ACCOUNTS):
        people.append(f"a{number},p{number},+1212555{number:04},{number % 4},10")
        others.append(f"a{number},contact,q{number},+1212556{number:04}")
        if number % 2:
            others.append(f"a{number},guarantor,g{number},+1212557{number:04}")
    others.append("a0,contact,london,+442079460000")  # no pack speaks of emergency contacts there
    (tmp_path / "people.csv").write_text("\n".join(people))
    (tmp_path / "others.csv").write_text("\n".join(others))
    (tmp_path / "asked.csv").write_text("scope,key\nperson,p3\nnumber,+12125560007\n")
    (tmp_path / "s.yaml").write_text(STRATEGY)
    (tmp_path / "run.yaml").write_text(CONFIG % ", ".join(["0.1"] * 24))
    return tmp_path


def test_the_person_comes_first(folder: Path) -> None:
    config, strategy = read_config(folder / "run.yaml")
    settings = to_settings(config, strategy)
    leads = load_leads(config, strategy, settings.rulebook.rules, MONDAY)
    planned = {(lead.account, lead.person): lead for _, lead in leads}
    # Who asked not to be contacted is not, nor through others; a silent place allows nothing.
    for absent in (("a3", "p3"), ("a3", "q3"), ("a3", "g3"), ("a7", "q7"), ("a0", "london")):
        assert absent not in planned
    assert planned["a1", "g1"].after == 2
    assert planned["a1", "g1"].about == "p1"
    run = Run(settings, config.world, leads)
    assert isinstance(run.events[1], SuppressionAdded)  # before the leads
    assert run.placed["debtor"] > ACCOUNTS
    assert run.placed["guarantor"] > 10
    assert run.placed["contact"] > 10
    assert "person-first" in run.denied["contact"]
    reasons = {found.reason: found.times for found in leads.plan.reasons()}
    assert reasons["person_first"] > 0


PERSONS = """
name: persons
fields: {full_name: name, pin: last_four, days_past_due: {type: integer, min: 0}}
identity: {facts: [pin], needed: 1}
start: hello
states:
  hello:
    say: {en: "Is this {full_name}?"}
    answers:
      me: {label: {en: Me}, to: pin, party: person}
      other: {label: {en: Other}, to: sorry, party: third_party}
  pin:
    say: {en: "Your pin?"}
    compare: pin
    answers:
      match: {label: {en: Same}, to: told}
      different: {label: {en: Different}, to: sorry}
  told:
    say: {en: "It is {days_past_due} days late."}
    answers:
      pays: {label: {en: Will pay}, to: promised}
      talks: {label: {en: Talks}, to: talked}
  promised: {say: {en: "Thank you."}, end: promise}
  talked: {say: {en: "Good-bye."}, end: contact}
  sorry: {say: {en: "Good-bye."}, end: third_party}
"""


def test_nobody_else_is_read_the_persons_script(folder: Path) -> None:
    (folder / "persons.yaml").write_text(PERSONS)
    (folder / "surety.yaml").write_text(PERSONS.replace("name: persons", "name: surety\nreader: guarantor"))
    header, *rows = (folder / "people.csv").read_text().splitlines()
    people = [f"{header},full_name,pin", *(f"{row},Somebody,1234" for row in rows)]
    (folder / "people.csv").write_text("\n".join(people))
    strategy = STRATEGY.replace(
        "{failed_attempts: integer", "{full_name: name, pin: last_four, failed_attempts: integer"
    )
    for old, new in (
        ("{channel: agent_call}", "{channel: agent_call, script: persons.yaml}"),
        ("template: owed", "script: surety.yaml"),
        ("template: relay", "script: ask-to-call-back"),
    ):
        assert old in strategy
        strategy = strategy.replace(old, new)
    (folder / "s.yaml").write_text(strategy)
    config, compiled = read_config(folder / "run.yaml")
    settings = to_settings(config, compiled)
    run = Run(settings, config.world, load_leads(config, compiled, settings.rulebook.rules, MONDAY))
    assert run.screens["debtor"] == {("persons", False), ("persons", True)}
    assert run.screens["guarantor"] == {("surety", False), ("surety", True)}
    assert run.screens["contact"] == {("ask-to-call-back", False)}


def test_a_prepared_portfolio_is_planned_as_its_csv(folder: Path) -> None:
    """The same accounts, addresses and parties, with endpoints in place of numbers."""
    header, *rows = (folder / "people.csv").read_text().splitlines()
    mails = (f"{row},{f'm{index}@example.org' if index % 3 else ''}" for index, row in enumerate(rows))
    (folder / "people.csv").write_text("\n".join([f"{header},emails", *mails]))
    # One of the guarantors owes on an account of their own, and lives elsewhere.
    with (folder / "others.csv").open("a") as file:
        file.write("\na4,guarantor,p5,+442079460001\n")
    mail = 'templates:\n  mail: {channels: [email], reader: person, text: {en: "Please pay."}}'
    steps = "[{channel: agent_call}, {channel: email, template: mail}]"
    strategy = STRATEGY.replace("[{channel: agent_call}]", steps).replace("templates:", mail)
    (folder / "s.yaml").write_text(strategy)
    (folder / "asked.csv").write_text("scope,key\nperson,p3\nperson,q7\n")

    def planned() -> tuple[Leads, list[tuple[object, ...]]]:
        config, strategy = read_config(folder / "run.yaml")
        leads = load_leads(config, strategy, to_settings(config, strategy).rulebook.rules, MONDAY)
        database = leads.portfolio.database
        return leads, database.execute(f"FROM ({leads.plan.query()}) ORDER BY ALL").fetchall()

    leads, of_csv = planned()
    columns = "account_id, person_id, endpoints, emails, zones, places, failed_attempts, days_past_due"
    for name, query in (
        ("people", f"SELECT {columns} FROM accounts ORDER BY source_row"),
        ("others", "SELECT * RENAME (role AS party) FROM party"),
    ):
        leads.portfolio.database.execute(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT PARQUET)").fetchall()
    config = (folder / "run.yaml").read_text()
    (folder / "run.yaml").write_text(
        config.replace("people.csv", "people.parquet").replace("others.csv", "others.parquet")
    )
    prepared, of_parquet = planned()
    assert prepared.portfolio.is_prepared and not prepared.rejected
    assert of_parquet == of_csv
    found = Counter((party, reason) for *_, party, _, reason, _, _ in of_csv)
    for pair in ("guarantor", "contact"), ("contact", "person_first"), ("debtor", "contact"), ("debtor", "no_address"):
        assert found[pair] > 10, found
