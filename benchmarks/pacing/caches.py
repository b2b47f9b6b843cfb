"""Compiled functions are kept on disk, but numba does not notice when a function that they call changes."""

from __future__ import annotations

from pathlib import Path

FOLDERS = ("pacing", "pacing/baselines", "benchmarks/pacing", "simulator/fast", "simulator/models")


def forget_stale() -> None:
    """Delete all that is kept when one of the sources is newer. To be called before anything compiled runs."""
    root = Path(__file__).resolve().parents[2]
    sources = [path for folder in FOLDERS for path in (root / folder).glob("*.py") if "@njit" in path.read_text()]
    kept = [path for folder in FOLDERS for path in (root / folder / "__pycache__").glob("*.nb[ic]")]
    if kept and max(path.stat().st_mtime for path in sources) > min(path.stat().st_mtime for path in kept):
        for path in kept:
            path.unlink(missing_ok=True)
