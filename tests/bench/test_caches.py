"""What is kept of compiled functions is deleted when a source is newer, and only then."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.pacing import caches


@pytest.mark.parametrize(("source_s", "remains"), [(100, True), (300, False)])
def test_stale_functions_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source_s: int, remains: bool
) -> None:
    monkeypatch.setattr(caches, "__file__", str(tmp_path / "benchmarks" / "pacing" / "caches.py"))
    kept, source, plain = (tmp_path / "pacing" / name for name in ("__pycache__/f.nbi", "f.py", "plain.py"))
    kept.parent.mkdir(parents=True)
    for path, text, at_s in ((kept, "", 200), (source, "@njit", source_s), (plain, "", 400)):
        path.write_text(text)
        os.utime(path, (at_s, at_s))
    caches.forget_stale()
    assert kept.exists() == remains
