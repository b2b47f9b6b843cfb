"""`paceline flow`."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialer.cli.flow import check, show
from strategies.errors import ConfigError


def test_check_and_show_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    check("promise-by-keypad", language="en")
    show("promise-by-keypad", language="en")
    check("reminder-by-keypad", language="zh")
    show("reminder-by-keypad", language="zh")
    text = capsys.readouterr().out
    for words in ("can be followed", "walked 14 situations in 9 states", "→ an agent", "可以使用", "任何人", "无按键"):
        assert words in text


def test_a_flow_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no flow .*promise-by-keypad"):
        check(str(tmp_path / "nothing.yaml"))
