"""`paceline score`: the portfolio comes back with its scores, beside a diagram of how they did."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dialer.__main__ import main
from tests.unit.scores.worlds import make

RULES = "name: x\nsegment: [bucket]\nfeatures: [balance]\nhorizon_days: 7\n"


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["score", *words])
    captured = capsys.readouterr()
    assert stopped.value.code == (2 if captured.err else None)
    return captured.out, captured.err


def test_scores_are_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = make(tmp_path, accounts=300, seed=2)
    (tmp_path / "rules.yaml").write_text(RULES)
    output = tmp_path / "scored.parquet"
    words = [str(world.portfolio), str(world.history), "--rules", str(tmp_path / "rules.yaml"), "--output", str(output)]
    out, _ = run([*words, "--language", "en"], capsys)
    assert "Reached by a call: predicted against what came later" in out
    assert "Brier 0." in out
    found = duckdb.sql(f"SELECT * FROM '{output}'")
    assert found.columns == [
        "account_id", "bucket", "balance", "reach_score", "reach_low", "reach_high", "pay_score", "pay_low", "pay_high",
        "best_hour", "best_hour_from", "preferred_channel", "preferred_channel_from",
    ]  # fmt: skip
    query = "SELECT count(*), bool_and(reach_low < reach_score AND reach_score < reach_high) FROM found"
    assert duckdb.sql(query).fetchall() == [(300, True)]
    assert (tmp_path / "scored.reliability.svg").read_text(encoding="utf-8").startswith("<svg")
    # Scoring what is scored already replaces the columns.
    again, _ = run([str(output), *words[1:-1], str(tmp_path / "again.parquet"), "--language", "zh"], capsys)
    assert "电话触达" in again
    assert duckdb.sql(f"SELECT * FROM '{tmp_path / 'again.parquet'}'").columns == found.columns


def test_a_file_that_is_not_there_or_empty_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "empty.csv").touch()
    for name, fault in (("nowhere.csv", "there is no such file"), ("empty.csv", "this file is empty")):
        path = str(tmp_path / name)
        _, err = run([path, path, "--rules", str(tmp_path / "rules.yaml")], capsys)
        assert f"{name}: {fault}" in err


def test_a_protected_attribute_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules.yaml").write_text(RULES.replace("balance", "gender"))
    _, err = run(["p.parquet", "h.parquet", "--rules", str(tmp_path / "rules.yaml")], capsys)
    assert "`gender` is a protected attribute" in err
