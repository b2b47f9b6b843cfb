"""`paceline audit`, `pyramid` and `outcomes` on the engine's own journals: the first finds them clean."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import duckdb
import pytest

from dialer.__main__ import main
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import PackChoice
from tests.cli.floors import write_journal

DAY = date(2026, 6, 17)
ENGINE_PACKS = ("house", "us-reg-f")
ZONES = (("America/New_York",), ("America/Chicago", "America/New_York"), ("America/Los_Angeles",))
PLACES = (("US-NY",), ("US-TX", "US-GA"), ())


def simulated(file: Path, days: int, leads: int, agents: int, seed: int = 3) -> Path:
    """Write the journal of so many days of a predictive floor in New York, with persons in three zones."""
    world = WorldSettings(
        seed=seed, floor=FloorSettings(agents=agents, shift_start=time(9), shift_end=time(17), zone="America/New_York")
    )
    book = load_packs([PackChoice(name, accept_unreviewed=True) for name in ENGINE_PACKS])
    run = RunSettings((CampaignSettings("cards", "predictive", shift_s=28_800.0),), book)
    many = [
        ("cards", Lead(f"l{n}", f"p{n}", f"a{n}", "M1", 7, (f"p{n}/0", f"p{n}/1"), ZONES[n % 3], places=PLACES[n % 3]))
        for n in range(leads)
    ]
    write_journal(file, run, world, many, DAY, days)
    return file


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(tmp_path_factory.mktemp("audit") / "days.journal", days=4, leads=500, agents=3)


def test_the_engine_s_own_journal_is_clean(
    journal: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    words = ("--packs", *ENGINE_PACKS, "--zone", "America/New_York", "--language", "en")
    assert run("audit", journal, *words) == 0
    said = capsys.readouterr().out
    assert said.startswith("Clean") and "US-REGF-FREQ-A" in said and "violated" not in said


def test_stricter_packs_find_what_the_engine_was_not_told_to_keep(journal: Path, tmp_path: Path) -> None:
    strict = tmp_path / "strict.yaml"
    strict.write_text(
        "pack: strict\nlayer: house\njurisdiction: any\nversion: 2026.11.1\nreviewed_by: null\nnotice: For a test.\n"
        "rules:\n  - id: STRICT-ONCE\n    kind: frequency\n    says: One call a week.\n    source: a test\n"
        "    status: H\n    key: [person]\n    counts: {event: attempt}\n    limit: 1\n"
        "    window: {kind: calendar, period: week}\n"
    )
    evidence = tmp_path / "evidence.parquet"
    assert run("audit", journal, "--packs", strict, "--evidence", evidence) == 1
    rows = duckdb.execute(f"SELECT rule, len(counted) >= 1 FROM '{evidence}' GROUP BY ALL").fetchall()
    assert rows == [("STRICT-ONCE", True)]


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_two_hundred_days_are_clean(tmp_path: Path) -> None:
    file = simulated(tmp_path / "year.journal", days=200, leads=6_000, agents=4, seed=5)
    assert run("audit", file, "--packs", *ENGINE_PACKS, "--zone", "America/New_York") == 0


def test_the_other_reports_read_a_journal_too(
    journal: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run("pyramid", journal, "--by", "team", "--language", "en") == 0
    assert run("pyramid", journal, "--language", "en") == 0
    assert "not known" in capsys.readouterr().out
    assert run("outcomes", journal, "--language", "en") == 0
    assert "Contact pressure by week" in capsys.readouterr().out
