"""The README's example is the tested one, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text()
EXAMPLE = PROJECT / "examples" / "ten_lines.py"


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 150


def test_the_example_is_the_file_and_has_ten_lines() -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert example == EXAMPLE.read_text()
    assert len([line for line in example.splitlines() if line]) <= 10


def test_the_example_says_what_its_comments_say(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLE],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(PROJECT)},
    )
    assert result.returncode == 0, result.stderr
    assert re.findall(r"launch=(\d+), clamp='(\w+)'", result.stdout) == [("10", "guard"), ("13", "guard")]
    assert re.findall(r"# (\d+) calls", EXAMPLE.read_text()) == ["10", "13"]


def test_links_lead_somewhere() -> None:
    pages = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
    broken = [
        f"{page.relative_to(PROJECT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
