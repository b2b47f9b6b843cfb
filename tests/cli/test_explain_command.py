"""`paceline explain` on a real journal of a predictive floor."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from dialer.__main__ import main
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compliance.rulebook import Rulebook
from tests.cli.floors import write_journal

DAY = date(2026, 6, 17)
WORLD = WorldSettings(seed=3, floor=FloorSettings(agents=4, shift_start=time(9), shift_end=time(9, 30), breaks=()))
RUN = RunSettings((CampaignSettings("cards", "predictive", shift_s=1800.0),), Rulebook())


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("explain") / "shift.journal"
    leads = [("cards", Lead(f"l{n}", f"p{n}", f"a{n}", "M1", 7, (f"p{n}/0",), ("Europe/London",))) for n in range(300)]
    write_journal(file, RUN, WORLD, leads, DAY)
    return file


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def test_a_call_is_explained_by_the_numbers_of_its_decision(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", journal, "--call", "cards/l20/1", "--language", "en") == 0
    said = capsys.readouterr().out
    for words in (
        "predictive",
        "Agents idle",
        "Risk that one more line may carry",
        "Abandons that the window still bears",
    ):
        assert words in said
    assert "cards/l20/1" in said and "segment M1, priority 7, attempt 1" in said


def test_the_last_decision_in_chinese(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", journal, "--language", "zh") == 0
    assert "空闲坐席" in capsys.readouterr().out


def test_entries_count_from_one(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", journal, "--entry", 0) != 0
    assert "--entry" in capsys.readouterr().err


@pytest.mark.parametrize("which", [("--entry", 1), ("--call", "cards/l999/1")])
def test_what_is_not_there_is_said(
    journal: Path, capsys: pytest.CaptureFixture[str], which: tuple[str, object]
) -> None:
    assert run("explain", journal, *which) == 1
    assert "holds no pacing decision" in capsys.readouterr().err
