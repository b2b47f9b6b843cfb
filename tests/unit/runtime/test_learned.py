"""The file in which pacing keeps what it has learned, and the manifest that makes a replay independent of it."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from dialer.core import events as e
from dialer.core.errors import ConfigError
from dialer.core.kernel import Kernel
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.journal.manifest import Manifest
from dialer.runtime import learned
from strategies.compliance.rulebook import Rulebook
from tests.unit.core.floors import HandFloor

CAMPAIGNS = (CampaignSettings("c", "predictive"),)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file that a short run has written."""
    floor = HandFloor("predictive", leads=40).ready("ann")
    for number in range(30):
        floor.do(e.CallEnded, call=f"c/l{number}/1", cause="no_answer")
    path = tmp_path / "learned.json"
    learned.write(path, floor.kernel)
    return path


def kernel(known: learned.Learned | None) -> Kernel:
    return Kernel(RunSettings(CAMPAIGNS, Rulebook(), known))


def test_a_run_begins_with_what_the_file_says(path: Path) -> None:
    known = learned.read(path, CAMPAIGNS)
    assert known is not None
    assert known.sha256 == sha256(path.read_bytes()).hexdigest()
    assert kernel(known).snapshot() != kernel(None).snapshot()
    assert list(path.parent.iterdir()) == [path], "nothing is left beside it"


def test_a_replay_needs_no_file(path: Path) -> None:
    settings = RunSettings(CAMPAIGNS, Rulebook(), learned.read(path, CAMPAIGNS))
    text = Manifest(version="test", started_ns=0, settings=settings).encode()
    path.unlink()
    again = Manifest.decode(text).settings
    assert again == settings
    assert Kernel(again).snapshot() == Kernel(settings).snapshot()


def test_a_restored_kernel_goes_on_from_its_snapshot_and_not_from_the_file(path: Path) -> None:
    settings = RunSettings(CAMPAIGNS, Rulebook(), learned.read(path, CAMPAIGNS))
    kept = Kernel(RunSettings(CAMPAIGNS, Rulebook())).snapshot()
    assert Kernel.restore(settings, kept, ()).snapshot() == kept


def test_no_file_yet_is_a_cold_start(tmp_path: Path) -> None:
    assert learned.read(tmp_path / "none.json", CAMPAIGNS) is None


def test_other_campaigns_and_other_policies_start_from_nothing(path: Path) -> None:
    for others in ((CampaignSettings("d", "predictive"),), (CampaignSettings("c", "ratio"),)):
        known = learned.read(path, others)
        assert known is not None and known.campaigns == {}


def spoiled(path: Path, change: Any) -> None:
    kept = json.loads(path.read_text())
    change(kept)
    path.write_text(json.dumps(kept))


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept.update(paceline_learned=2),
        lambda kept: kept.update(more=1),
        lambda kept: kept.update(campaigns=[]),
        lambda kept: kept["campaigns"]["c"].pop("guard"),
        lambda kept: kept["campaigns"]["c"]["learned"]["ring"]["mean"].pop(),
    ],
)
def test_a_damaged_file_is_refused(path: Path, change: Any) -> None:
    spoiled(path, change)
    with pytest.raises(ConfigError, match=r"learned.json: this is not what pacing has learned: .*name the file"):
        learned.read(path, CAMPAIGNS)


@pytest.mark.parametrize("content", [b"", b"accounts,amount\n1,2\n", b"\xff\x00"])
def test_a_foreign_file_is_refused_and_kept(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="this is not what pacing has learned"):
        learned.read(path, CAMPAIGNS)
    assert path.read_bytes() == content


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        learned.read(tmp_path, CAMPAIGNS)


def test_a_failed_write_leaves_the_old_file(path: Path) -> None:
    before = path.read_bytes()
    path.with_name("learned.json.new").mkdir()
    with pytest.raises(OSError, match=r"learned\.json\.new"):
        learned.write(path, kernel(None))
    assert path.read_bytes() == before
