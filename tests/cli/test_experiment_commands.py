"""`paceline compare` and `paceline tune` from the command line to the files."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from dialer.__main__ import main
from dialer.cli.terminal import tell_driver
from dialer.config import read_config
from dialer.insight.language import Language

pytestmark = pytest.mark.timeout(1800)
"""The first run after a change compiles the fast path for minutes."""

ROWS = "".join(
    f"a{i},p{i},+1212555{100 + i:04d},America/New_York,{1 + i % 80},{1000 + i}.00,0.5,1234,1980-01-02\n"
    for i in range(150)
)
RUN = """\
paceline: 1
strategy: cards-demo
portfolio: {file: accounts.csv}
campaigns:
  - {name: cards, lines: 8}   # eight lines
day: 2026-06-17
journal: run.journal
world:
  floor: {agents: 3, zone: America/New_York, shift_start: "10:00", shift_end: "10:20", breaks: []}
"""
SPACE = """\
run: run.yaml
aims: {contacts_per_agent_hour: most}
limits: {abandon_share: {at_most: 0.5}}
search:
  campaigns.cards.lines: {from: 1, to: 8, whole: true}
  in_strategy.calls.predictive.max_attempts: {of: [2, 3]}
"""


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([*map(str, words)])
    return int(stopped.value.code or 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    header = (
        "account_id,person_id,phones,zones,days_past_due,balance,historical_repayment_rate,card_last_four,birth_date\n"
    )
    (tmp_path / "accounts.csv").write_text(header + ROWS)
    (tmp_path / "run.yaml").write_text(RUN)
    (tmp_path / "few.yaml").write_text(RUN.replace("lines: 8", "lines: 1"))
    (tmp_path / "space.yaml").write_text(SPACE)
    return tmp_path


def test_the_better_of_two_configurations_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("compare", folder / "few.yaml", folder / "run.yaml", "--most", 10, "--jobs", 1)
    assert run(*words, "--language", "en", "-o", folder / "compared") == 0
    told = capsys.readouterr().out
    page = (folder / "compared" / "report.html").read_text()
    assert "B is better" in page and 'download="minutes_B.csv"' in page
    assert page.count("Abandoned calls in five minutes") >= 2
    figures = duckdb.sql(f"SELECT better FROM '{folder}/compared/figures.parquet'").fetchall()
    assert figures[0] == ("B",)
    assert "B is better in Contacts per agent-hour" in told
    assert "not tested against a history" in told.replace("\n", " ")
    assert "Simulated on the fast path" in told
    assert run("compare", folder / "run.yaml", folder / "run.yaml", "--most", 6, "--jobs", 1, "--indifference", 0.1,
               "--language", "zh") == 0  # fmt: skip
    assert "没有实际差异" in capsys.readouterr().out


def test_a_search_ends_in_a_configuration_that_runs_and_can_be_gone_on_with(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = folder / "tuned"
    words = ("tune", folder / "space.yaml", "-o", output, "--replications", 2, "--jobs", 1, "--language", "en")
    assert run(*words, "--trials", 5) == 0
    assert run(*words, "--trials", 6) == 0
    told = capsys.readouterr().out
    assert "★" in told and "Frontier of 6 settings tried" in told and "Simulated on the fast path" in told
    config, strategy = read_config(output / "run.yaml")
    assert 1 <= config.campaigns[0].lines <= 8
    assert config.portfolio.file == folder / "accounts.csv"
    assert strategy.calls[0].max_attempts in (2, 3)
    assert "# eight lines" in (output / "run.yaml").read_text()
    assert "Contacts per agent-hour" in (output / "frontier.html").read_text()


@pytest.mark.parametrize(
    ("refused", "language", "message"),
    [
        (["", ""], "en", "Simulated on the fast path, call by call"),
        (["mode: preview"], "en", "by the readable driver: the fast path does not know mode: preview."),
        (["", "`lease` of a run", ""], "en", "on the fast path, and by the readable driver where"),
        (["", "`lease` of a run", ""], "zh", "`lease` of a run"),
        (["mode: preview"], "zh", "由可读驱动模拟"),
    ],
)
def test_which_driver_simulated_is_told(
    refused: list[str], language: Language, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_driver(Console(width=200), refused, language)
    assert message in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("run: run.yaml", "run: none.yaml", "space.yaml:1:6"),
        ("campaigns.cards.lines", "campaigns.loans.lines", "leads nowhere"),
        ("campaigns.cards.lines", "campaigns.cards.line", "unknown key `line`"),
        ("contacts_per_agent_hour", "contacts_per_hour", "there is no figure contacts_per_hour"),
    ],
)
def test_a_search_that_cannot_be_made_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, message: str
) -> None:
    (folder / "space.yaml").write_text(SPACE.replace(old, new))
    assert (
        run("tune", folder / "space.yaml", "-o", folder / "tuned", "--trials", 1, "--replications", 2, "--jobs", 1) == 2
    )
    assert message in capsys.readouterr().err


def test_an_aim_that_does_not_exist_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("compare", folder / "run.yaml", folder / "run.yaml", "--aim", "joy") == 2
    assert "write one of contacts_per_agent_hour" in capsys.readouterr().err


def test_simulated_shifts_leave_a_report_and_tables(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("simulate", folder / "run.yaml", "-o", folder / "out", "--language", "zh") == 0
    page = (folder / "out" / "report.html").read_text()
    assert "坐席状态" in page and "未拨打任何人" in page and 'download="minutes.csv"' in page
    ((minutes, placed),) = duckdb.sql(f"SELECT count(*), sum(placed) FROM '{folder}/out/minutes.parquet'").fetchall()
    assert minutes >= 20
    assert placed == json.loads((folder / "out" / "summary.json").read_text())["placed"] > 0
    (folder / "file").write_text("")
    assert run("simulate", folder / "run.yaml", "-o", folder / "file") == 2
    assert "name a folder" in capsys.readouterr().err
