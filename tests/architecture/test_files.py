"""What every file of the project keeps to: size, docstrings, locks without addresses, no machine's paths."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from statistics import median

import pytest
from packaging.requirements import Requirement

from tests.architecture.tree import PROJECT, ROOTS, modules, project_files

LOCKS = sorted((PROJECT / "requirements").glob("*.txt"))
MACHINE_PATH = re.compile(r"(?<![\w.}-])/(work|root|home|shared|Users)(?=/)")


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_modules_are_small() -> None:
    sizes = {name: lines(path) for name, path in modules().items()}
    assert {name: size for name, size in sizes.items() if size > 500} == {}
    assert median(sizes.values()) < 200


def test_tests_and_scripts_are_small() -> None:
    sizes = {path: lines(path) for path in project_files() if path.suffix == ".py"}
    assert {str(path): size for path, size in sizes.items() if size > 500} == {}


def test_every_package_says_what_it_is() -> None:
    packages = {path.parent for path in modules().values()}
    assert packages >= {PROJECT / root for root in ROOTS}
    silent = [
        str(package.relative_to(PROJECT))
        for package in sorted(packages)
        if not (package / "__init__.py").is_file()
        or not ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    ]
    assert silent == []


def test_the_machine_path_pattern_sees_what_it_should() -> None:
    for name in ("home", "root", "work", "Users"):
        assert MACHINE_PATH.search(f"open('/{name}/somebody/file')")
        assert MACHINE_PATH.search(f"file:///{name}/somebody/file")
    assert not MACHINE_PATH.search("https://example.org/home/page")
    assert not MACHINE_PATH.search("docs/work/plan")


def test_no_file_names_a_path_of_one_machine() -> None:
    found = []
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(PROJECT)}: {match[0]}" for match in MACHINE_PATH.finditer(text)]
    assert found == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_hold_hashes_and_no_addresses(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert "--index" not in text
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_locks_meet_the_ranges() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    wanted = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(text for extra in project["project"]["optional-dependencies"].values() for text in extra),
        *(text for group in project["dependency-groups"].values() for text in group),
    ]
    pins = dict(re.findall(r"^([\w.-]+)==([\w.]+)", "\n".join(lock.read_text() for lock in LOCKS), re.MULTILINE))
    for requirement in map(Requirement, wanted):
        assert pins[requirement.name.lower()] in requirement.specifier, f"{requirement}: run `make lock`"
