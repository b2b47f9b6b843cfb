"""`paceline journal verify` and `paceline replay` on real files, sound and broken."""

from __future__ import annotations

import sqlite3
from datetime import date, time
from pathlib import Path

import msgspec
import pytest

from adapters.journal.sqlite import SqliteJournal
from dialer.__main__ import main
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.insight.tally import Tally
from dialer.journal.entry import Chain, decode_effects, decode_event, genesis
from dialer.journal.manifest import Manifest
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compliance.packs import load_packs
from tests.cli.floors import write_journal

DAY = date(2026, 6, 17)
WORLD = WorldSettings(seed=3, floor=FloorSettings(agents=2, shift_start=time(9), shift_end=time(9, 40), breaks=()))
SETTINGS = RunSettings((CampaignSettings("cards", "progressive"),), load_packs(["house"]))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tally]:
    file = tmp_path_factory.mktemp("journal") / "shift.db"
    leads = [("cards", Lead(f"l{n}", f"p{n}", f"a{n}", "M1", 1, (f"p{n}/0",), ("Europe/London",))) for n in range(300)]
    return file, write_journal(file, SETTINGS, WORLD, leads, DAY)


def copy(file: Path, folder: Path) -> Path:
    target = folder / "copy.db"
    target.write_bytes(file.read_bytes())
    return target


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([*map(str, words)])
    return int(stopped.value.code or 0)


def test_the_journal_holds_what_the_tally_saw(sound: tuple[Path, Tally]) -> None:
    file, tally = sound
    journal = SqliteJournal.reader(file)
    again = Tally()
    for record in journal.read():
        again.take(decode_event(record), decode_effects(record))
    journal.close()
    assert again.totals() == tally.totals()
    assert again.totals().placed > 50


def test_a_sound_journal_verifies_and_replays(sound: tuple[Path, Tally], capsys: pytest.CaptureFixture[str]) -> None:
    file, _ = sound
    assert run("journal", "verify", file) == 0
    said = capsys.readouterr().out
    assert "sound" in said
    assert "2026-06-17 09:00:00 UTC" in said
    assert run("replay", file) == 0
    assert "equal" in capsys.readouterr().out
    assert run("journal", "verify", file, "--language", "zh") == 0
    assert "完好" in capsys.readouterr().out
    assert run("replay", file, "--language", "zh") == 0
    assert "一致" in capsys.readouterr().out


def test_a_changed_entry_is_found(
    sound: tuple[Path, Tally], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = copy(sound[0], tmp_path)
    database = sqlite3.connect(file)
    for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {trigger}")
    database.execute("UPDATE entry SET effects = replace(effects, '\"attempt\":1', '\"attempt\":2') WHERE seq >= 20")
    database.commit()
    database.close()
    assert run("journal", "verify", file) == 1
    assert "broken at entry" in capsys.readouterr().out


def test_a_cut_off_end_is_seen_by_the_head_that_was_kept(
    sound: tuple[Path, Tally], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = copy(sound[0], tmp_path)
    journal = SqliteJournal.reader(file)
    *_, before, last = journal.read()
    journal.close()
    assert run("journal", "verify", file, "--head", before.hash.hex()) == 0
    assert "1 entries were added since" in capsys.readouterr().out
    database = sqlite3.connect(file)
    for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {trigger}")
    database.execute("DELETE FROM entry WHERE seq = ?", [last.seq])
    database.commit()
    database.close()
    assert run("journal", "verify", file) == 0
    assert "cannot be proven" in capsys.readouterr().out
    for words in (("--head", last.hash.hex()), ("--entries", last.seq)):
        assert run("journal", "verify", file, *words) == 1
        assert "cut off" in capsys.readouterr().out
    assert run("journal", "verify", file, "--head", "no hash") == 2


def test_another_policy_is_caught_with_both_sides(
    sound: tuple[Path, Tally], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The same events under a manifest with another ring time-out, sealed anew: sound, but not what this kernel does.
    file = tmp_path / "other.db"
    source = SqliteJournal.reader(sound[0])
    manifest = Manifest.decode(source.manifest)
    campaign = msgspec.structs.replace(SETTINGS.campaigns[0], ring_timeout_s=20.0)
    other = msgspec.structs.replace(manifest, settings=msgspec.structs.replace(SETTINGS, campaigns=(campaign,)))
    target = SqliteJournal.create(file, other.encode())
    chain = Chain(genesis(target.manifest))
    target.append([chain.seal(decode_event(record), decode_effects(record)) for record in source.read()])
    target.close()
    source.close()
    assert run("journal", "verify", file) == 0
    capsys.readouterr()
    assert run("replay", file) == 1
    said = capsys.readouterr().out
    assert "ring_timeout_s" in said
    assert "recorded  26.0" in said
    assert "replayed  20.0" in said


@pytest.mark.parametrize("words", [("journal", "verify"), ("replay",)])
def test_a_missing_file_is_a_clear_message(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words, tmp_path / "none.db") == 1
    said = capsys.readouterr()
    assert said.err.startswith("paceline: ")
    assert "there is no such journal" in said.err
    assert "Traceback" not in said.err
