"""A back-test passes on what the simulator can repeat, and fails on what was tampered with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.__main__ import main
from simulator.backtest.figures import FIGURES, Outcome
from simulator.backtest.verdict import backtest, compare, interval
from simulator.history.read import open_history
from strategies.errors import ConfigError
from tests.unit.backtest.floors import SETTINGS, write_floor

pytestmark = pytest.mark.timeout(1800)
"""The first run after a change compiles the fast path for minutes."""

DRIFTING = (1.2, 1.17, 1.14, 1.11, 1.08, 1.05, 1.02, 0.99)
RUNS = 12


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backtest")
    write_floor(folder / "history", DRIFTING)
    return folder / "history"


def tampered(history: Path, folder: Path, change: str) -> Path:
    """Copy a history, with another second half."""
    folder.mkdir()
    for file in history.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    half = "placed_at >= TIMESTAMPTZ '2026-06-19 00:00:00+00'"
    source = f"SELECT * REPLACE ({change.format(half=half)}) FROM '{history}/attempts.parquet'"
    duckdb.execute(f"COPY ({source}) TO '{folder}/attempts.parquet' (FORMAT PARQUET)").fetchall()
    return folder


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([*map(str, words)])
    return int(stopped.value.code or 0)


def test_the_held_out_days_of_a_floor_that_drifts_are_within_the_intervals(floor: Path) -> None:
    with open_history(floor) as database:
        verdict = backtest(database, SETTINGS, "UTC", runs=RUNS)
    assert verdict.learned == (date(2026, 6, 15), date(2026, 6, 19))
    assert verdict.judged == (date(2026, 6, 20), date(2026, 6, 22))
    assert verdict.passed, verdict.lines
    # Not because the intervals are as wide as the world.
    lines = {line.figure: line for line in verdict.lines}
    assert 0.4 * lines["contacts"].simulated < lines["contacts"].low
    assert lines["answered_share"].high < 0.4


TAMPERED = {
    "refusals became promises": "CASE WHEN {half} AND disposition = 'refusal' THEN 'promise' "
    "ELSE disposition END AS disposition",
    "talks were stretched": "CASE WHEN {half} AND bridged_at IS NOT NULL "
    "THEN ended_at + 2 * (ended_at - bridged_at) ELSE ended_at END AS ended_at",
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_second_half_that_was_tampered_with_fails(floor: Path, tmp_path: Path, what: str) -> None:
    with open_history(tampered(floor, tmp_path / "other", TAMPERED[what])) as database:
        verdict = backtest(database, SETTINGS, "UTC", runs=RUNS)
    assert not verdict.passed


def test_the_command_says_passed_or_failed(floor: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tampered(floor, tmp_path / "other", TAMPERED["talks were stretched"])
    assert run("backtest", other, "--runs", 10, "--zone", "UTC", "--language", "en") in (0, 1)
    assert "calibrated on 2026-06-15 to 2026-06-19" in capsys.readouterr().out
    (other / "settings.json").unlink()
    assert run("backtest", other, "--runs", 10) == 2
    assert "--config" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert run("backtest", tmp_path / "empty") == 2
    assert "a history needs the table attempts" in capsys.readouterr().err


def test_one_day_is_too_little(tmp_path: Path) -> None:
    write_floor(tmp_path / "history", (1.0,), leads=40)
    with open_history(tmp_path / "history") as database, pytest.raises(ConfigError, match="two days"):
        backtest(database, SETTINGS, "UTC")


@given(st.floats(-1e3, 1e3), st.floats(0.1, 100), st.floats(0.5, 0.999))
def test_an_interval_is_around_its_values_and_wider_for_more(mean: float, spread: float, coverage: float) -> None:
    values = mean + spread * np.linspace(-1, 1, 15)
    low, high = interval(values, coverage)
    assert low < mean < high
    lower, higher = interval(values, (1 + coverage) / 2)
    assert lower < low
    assert high < higher


def test_a_figure_that_is_always_the_same_passes_only_as_it_is() -> None:
    outcomes = [Outcome(placed=100, answered=20, contacts=10)] * 5
    assert all(line.passed for line in compare(outcomes[0], outcomes))
    failed = [
        line.figure for line in compare(Outcome(placed=100, answered=20, contacts=11), outcomes) if not line.passed
    ]
    assert failed == ["contacts"]
    assert len(compare(outcomes[0], outcomes)) == len(FIGURES)
