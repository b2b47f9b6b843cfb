"""`paceline run` with real telephony: from a file to calls that a real Asterisk makes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.journal.sqlite import SqliteJournal
from dialer.core.effects import CloseAttempt
from dialer.journal.entry import decode_effects
from tests.architecture.tree import PROJECT
from tools.rig.carrier import number
from tools.rig.rig import Rig

pytestmark = pytest.mark.rig

ZONES = ("Pacific/Honolulu", "America/New_York", "Europe/London", "Asia/Dubai", "Asia/Shanghai", "Pacific/Auckland")

STRATEGY = """
name: trial
version: 2026.11.1
purpose: collections
fields:
  balance: {type: number, min: 0}
segments:
  - name: all
    when: balance > 0
    steps: [{channel: agent_call, priority: 100}]
stop: {paid: balance <= 0, promise_running: "false", dispute: "false", complaint: "false", opt_out: "false",
  bankrupt: "false", deceased: "false"}
calls:
  progressive: {max_attempts: 1}
packs: [house]
"""


def test_a_file_becomes_calls(tmp_path: Path) -> None:
    outcomes = {"busy": "busy", "talks_1_s": "no_disposition", "no_such_number": "not_in_service"}
    # Where the house's hours allow a call now.
    zone = next(zone for zone in ZONES if 9 <= datetime.now(ZoneInfo(zone)).hour < 20)
    people = [f"a{at},p{at},{number(outcome, at)},{zone},10" for at, outcome in enumerate(outcomes)]
    (tmp_path / "people.csv").write_text("\n".join(["account_id,person_id,phones,zones,balance", *people, ""]))
    (tmp_path / "trial.yaml").write_text(STRATEGY)
    rig = Rig(tmp_path / "rig")
    try:
        rig.start()
        config = {
            "paceline": 1,
            "strategy": "trial.yaml",
            "portfolio": {"file": "people.csv"},
            "campaigns": [{"name": "floor", "lines": 3}],
            "telephony": rig.telephony(Path("run.calls")),
            "world": {"floor": {"agents": 2, "shift_start": "00:00", "shift_end": "23:59", "log_in_spread_s": 0}},
            "metrics_port": None,
        }
        (tmp_path / "run.yaml").write_text(json.dumps(config))
        run = subprocess.Popen(
            [sys.executable, "-m", "dialer", "run", "run.yaml"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
        )
        try:
            closed: dict[str, str] = {}
            until_s = time.monotonic() + 60
            while len(closed) < len(outcomes) and run.poll() is None and time.monotonic() < until_s:
                time.sleep(0.2)
                closed = dispositions(tmp_path / "paceline.journal")
            run.send_signal(signal.SIGTERM)
            assert run.wait(20) == 0
        finally:
            run.kill()
            run.wait()
        assert dict(sorted(closed.items())) == {f"a{at}": said for at, said in enumerate(outcomes.values())}
        assert "0 active channels" in rig.asterisk.command("core show channels count")
    finally:
        rig.stop()


def dispositions(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    journal = SqliteJournal.reader(path)
    found = [effect for record in journal.read() for effect in decode_effects(record)]
    journal.close()
    return {effect.account: effect.disposition for effect in found if isinstance(effect, CloseAttempt)}
