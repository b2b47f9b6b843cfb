"""The command itself: help, version, languages, errors as messages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dialer import __main__ as command
from dialer.cli.terminal import language_of
from dialer.core.errors import InvariantError
from strategies.errors import ConfigError

HEAVY = ("numpy", "numba", "duckdb", "altair", "simpy", "scipy", "pydantic")


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from dialer.__main__ import app; app(['--help'], result_action='return_value'); "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name in ("demo", "run", "status", "pause", "resume", "simulate", "replay", "journal", "--version"):
        assert name in done.stdout
    assert done.stdout.rstrip().endswith("[]")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("no such field", file="x.yaml", line=3), 2),
        (InvariantError("impossible"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_become_messages_and_exit_codes(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr(command, "app", fails)
    with pytest.raises(SystemExit) as stopped:
        command.main([])
    assert stopped.value.code == code
    said = capsys.readouterr().err
    assert str(error) in said
    assert "Traceback" not in said


def test_a_reader_that_has_gone_is_no_fault() -> None:
    words = [sys.executable, "-m", "dialer", "strategy", "schema"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as done:
        assert done.stdout is not None
        assert done.stderr is not None
        done.stdout.close()
        assert done.stderr.read() == ""
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_TW"}, "zh"),
        ({}, "en"),
    ],
)
def test_the_language_follows_the_environment(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_of(None) == language
    assert language_of("zh") == "zh"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_output_that_cannot_be_written_is_a_plain_error() -> None:
    with Path("/dev/full").open("w") as full:
        words = [sys.executable, "-m", "dialer", "strategy", "schema"]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "paceline: the output cannot be written: there is no room\n"
