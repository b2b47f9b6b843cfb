"""Other diallers' logs: what is taken, what is rejected and why, and that no number comes through."""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.history.mapped import import_mapped
from adapters.history.mapping import SHIPPED, read_mapping
from adapters.history.references import read_key, reference_sql
from adapters.history.writer import HistoryWriter, Written
from dialer.__main__ import main
from strategies.errors import ConfigError

KEY = b"0123456789abcdef0123456789abcdef"

SIMPLE = """\
paceline_history: 1
{zone}
plain: [lead, agent]
sources:
  calls: {{}}
dispositions: {{HELLO: contact, NOBODY: no_answer}}
tables:
  attempts:
    - from: calls
      columns:
        attempt: id
        campaign: "'cards'"
        channel: "'call'"
        lead: account
        endpoint: phone
        placed_at: started
        answered_at: answered
        ended_at: ended
        agent: who
        disposition: result
      fields:
        product: product
"""
HEAD = "id,account,phone,started,answered,ended,who,result,product\n"
GOOD = (
    "c{n},l{n},+4420794600{n:02d},2026-03-02 09:{n:02d}:00,2026-03-02 09:{n:02d}:10,2026-03-02 09:{n:02d}:50,"
    "ann,HELLO,card\n"
)


def bring(folder: Path, mapping: str, **files: str) -> Written:
    (folder / "mapping.yaml").write_text(mapping)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    document, columns = read_mapping(folder / "mapping.yaml")
    writer = HistoryWriter(folder / "out")
    import_mapped([folder / f"{name}.csv" for name in files], document, columns, KEY, writer)
    return writer.close()


def rows(folder: Path, query: str) -> list[tuple]:
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'").fetchall()
    return database.execute(query.format(f"'{folder}/out/attempts.parquet'")).fetchall()


def test_a_log_by_a_mapping(tmp_path: Path) -> None:
    text = HEAD + "".join(GOOD.format(n=n) for n in range(10))
    written = bring(tmp_path, SIMPLE.format(zone="zone: Europe/Berlin"), calls=text)
    assert (written.rows, written.rejected) == ({"attempts": 10}, 0)
    found = rows(tmp_path, "SELECT attempt, lead, placed_at::VARCHAR, disposition, agent, fields['product'] FROM {}")
    assert found[3] == ("c3", "l3", "2026-03-02 08:03:00+00", "contact", "ann", "card")


def test_no_number_comes_through(tmp_path: Path) -> None:
    bring(tmp_path, SIMPLE.format(zone="zone: UTC"), calls=HEAD + GOOD.format(n=7))
    for file in (tmp_path / "out").iterdir():
        assert b"207946" not in file.read_bytes()
    assert rows(tmp_path, "SELECT length(endpoint) FROM {}") == [(24,)]


def test_one_number_in_two_spellings_is_one_endpoint(tmp_path: Path) -> None:
    second = GOOD.format(n=2).replace("+442079460002", "+44 (20) 7946-0001")
    bring(tmp_path, SIMPLE.format(zone="zone: UTC"), calls=HEAD + GOOD.format(n=1) + second)
    assert rows(tmp_path, "SELECT count(DISTINCT endpoint) FROM {}") == [(1,)]


BAD = {
    "the attempt is there already": lambda good: good.replace("c5", "c4"),
    "attempt is missing": lambda good: good.replace("c5", ""),
    "the disposition is unknown": lambda good: good.replace("HELLO", "WHATEVER"),
    "answered_at is before placed_at": lambda good: good.replace("09:05:10", "09:04:10"),
    "ended_at is before answered_at": lambda good: good.replace("09:05:50", "09:05:05"),
    "placed_at is no instant": lambda good: good.replace("2026-03-02 09:05:00", "yesterday"),
    "placed_at: the clock was not set": lambda good: good.replace("2026-03-02 09:05:00", "1970-01-02 09:05:00"),
    "the clock jumped: ended_at is 12 hours or more after placed_at": lambda good: good.replace(
        "2026-03-02 09:05:50", "2026-03-03 09:05:50"
    ),
    "the clock jumped: both neighbours are elsewhere": lambda good: good.replace("2026-03-02", "2026-03-05"),
    "the line cannot be taken apart": lambda good: good.replace("card", "card,more,cells"),
}


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_row_is_listed_and_the_others_are_taken(tmp_path: Path, reason: str) -> None:
    change: Callable[[str], str] = BAD[reason]
    lines = [GOOD.format(n=n) for n in range(30)]
    lines[5] = change(lines[5])
    assert lines[5] != GOOD.format(n=5)
    written = bring(tmp_path, SIMPLE.format(zone="zone: UTC"), calls=HEAD + "".join(lines))
    assert written.rows == {"attempts": 29}
    assert written.reasons == ((reason, 1),)
    assert "79460" not in (tmp_path / "out" / "rejected.csv").read_text()
    if "already" not in reason:
        assert "calls.csv:7: " in written.first[0]


def test_a_stamp_without_a_zone_needs_one(tmp_path: Path) -> None:
    stated = GOOD.format(n=1).replace(":00,", ":00+01:00,").replace(":10,", ":10+01:00,").replace(":50,", ":50Z,")
    written = bring(tmp_path, SIMPLE.format(zone=""), calls=HEAD + stated + GOOD.format(n=2))
    assert written.reasons == (("placed_at names no time zone", 1),)
    assert rows(tmp_path, "SELECT placed_at::VARCHAR FROM {}") == [("2026-03-02 08:01:00+00",)]


def test_a_log_that_is_not_in_order_of_time_has_no_jumps(tmp_path: Path) -> None:
    lines = [GOOD.format(n=n % 60).replace("2026-03-02", f"2026-03-{1 + n * 7 % 28:02d}") for n in range(40)]
    lines = [line.replace(f"c{n % 60},", f"c{n},", 1) for n, line in enumerate(lines)]
    assert bring(tmp_path, SIMPLE.format(zone="zone: UTC"), calls=HEAD + "".join(lines)).rejected == 0


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("c1", "c2", "c3", "c4", "")),
            st.sampled_from(("2026-03-02 09:00:00", "2026-03-02 09:30:00", "", "noon")),
            st.sampled_from(("2026-03-02 09:00:20", "2026-03-02 08:00:00", "")),
            st.sampled_from(("HELLO", "NOBODY", "ELSE", "")),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_every_row_is_taken_or_listed(tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, ...]]) -> None:
    folder = tmp_path_factory.mktemp("rows")
    text = HEAD + "".join(f"{id},l,+442079460001,{at},,{end},ann,{word},x\n" for id, at, end, word in cells)
    try:
        written = bring(folder, SIMPLE.format(zone="zone: UTC"), calls=text)
    except ConfigError as error:
        assert f"none of its {len(cells)} rows" in str(error)
    else:
        assert written.rows["attempts"] + written.rejected == len(cells)


@given(st.text(), st.sampled_from(("person", "endpoint")))
def test_references_are_hmac_sha256(value: str, kind: str) -> None:
    expected = hmac.digest(KEY, f"{kind}:{value}".encode(errors="replace"), "sha256").hex()[:24]
    text = value.encode(errors="replace").decode()
    assert duckdb.execute(f"SELECT {reference_sql('?', kind, KEY)}", [text]).fetchall() == [(expected,)]


def test_a_key_is_needed(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("1234")
    for path, words in ((None, "need a key"), (tmp_path / "none", "cannot be read"), (tmp_path / "short", "shorter")):
        with pytest.raises(ConfigError, match=words):
            read_key(path)


MISTAKES = {
    "placed_at: started": ("placed_at: start", r"mapping.yaml:16:\d+: tables.attempts.0..columns.placed_at: .*start"),
    "HELLO: contact": ("HELLO: talked", r"mapping.yaml:\d+:.*HELLO: there is no disposition talked"),
    "attempt: id": ("attemt: id", r"mapping.yaml:\d+:.*attempts has no column attemt"),
    "        disposition: result\n": ("", "attempts needs the column disposition"),
    "- from: calls": ("- from: cals", r"mapping.yaml:9:\d+: tables.attempts.0..from: .*cals"),
    "zone: UTC": ("zone: Nowhere/City", r"mapping.yaml:2:\d+: zone: there is no such time zone"),
}


@pytest.mark.parametrize("right", MISTAKES)
def test_a_mistake_in_a_mapping_is_told_with_its_line(tmp_path: Path, right: str) -> None:
    wrong, words = MISTAKES[right]
    text = SIMPLE.format(zone="zone: UTC").replace(right, wrong)
    with pytest.raises(ConfigError, match=words):
        bring(tmp_path, text, calls=HEAD + GOOD.format(n=1))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_mappings_are_sound(name: str) -> None:
    read_mapping(name)


VICIDIAL = {
    "vicidial_log": (
        "uniqueid\tlead_id\tlist_id\tcampaign_id\tcall_date\tstart_epoch\tend_epoch\tlength_in_sec\tstatus\tphone_code\t"
        "phone_number\tuser\tcalled_count\n"
        "1.1\t77\t101\tCARDS\t2026-03-02 09:00:00\t1772460000\t1772460024\t24\tNA\t1\t2125550100\tVDAD\t1\n"
        "1.2\t78\t101\tCARDS\t2026-03-02 09:01:00\t1772460060\t1772460160\t100\tPTP\t1\t2125550101\t6001\t2\n"
    ),
    "vicidial_agent_log": (
        "agent_log_id\tuser\tlead_id\tcampaign_id\tpause_epoch\tpause_sec\twait_epoch\twait_sec\ttalk_epoch\ttalk_sec\t"
        "dispo_epoch\tdispo_sec\tstatus\tuser_group\tsub_status\tuniqueid\n"
        "1\t6001\t78\tCARDS\t1772460000\t5\t1772460005\t57\t1772460062\t98\t1772460160\t20\tPTP\tTEAM1\tLUNCH\t1.2\n"
    ),
}


@pytest.mark.parametrize("kind", ["csv", "sqlite"])
def test_vicidial(tmp_path: Path, kind: str) -> None:
    (tmp_path / "key").write_bytes(KEY)
    logs = tmp_path / "logs"
    logs.mkdir()
    if kind == "csv":
        for name, text in VICIDIAL.items():
            (logs / f"{name}.csv").write_text(text)
    else:
        with sqlite3.connect(logs / "dump.sqlite") as database:
            for name, text in VICIDIAL.items():
                head, *lines = (line.split("\t") for line in text.splitlines())
                database.execute(f"CREATE TABLE {name} ({', '.join(head)})")
                database.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(head))})", lines)
    with pytest.raises(SystemExit) as stopped:
        main(
            ["history", "import", str(logs), "--from", "vicidial", "--key", f"{tmp_path}/key", "-o", f"{tmp_path}/out"]
        )
    assert not stopped.value.code
    found = rows(
        tmp_path,
        "SELECT attempt, disposition, placed_at::VARCHAR, date_diff('second', bridged_at, ended_at), "
        "date_diff('second', ended_at, ready_at), answered_by FROM {} ORDER BY attempt",
    )
    assert found == [
        ("1.1-77", "no_answer", "2026-03-02 14:00:00+00", None, None, None),
        ("1.2-78", "promise", "2026-03-02 14:01:00+00", 98, 20, "person"),
    ]
    who = duckdb.execute(f"SELECT DISTINCT agent FROM '{tmp_path}/out/agents.parquet'").fetchall()
    assert who == duckdb.execute(f"SELECT {reference_sql('?', 'agent', KEY)}", ["6001"]).fetchall()
    states = duckdb.execute(f"SELECT state, date_diff('second', from_at, to_at) FROM '{tmp_path}/out/agents.parquet'")
    assert sorted(states.fetchall()) == [("idle", 57), ("paused", 5), ("talking", 98), ("wrap", 20)]


def test_asterisk(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY)
    cdr = (
        '"cards","","+12125550{n}","out","x","SIP/1","","Dial","","{a}","{b}","{c}",'
        '30,20,"{d}","DOCUMENTATION","17.{n}",""\n'
    )
    (tmp_path / "cdr.csv").write_text(
        cdr.format(n=100, a="2026-03-02 09:00:00", b="2026-03-02 09:00:10", c="2026-03-02 09:00:30", d="ANSWERED")
        + cdr.format(n=101, a="2026-03-02 09:01:00", b="", c="2026-03-02 09:01:25", d="NO ANSWER")
    )
    (tmp_path / "queue_log.txt").write_text(
        "1772459000|NONE|cards|SIP/ann|ADDMEMBER|||\n"
        "1772460010|17.100|cards|NONE|ENTERQUEUE||x|1\n"
        "1772460012|17.100|cards|SIP/ann|CONNECT|2|||\n"
        "1772460030|17.100|cards|SIP/ann|COMPLETECALLER|2|18|1|\n"
    )
    files = [str(tmp_path / "cdr.csv"), str(tmp_path / "queue_log.txt")]
    with pytest.raises(SystemExit) as stopped:
        main(["history", "import", *files, "--from", "asterisk", "--key", f"{tmp_path}/key", "-o", f"{tmp_path}/out"])
    assert not stopped.value.code
    found = rows(
        tmp_path,
        "SELECT disposition, date_diff('second', placed_at, answered_at), date_diff('second', answered_at, bridged_at) "
        "FROM {} ORDER BY attempt",
    )
    assert found == [("no_disposition", 10, 2), ("no_answer", None, None)]
    states = duckdb.execute(f"SELECT state, date_diff('second', from_at, to_at) FROM '{tmp_path}/out/agents.parquet'")
    assert states.fetchall() == [("idle", 1012), ("talking", 18), ("idle", None)]
