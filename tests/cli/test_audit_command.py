"""`paceline audit` on a history: terminal, report, table of evidence, exit code, and what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialer.__main__ import main
from tests.unit.audit.histories import history
from tests.unit.audit.planted import PACKS, planted


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


@pytest.mark.parametrize(("language", "words"), [("en", "violations of"), ("zh", "违规")])
def test_a_folder_with_plants_to_terminal_report_and_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    plants = planted()
    past = history(**plants.tables)
    for table in plants.tables:
        past.database.execute(f"COPY {table} TO '{tmp_path}/{table}.parquet' (FORMAT PARQUET)")
    report, table = tmp_path / "audit.html", tmp_path / "evidence.csv"
    options = ("--campaign", "sales=telemarketing", "--html", report, "--evidence", table, "--language", language)
    assert run("audit", tmp_path, "--packs", *PACKS, *options) == 1
    assert words in capsys.readouterr().out
    html = report.read_text()
    assert words in html and "<script" not in html and "src=" not in html
    assert len(table.read_text().splitlines()) == 1 + len(plants.planted)


def test_unknowns_alone_end_with_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plants = planted()
    past = history(plants.tables["attempts"][:100])
    past.database.execute(f"COPY attempts TO '{tmp_path}/attempts.parquet' (FORMAT PARQUET)")
    assert run("audit", tmp_path, "--packs", *PACKS, "--language", "en") == 3
    assert "does not say enough" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--zone", "Mars/Base"), "IANA"),
        (("--campaign", "sales=fun"), "NAME=collections"),
        (("--packs", "nowhere"), "there is no rule pack"),
        (("--evidence", "out.txt"), ".csv or .parquet"),
    ],
)
def test_what_cannot_be_used_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str], hint: str
) -> None:
    past = history(planted().tables["attempts"][:5])
    past.database.execute(f"COPY attempts TO '{tmp_path}/attempts.parquet' (FORMAT PARQUET)")
    assert run("audit", tmp_path, *words) == 2
    assert hint in capsys.readouterr().err


def test_a_folder_without_a_history_is_told_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("audit", tmp_path) == 2
    assert "needs the table attempts" in capsys.readouterr().err
