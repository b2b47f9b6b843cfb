"""`paceline history describe` on a journal's history, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialer.__main__ import main
from dialer.insight.tally import Tally
from tests.unit.history.floors import write_history, write_journal


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tally]:
    folder = tmp_path_factory.mktemp("described")
    tally = write_journal(folder / "shift.db", count=200)
    write_history(folder / "shift.db", folder / "history")
    return folder / "history", tally


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([*map(str, words)])
    return int(stopped.value.code or 0)


@pytest.mark.parametrize(("language", "words"), [("en", "What it can calibrate"), ("zh", "可用于校准的内容")])
def test_describe(history: tuple[Path, Tally], language: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder, tally = history
    assert run("history", "describe", folder, "--zone", "Europe/London", "--language", language) == 0
    shown = capsys.readouterr().out
    assert words in shown
    assert str(tally.totals().placed) in shown
    assert "law_" not in shown
    assert "history_" not in shown


def test_describe_says_what_is_not_a_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("history", "describe", tmp_path) == 2
    assert "needs the table attempts" in capsys.readouterr().err
    assert run("history", "describe", tmp_path / "none") == 2
    assert "no such folder" in capsys.readouterr().err
    assert run("history", "describe", tmp_path, "--zone", "Nowhere") == 2


def test_a_table_needs_a_mapping_and_a_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "calls.csv").write_text("a\n1\n")
    assert run("history", "import", tmp_path / "calls.csv", "--from", "csv", "-o", tmp_path / "out") == 2
    assert "--mapping" in capsys.readouterr().err
    assert run("history", "import", tmp_path / "calls.csv", "--from", "vicidial", "-o", tmp_path / "out") == 2
    assert "openssl rand" in capsys.readouterr().err
