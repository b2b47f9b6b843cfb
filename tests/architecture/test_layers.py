"""The layers hold, and the tools that watch them would notice if they did not."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import PROJECT, modules

BIN = Path(sys.executable).parent
BREACHES = {
    "pacing/planted.py": ("import strategies.errors", "Imports point down only"),
    "strategies/planted.py": ("import dialer.core.units", "Imports point down only"),
    "dialer/core/planted.py": ("import dialer.journal.entry", "Imports point down only"),
    "dialer/journal/planted.py": ("import dialer.ports.clock", "Imports point down only"),
    "dialer/ports/planted.py": ("import dialer.runtime", "Imports point down only"),
    "dialer/runtime/planted.py": ("import simulator.world", "Imports point down only"),
    "dialer/insight/planted.py": ("import dialer.runtime", "Imports point down only"),
    "simulator/planted.py": ("import adapters.leads", "Imports point down only"),
    "adapters/planted.py": ("import simulator.world", "Imports point down only"),
    "adapters/leads/planted.py": ("import adapters.journal", "Adapters do not know one another"),
    "dialer/core/planted_clock.py": ("import time", "What decides has no clock"),
    "dialer/core/planted_file.py": ("import pathlib", "The kernel and its log read no files"),
    "dialer/journal/planted_store.py": ("import sqlite3", "What decides has no clock"),
    "strategies/planted_dice.py": ("from random import random", "What decides has no clock"),
    "pacing/planted_thread.py": ("import threading", "What decides has no clock"),
    "simulator/planted_loop.py": ("import asyncio", "asyncio only in the runtime"),
    "dialer/runtime/planted_simpy.py": ("import simpy", "SimPy only in the simulator"),
}
CALLS = {
    "from datetime import datetime, UTC\nnow = datetime.now(UTC)": "TID251",
    "import datetime as dt\nnow = dt.datetime.now()": "DTZ005",
    "import datetime\ntoday = datetime.date.today()": "TID251",
    "import time\nnow = time.time()": "TID251",
    "from time import monotonic as m\nnow = m()": "TID251",
    "import time\nnow = time.perf_counter_ns()": "TID251",
    "import random": "TID251",
    "from random import random": "TID251",
    "import numpy as np\nrng = np.random.default_rng(1)": "TID251",
    "from numpy.random import default_rng": "TID251",
    "from uuid import uuid4\nid = uuid4()": "TID251",
    "import secrets": "TID251",
    "import os\nseed = os.urandom(8)": "TID251",
    "import importlib\nimportlib.import_module('simpy')": "TID251",
    "from .units import ns": "TID252",
    "print(1)": "T201",
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    # No check for the tool: where it is missing, this fails.
    return subprocess.run(
        [BIN / "lint-imports", "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "200", "PYTHONPATH": str(folder)},
    )


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's modules, all empty, so that the planted import is the only one."""
    folder = tmp_path_factory.mktemp("skeleton")
    shutil.copy(PROJECT / "pyproject.toml", folder)
    for path in modules().values():
        empty = folder / path.relative_to(PROJECT)
        empty.parent.mkdir(parents=True, exist_ok=True)
        empty.touch()
    return folder


def test_the_project_keeps_its_layers() -> None:
    result = lint_imports(PROJECT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_nothing_is_found_where_nothing_is_planted(skeleton: Path) -> None:
    result = lint_imports(skeleton)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("planted", BREACHES)
def test_a_planted_import_is_found(skeleton: Path, planted: str) -> None:
    statement, contract = BREACHES[planted]
    path = skeleton / planted
    path.write_text(statement + "\n")
    try:
        result = lint_imports(skeleton)
    finally:
        path.unlink()
    module = planted.removesuffix(".py").replace("/", ".")
    assert result.returncode == 1, result.stdout + result.stderr
    assert re.search(rf"^{contract}.*BROKEN$", result.stdout, re.MULTILINE), result.stdout
    assert f"{module} -> {statement.split()[1]}" in result.stdout


def ruff(name: str, text: str) -> str:
    result = subprocess.run(
        [BIN / "ruff", "check", "--no-cache", "--output-format", "concise", "--stdin-filename", name, "-"],
        cwd=PROJECT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode in (0, 1), result.stderr
    return result.stdout


@pytest.mark.parametrize("text", CALLS)
def test_a_planted_call_is_found(text: str) -> None:
    assert f": {CALLS[text]} " in ruff("dialer/core/planted.py", text + "\n")


def test_only_one_module_may_read_the_clock() -> None:
    text = "import time\n\nnow = time.monotonic_ns()\n"
    assert "TID251" not in ruff("dialer/runtime/clock.py", text)
    assert "TID251" in ruff("dialer/runtime/driver.py", text)


def layers() -> list[str]:
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (levels,) = (contract["layers"] for contract in contracts if contract["id"] == "layers")
    return [name.strip(" ()") for level in levels for name in re.split(r"[|:]", level)]


def uncovered(names: list[str], layers: list[str]) -> list[str]:
    return [name for name in names if not any(f"{name}.".startswith(f"{layer}.") for layer in layers)]


def test_every_module_is_in_a_layer() -> None:
    assert uncovered(list(modules()), layers()) == ["dialer"]
    assert uncovered(["dialer.core.call", "dialer.corelike", "dialer.helpers"], layers()) == [
        "dialer.corelike",
        "dialer.helpers",
    ]


def test_every_layer_exists() -> None:
    assert [layer for layer in layers() if layer not in modules()] == []


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import():
                names.update(alias.name.partition(".")[0] for alias in node.names)
            case ast.ImportFrom(module=str(module)):
                names.add(module.partition(".")[0])
            case ast.Name(id="__import__" | "eval" | "exec"):
                names.add(node.id)
    return names


def test_the_root_of_dialer_imports_nothing() -> None:
    assert imported(modules()["dialer"]) == set()


def test_pacing_needs_numerics_only() -> None:
    allowed = {"pacing", "numba", "numpy", "scipy"} | sys.stdlib_module_names
    assert {name: imported(path) - allowed for name, path in modules().items() if name.startswith("pacing")} == {
        name: set() for name in modules() if name.startswith("pacing")
    }


def test_no_module_imports_by_string() -> None:
    by_string = {"__import__", "eval", "exec", "runpy"}
    found = {name: imported(path) & by_string for name, path in modules().items()}
    assert {name: names for name, names in found.items() if names} == {}
