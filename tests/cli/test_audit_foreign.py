"""Dial logs of other diallers audited end to end: what they show is found, what they do not say is unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from dialer.__main__ import main

KEY = b"0123456789abcdef0123456789abcdef"
MORNING = datetime(2026, 3, 2, 14, tzinfo=UTC)  # 09:00 in New York


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def vicidial(folder: Path) -> list[Path]:
    """Seven calls to one number on a day and one to another, as VICIdial logs them."""
    lines = [
        "uniqueid\tlead_id\tlist_id\tcampaign_id\tcall_date\tstart_epoch\tend_epoch\tlength_in_sec\tstatus\tphone_code\t"
        "phone_number\tuser\tcalled_count"
    ]
    for number in range(8):
        start = MORNING + timedelta(minutes=40 * number)
        began = int(start.timestamp())
        lead, phone = (77, "2125550100") if number < 7 else (78, "2125550101")
        lines.append(
            f"1.{number}\t{lead}\t101\tCARDS\t{start - timedelta(hours=5):%Y-%m-%d %H:%M:%S}\t{began}\t{began + 24}\t"
            f"24\tNA\t1\t{phone}\tVDAD\t{number + 1}"
        )
    (folder / "vicidial_log.csv").write_text("\n".join(lines) + "\n")
    (folder / "vicidial_agent_log.csv").write_text(
        "agent_log_id\tuser\tlead_id\tcampaign_id\tpause_epoch\tpause_sec\twait_epoch\twait_sec\ttalk_epoch\ttalk_sec\t"
        "dispo_epoch\tdispo_sec\tstatus\tuser_group\tsub_status\tuniqueid\n"
    )
    return [folder]


def asterisk(folder: Path) -> list[Path]:
    """The same calls as call detail records."""
    rows = ""
    for number in range(8):
        start = MORNING + timedelta(minutes=40 * number)
        phone = "+12125550100" if number < 7 else "+12125550101"
        rows += (
            f'"cards","","{phone}","out","x","SIP/1","","Dial","","{start:%Y-%m-%d %H:%M:%S}","",'
            f'"{start + timedelta(seconds=25):%Y-%m-%d %H:%M:%S}",25,0,"NO ANSWER","DOCUMENTATION","17.{number}",""\n'
        )
    (folder / "cdr.csv").write_text(rows)
    (folder / "queue_log.txt").write_text(f"{int(MORNING.timestamp())}|NONE|cards|SIP/ann|ADDMEMBER|||\n")
    return [folder / "cdr.csv", folder / "queue_log.txt"]


@pytest.mark.parametrize("dialler", [vicidial, asterisk])
def test_calls_in_rapid_succession_are_found_and_the_hours_are_unknown(
    tmp_path: Path, dialler, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_bytes(KEY)
    logs = tmp_path / "logs"
    logs.mkdir()
    past = tmp_path / "history"
    assert (
        run("history", "import", *dialler(logs), "--from", dialler.__name__, "--key", tmp_path / "key", "-o", past) == 0
    )
    capsys.readouterr()
    monkeypatch.setenv("COLUMNS", "200")
    evidence = tmp_path / "evidence.parquet"
    assert run("audit", past, "--packs", "house", "us-reg-f", "--language", "en", "--evidence", evidence) == 1
    found = duckdb.execute(f"SELECT rule, max(len(counted)), count(*) FROM '{evidence}' GROUP BY rule").fetchall()
    assert found == [("HOUSE-GAP", 2, 6)]
    said = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line.strip()}
    # Seven calls within four hours are beyond the cap of a day, unless midnight lay between them: where, nobody knows.
    assert "unknown" in said["HOUSE-NUMBER-CAP"] and "time zone" in said["HOUSE-NUMBER-CAP"]
    assert "unknown" in said["US-REGF-TIME"] and "time zone" in said["US-REGF-TIME"]
    assert "unknown" in said["do-not-contact"] and "do-not-contact list" in said["do-not-contact"]
    assert "2125550100" not in evidence.read_bytes().decode("latin1")
