"""A live run is killed at random instants and started again, and nothing is lost, doubled or forgotten."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from tests.crash import faults
from tests.crash.checks import Found, check_dead, check_journal, check_ledger, has_asked, has_capped
from tests.crash.nursery import Request
from tests.crash.scenario import MODES

PROJECT = Path(__file__).parents[2]

PATIENCE_S = 30.0
"""How long a run may say nothing before the test gives it up. No run takes a tenth of it."""


class Nursery:
    """The process that forks the runs."""

    def __init__(self, fault: str = "") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery", *([fault] if fault else [])],
            cwd=PROJECT,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._pid = 0

    def start(self, request: Request) -> int:
        """Start a run and return its process id."""
        assert self._process.stdin
        if self._pid:  # left over from a test that failed
            os.kill(self._pid, signal.SIGKILL)
            while self.hear("up", "dead") == "up":
                pass
        self._process.stdin.write(msgspec.json.encode(request) + b"\n")
        self._pid = int(self.hear("born"))
        return self._pid

    def hear(self, *words: str) -> str:
        """Return the next line, which begins with one of `words`, without its first word if there is only one."""
        assert self._process.stdout
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE_S)
        assert ready, "the run does not come to an end"
        line = self._process.stdout.readline().decode()
        word, _, rest = line.strip().partition(" ")
        if word == "dead":
            self._pid = 0
        assert word in words, f"the nursery said {line!r}"
        return rest if len(words) == 1 else line.strip()

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
        self._process.stdout.close()
        self._process.wait()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


class Story:
    """Runs on one journal and one ledger, one after the other."""

    def __init__(self, nursery: Nursery, name: str, place: Path) -> None:
        self.nursery, self.name, self.place = nursery, name, place
        self.request = Request(name, str(place), time.monotonic_ns())

    def kill_when_up(self, after_s: float) -> None:
        """Start, and kill some time after the engine is up."""
        pid = self.nursery.start(self.request)
        self.nursery.hear("up")
        self._kill(pid, after_s)

    def kill_at_once(self, after_s: float) -> None:
        """Start, and kill while it recovers."""
        self._kill(self.nursery.start(self.request), after_s)

    def kill_draining(self, before_s: float, after_s: float) -> None:
        """Start, ask for the end, and kill before it."""
        pid = self.nursery.start(self.request)
        self.nursery.hear("up")
        time.sleep(before_s)
        os.kill(pid, signal.SIGTERM)
        self._kill(pid, after_s)

    def end(self) -> Found:
        """Start, let it go on until the cap has stopped somebody, drain to a clean end, and check everything."""
        pid = self.nursery.start(self.request)
        self.nursery.hear("up")
        deadline_s = time.monotonic() + PATIENCE_S
        while not has_capped(self.place) and time.monotonic() < deadline_s:
            time.sleep(0.1)
        os.kill(pid, signal.SIGTERM)
        assert self.nursery.hear("dead") == "0"
        check_dead(self.place)
        found = check_journal(self.name, self.place, clean_end=True)
        dialled, up = check_ledger(self.place)
        assert dialled <= found.placed
        assert not up, "calls are up that nobody has"
        return found

    def _kill(self, pid: int, after_s: float) -> None:
        time.sleep(after_s)
        with suppress(ProcessLookupError):  # a run that was asked to end may have come to its end
            os.kill(pid, signal.SIGKILL)
        while (line := self.nursery.hear("up", "dead")) == "up":
            pass
        assert line in ("dead -9", "dead 0")
        check_dead(self.place)
        check_ledger(self.place)


MORE_KILLS = 20


def story(nursery: Nursery, name: str, place: Path, seed: int, kills: int) -> Found:
    """Kill `kills` times: mostly a while after the start, sometimes at once, sometimes while draining."""
    chance = random.Random(f"{name} {seed}")
    told = Story(nursery, name, place)
    for _ in range(kills):
        kind = chance.random()
        if kind < 0.2:
            told.kill_at_once(chance.uniform(0, 0.03))
        elif kind < 0.3:
            told.kill_draining(chance.uniform(0, 0.3), chance.uniform(0, 0.1))
        else:
            told.kill_when_up(chance.uniform(0, 0.5))
    # On a busy machine an engine may die before it has a call to lose.
    for more in range(MORE_KILLS):
        if has_asked(place):
            break
        told.kill_when_up(chance.uniform(0.5, 1.5) * (1.0 + more / 4.0))
    found = told.end()
    # Or else there was nothing to lose.
    assert found.placed
    assert found.asked
    assert found.capped
    assert found.transferred or "robot_then_human" not in MODES[name]
    return found


@pytest.mark.parametrize("name", MODES)
def test_killed_at_random(name: str, nursery: Nursery, tmp_path: Path) -> None:
    """25 kills in all."""
    story(nursery, name, tmp_path, seed=0, kills=5)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 21))
@pytest.mark.parametrize("name", MODES)
def test_killed_at_random_many_times(name: str, seed: int, nursery: Nursery, tmp_path: Path) -> None:
    """500 kills in all."""
    story(nursery, name, tmp_path, seed, kills=5)


def test_killed_again_and_again_while_recovering(nursery: Nursery, tmp_path: Path) -> None:
    chance = random.Random("recovering")
    told = Story(nursery, "ratio", tmp_path)
    told.kill_when_up(0.3)
    for _ in range(8):
        told.kill_at_once(chance.uniform(0, 0.01))
    told.kill_at_once(0.03)
    assert told.end().asked


def test_killed_while_draining(nursery: Nursery, tmp_path: Path) -> None:
    told = Story(nursery, "all", tmp_path)
    for after_s in (0.0, 0.01, 0.03):
        told.kill_draining(0.3, after_s)
    assert told.end().asked


def stories(nursery: Nursery, place: Path) -> None:
    """Tell enough of them for a fault to show."""
    for seed in range(10):
        (place / str(seed)).mkdir()
        story(nursery, "all", place / str(seed), seed, kills=10)


@pytest.mark.soak
@pytest.mark.parametrize("fault", faults.FAULTS)
def test_planted_faults_are_noticed(fault: str, tmp_path: Path) -> None:
    nursery = Nursery(fault)
    try:
        with pytest.raises(AssertionError):
            stories(nursery, tmp_path)
    finally:
        nursery.close()
