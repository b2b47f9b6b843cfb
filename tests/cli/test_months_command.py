"""The command ``simulate --portfolio``."""

import json

import duckdb
import pytest

from dialer.__main__ import main

PORTFOLIO = (
    "account_id,person_id,phones,zones,days_past_due,balance,historical_repayment_rate,card_last_four,birth_date\n"
    + "".join(
        f"a{i},p{i},+1212555{100 + i:04d},America/New_York,{1 + i % 80},{1000 + i}.00,0.5,1234,1980-01-02\n"
        for i in range(80)
    )
)


def command(*words: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([*words])
    return int(stopped.value.code or 0)


@pytest.fixture
def portfolio(tmp_path):
    file = tmp_path / "accounts.csv"
    file.write_text(PORTFOLIO)
    return str(file)


@pytest.mark.parametrize(("language", "word"), [("en", "Recovered"), ("zh", "累计回收")])
def test_tables_and_report_are_written(portfolio, tmp_path, capsys, language, word):
    folder = tmp_path / "out"
    words = ("simulate", "cards-demo", "--portfolio", portfolio, "--days", "31", "--on", "2026-06-01")
    assert command(*words, "-o", str(folder), "--language", language) == 0
    assert "80" not in capsys.readouterr().err
    assert word in (folder / "report.html").read_text(encoding="utf-8")
    summary = json.loads((folder / "summary.json").read_text())
    assert (summary["days"], summary["first_day"], summary["scenario"]) == (31, "2026-06-01", "usual")
    ((days,),) = duckdb.sql(f"SELECT count(*) FROM '{folder}/days.parquet'").fetchall()
    assert days == 31
    ((accounts,),) = duckdb.sql(f"SELECT sum(accounts) FROM '{folder}/rolls.parquet'").fetchall()
    assert accounts == 80


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--journal", "x"), "months have no journal"),
        (("--scenario", "boom"), "boom"),
        (("--on", "tomorrow"), "tomorrow is no day"),
        (("--behaviour", "behaviour.yaml"), "behaviour.yaml:2"),
    ],
)
def test_what_cannot_be_is_told(portfolio, tmp_path, capsys, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "behaviour.yaml").write_text("cure:\n  frist: 0.1\n")
    assert command("simulate", "cards-demo", "--portfolio", portfolio, *words) == 2
    assert message in capsys.readouterr().err


def test_words_of_months_need_a_portfolio(tmp_path, capsys):
    assert command("simulate", "run.yaml", "--world", "w.yaml") == 2
    assert "--world is for months" in capsys.readouterr().err
