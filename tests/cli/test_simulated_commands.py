"""`paceline demo` and `paceline simulate` from the command line to the files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from adapters.journal.sqlite import SqliteJournal
from dialer.__main__ import main
from dialer.app import tell_past
from dialer.core.units import NS_PER_S
from dialer.insight.tally import Tally
from dialer.journal.manifest import Manifest
from dialer.journal.verify import verify
from dialer.runtime.telemetry import Metrics


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([*map(str, words)])
    return int(stopped.value.code or 0)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "out"
    assert run("demo", "--agents", 2, "--language", "en", "--output", folder) == 0
    return folder


@pytest.fixture(scope="module")
def short(demo: Path) -> Path:
    """Return the demo's configuration with a shift of one hour."""
    file = demo / "short.yaml"
    file.write_text((demo / "run.yaml").read_text().replace('"18:00"', '"10:00"'))
    return file


def test_the_demo_leaves_a_sound_journal_a_report_and_its_configuration(demo: Path) -> None:
    assert {path.name for path in demo.iterdir()} >= {"run.yaml", "portfolio.parquet", "shift.journal", "report.html"}
    journal = SqliteJournal.reader(demo / "shift.journal")
    found = verify(journal)
    manifest = Manifest.decode(journal.manifest)
    journal.close()
    assert found.fault is None
    assert found.entries > 2000
    assert manifest.settings.campaigns[0].strategy.startswith("cards-demo:2026.11.1@")
    assert "nobody was called" in (demo / "report.html").read_text()


def test_metrics_of_an_engine_that_starts_again_go_on_where_they_were(demo: Path) -> None:
    tally, registry = Tally(), CollectorRegistry()
    journal = SqliteJournal.reader(demo / "shift.journal")
    tell_past(journal, tally.take, Metrics(registry).take)
    journal.close()
    placed = registry.get_sample_value("paceline_calls_placed_total", {"campaign": "cards"})
    assert placed == tally.totals().placed > 0
    assert registry.get_sample_value("paceline_calls", {"campaign": "cards"}) == 0


def test_no_telephone_number_is_in_the_journal_or_the_report(demo: Path) -> None:
    number = re.compile(rb"(?<![\d.])(\+?1)?\d{3}55501\d\d(?!\d)")
    assert not number.search((demo / "report.html").read_bytes())
    journal = SqliteJournal.reader(demo / "shift.journal")
    assert not any(number.search(record.event + record.effects) for record in journal.read())
    journal.close()


def test_a_second_demo_does_not_write_over_the_first(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("demo", "--output", demo) == 2
    assert "--output" in capsys.readouterr().err


def test_demos_without_a_folder_number_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dialer.cli.demo import _new_folder

    monkeypatch.chdir(tmp_path)
    names = []
    for _ in range(3):
        names.append(folder := _new_folder())
        folder.mkdir()
    assert [str(name) for name in names] == ["paceline-demo", "paceline-demo-2", "paceline-demo-3"]


def test_a_folder_that_cannot_be_written_is_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run("demo", "--output", tmp_path / "file" / "out") == 2
    assert "cannot be written" in capsys.readouterr().err


def test_simulate_repeats_itself_and_another_seed_differs(short: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def summary(*words: object) -> str:
        assert run("simulate", short, "--language", "en", *words) == 0
        return capsys.readouterr().out

    first = summary()
    assert "Collections pyramid" in first
    assert re.search(r"Abandoned / answered by a person +\d\.\d\d% +limit 3\.0%", first)
    assert summary("--seed", 1) == first
    assert summary("--seed", 2) != first


def test_simulate_keeps_a_journal_when_asked(short: Path, tmp_path: Path) -> None:
    file = tmp_path / "two-days.journal"
    assert run("simulate", short, "--days", 2, "--journal", file) == 0
    journal = SqliteJournal.reader(file)
    found = verify(journal)
    journal.close()
    assert found.fault is None
    assert found.first_ns is not None
    assert found.last_ns is not None
    assert found.last_ns - found.first_ns > 24 * 3600 * NS_PER_S


def test_a_fault_in_the_configuration_names_its_place(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = tmp_path / "run.yaml"
    text = (demo / "run.yaml").read_text().replace("portfolio.parquet", str(demo / "portfolio.parquet"))
    faulty.write_text(text.replace("lines: 150", "lines: many"))
    assert run("simulate", faulty) == 2
    said = capsys.readouterr().err
    assert re.search(r"run\.yaml:\d+:\d+: .*lines", said)
    assert "Traceback" not in said


def test_a_journal_that_exists_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "old.journal").write_text("kept")
    assert run("simulate", tmp_path / "no.yaml", "--journal", tmp_path / "old.journal") == 2
    assert "old.journal exists already (name another file with --journal" in capsys.readouterr().err
    assert (tmp_path / "old.journal").read_text() == "kept"
