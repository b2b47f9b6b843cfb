"""What a strategy says about assignment, what it makes of accounts, and files of agents."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from strategies.assignment.agents import read_agents
from strategies.assignment.cases import cases
from strategies.assignment.records import Agent, Case
from strategies.compile import compile_document
from strategies.compiled import AssignmentRules, Grab, Need
from strategies.document import Document
from strategies.errors import ConfigError, ConfigErrors

STRATEGY = """\
name: desks
purpose: collections
fields: {balance: {type: number, min: 0}, failed_attempts: integer, broken_promises: integer, due: date}
segments: [{name: all, when: "TRUE"}]
assignment:
  value: balance * 0.5
  needs:
  - {skill: specialist, when: failed_attempts >= 6 OR broken_promises >= 2 OR balance > 50000}
  - {skill: late, when: today - due > 60}
  grab: {when: failed_attempts < 2, limit: 5, lease_min: 90}
packs: [house]
"""


def errors(old: str, new: str) -> list[str]:
    assert old in STRATEGY
    with pytest.raises(ConfigErrors) as caught:
        compile_document(Document("s.yaml", STRATEGY.replace(old, new)))
    return [str(error) for error in caught.value.errors]


def test_the_section_becomes_rules() -> None:
    rules = compile_document(Document("s.yaml", STRATEGY)).assignment
    escalation = "failed_attempts >= 6 OR broken_promises >= 2 OR balance > 50000"
    assert rules == AssignmentRules(
        "balance * 0.5",
        (Need("specialist", escalation), Need("late", "today - due > 60")),
        Grab("failed_attempts < 2", 5, 5400),
    )
    without = compile_document(Document("s.yaml", STRATEGY[: STRATEGY.index("assignment:")] + "packs: [house]\n"))
    assert without.assignment == AssignmentRules()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("balance * 0.5", "balanc", "s.yaml:6:10: assignment.value: `balanc` is not a declared field"),
        (
            "balance * 0.5",
            "balance > 1",
            "s.yaml:6:10: assignment.value: this is a value of type BOOLEAN, not a number",
        ),
        ("failed_attempts >= 6", "failed >= 6", "s.yaml:8:31: assignment.needs[0].when: `failed` is not a declared"),
        (
            "failed_attempts < 2",
            "failed_attempts",
            "s.yaml:10:16: assignment.grab.when: this is a value of type BIGINT",
        ),
        ("limit: 5", "limit: 0", "s.yaml:10:44: assignment.grab.limit: input should be greater than or equal to 1"),
    ],
)
def test_faults_are_named_where_they_stand(old: str, new: str, expected: str) -> None:
    assert any(error.startswith(expected) for error in errors(old, new)), errors(old, new)


def test_accounts_become_cases() -> None:
    strategy = compile_document(Document("s.yaml", STRATEGY))
    with duckdb.connect() as database:
        database.execute(
            """
            CREATE TABLE accounts AS SELECT * FROM (VALUES
                (1, 'a', 1000.0, 1, 0, DATE '2026-11-01'), (2, 'b', 90000.0, 3, 0, DATE '2026-11-01'),
                (3, 'c', 10.0, 2, 2, DATE '2026-01-01'), (4, 'd', NULL, NULL, NULL, NULL)
            ) AS account (source_row, account_id, balance, failed_attempts, broken_promises, due)
            """
        ).fetchall()
        found = list(cases(database, strategy, dt.date(2026, 11, 22)))
    assert found == [
        (Case("a", 500.0), True),
        (Case("b", 45000.0, frozenset({"specialist"})), False),
        (Case("c", 5.0, frozenset({"specialist", "late"})), False),
        (Case("d"), False),  # what is unknown makes no condition true
    ]


def test_agents_are_read(tmp_path: Path) -> None:
    file = tmp_path / "agents.csv"
    file.write_text("agent_id,skills,max_cases,ability,holds\nann,legal; late,40,1.2,3\n\nrobot-1,,5000,,\n")
    assert read_agents(file) == [
        Agent("ann", 40, frozenset({"legal", "late"}), 1.2, 3),
        Agent("robot-1", 5000),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("agent_id\nann\n", ":1: the column max_cases is missing"),
        ("agent_id,max_cases,name\nann,1,x\n", ":1: the column `name` is unknown"),
        ("agent_id,max_cases\nann,many\n", ":2: max_cases is no whole number (write how many cases, such as 40)"),
        ("agent_id,max_cases\nann,1\nann,2\n", ":3: the agent ann is here twice (keep one of the two)"),
        ("agent_id,max_cases,ability\nann,1,0\n", ":2: ability is no number above 0"),
        ("agent_id,max_cases,skills\nann,1,a b\n", ":2: a skill cannot be a name"),
        ("agent_id,max_cases\n,1\n", ":2: agent_id cannot be an id"),
        ("agent_id,max_cases\n", ": there is no agent"),
        ('agent_id,max_cases\n"ann,1\n', ": this is not CSV in UTF-8"),
    ],
)
def test_a_bad_file_of_agents_is_refused_by_line(text: str, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "agents.csv"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_agents(file)
    assert f"{file}{expected}" in str(caught.value)


def test_a_missing_file_of_agents_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_agents(tmp_path / "none.csv")
