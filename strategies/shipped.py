"""The files that come with Paceline: strategies, call scripts, call flows."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def shipped(folder: str) -> dict[str, Path]:
    """Return the YAML files of a `folder` of this package, by name."""
    return {path.stem: path for path in sorted(Path(str(resources.files("strategies")), folder).glob("*.yaml"))}
