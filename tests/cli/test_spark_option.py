"""``--spark`` where it cannot be followed: every reason is told, before anything starts."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from dialer.__main__ import main


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    with pytest.raises(SystemExit) as stopped:
        main([*map(str, words)])
    assert stopped.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("command", ["audit", "pyramid", "outcomes", "quality count"])
def test_only_the_folder_of_a_history_is_read(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.journal"
    file.write_text("x")
    assert "reads the folder of a history" in refused(capsys, *command.split(), file, "--spark", "local[1]")


def test_an_address_that_names_no_spark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "names no Spark" in refused(capsys, "pyramid", tmp_path, "--spark", "localhost")
    assert "spark://HOST:7077" in refused(capsys, "pyramid", tmp_path, "--spark", "local[")


def test_packages_that_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr("dialer.cli.spark.find_spec", lambda name: None if name == "pyspark" else found(name))
    told = refused(capsys, "outcomes", tmp_path, "--spark", "local[1]")
    assert "--spark needs pyspark" in told and "pip install 'paceline[spark]'" in told


@pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="Spark's packages are not installed")
@pytest.mark.parametrize("named", ["PATH", "JAVA_HOME"])
def test_a_java_that_is_missing(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if named == "PATH":
        monkeypatch.delenv("JAVA_HOME", raising=False)
    else:
        monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setenv(named, str(tmp_path))
    told = refused(capsys, "audit", tmp_path, "--spark", "local[1]")
    assert "a Java runtime" in told and "default-jre-headless" in told
