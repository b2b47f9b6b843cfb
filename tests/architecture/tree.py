"""The project's own files, as the architecture tests see them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROOTS = ("adapters", "dialer", "pacing", "simulator", "strategies")

# Directories that git ignores. The walk does not ask git, because a release has none.
_LEFT_BEHIND = {
    ".git",
    ".hypothesis",
    ".import_linter_cache",
    ".pytest_cache",
    ".rig",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "dist",
    "runs",
}


def project_files() -> Iterator[Path]:
    for folder, folders, names in os.walk(PROJECT):
        folders[:] = sorted(set(folders) - _LEFT_BEHIND)
        yield from (Path(folder, name) for name in sorted(names))


def modules() -> dict[str, Path]:
    """Every module of the five roots by its dotted name."""
    found = {}
    for root in ROOTS:
        for path in sorted((PROJECT / root).rglob("*.py")):
            parts = path.relative_to(PROJECT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found
