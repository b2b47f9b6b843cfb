"""The example of pacing in a foreign dialler runs, keeps the limit, and is short."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "embed_pacing.py"


def test_it_runs_alone_and_keeps_the_limit() -> None:
    done = subprocess.run([sys.executable, str(EXAMPLE)], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True)
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    found = re.fullmatch(r"(\d+) calls, (\d+) answered, (\d+) abandoned, agents busy (\d+)%\n", said)
    assert found, said
    placed, answered, abandoned, busy = map(int, found.groups())
    assert placed > answered > 100
    assert abandoned <= 0.03 * answered
    assert busy > 70  # one line for each agent gives 66 %


def test_it_fits_on_a_page_and_needs_nothing_else_of_ours() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 60
    assert set(re.findall(r"^from (\w+)", text, re.MULTILINE)) == {"heapq", "random", "pacing"}
