"""The audit on Spark: the same findings and the same evidence as on DuckDB, from the same files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dialer.insight.audit.audit import audit
from dialer.insight.audit.records import Audit, Terms
from dialer.insight.tables import Tables, open_history
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import PackChoice
from tests.unit.audit.histories import history
from tests.unit.audit.planted import PACKS, Plants, planted

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.timeout(900)]

TERMS = Terms(purposes={"sales": "telemarketing"}, zone="America/New_York", required=frozenset({"recording"}))
SHOWN = (
    "SELECT rule, pack, warns, attempt, campaign, lead, person, account, party, endpoint, agent, channel, "
    "epoch_us(placed_at), disposition, candidates, closed_in, local_times, counted, counts, source, number "
    "FROM evidence ORDER BY number, placed_at, attempt"
)


def written(tables: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path) -> Path:
    """Write a history as an import by day does: attempts in a folder of folders."""
    past = history(**tables)
    days = past.database.execute("SELECT DISTINCT strftime(placed_at, '%d') FROM attempts").fetchall()
    for (day,) in days:
        part = folder / "attempts" / f"day=2026-06-{day}"
        part.mkdir(parents=True)
        chosen = f"SELECT * FROM attempts WHERE strftime(placed_at, '%d') = '{day}'"
        past.database.execute(f"COPY ({chosen}) TO '{part}/0.parquet' (FORMAT PARQUET)")
    for table in set(tables) - {"attempts"}:
        past.database.execute(f"COPY {table} TO '{folder}/{table}.parquet' (FORMAT PARQUET)")
    past.database.close()
    return folder


def asked(past: Tables, packs: Sequence[str]) -> tuple[Audit, list[tuple[Any, ...]]]:
    rulebook = load_packs([PackChoice(name, accept_unreviewed=True) for name in packs])
    found = audit(past, rulebook, TERMS)
    return found, past.database.execute(SHOWN).fetchall()


def by_both(folder: Path, packs: Sequence[str], spark: Any) -> tuple[Audit, list[tuple[Any, ...]]]:
    """Audit a history on both engines; return what both of them found."""
    from dialer.insight.spark import open_on_spark

    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        found, evidence = asked(open_history(folder, database), packs)
    other, told = asked(open_on_spark(folder, spark), packs)
    assert other.rules == found.rules
    assert other == found
    assert told == evidence
    return found, evidence


def test_every_plant_is_found_on_spark_with_the_same_evidence(tmp_path: Path, spark: Any) -> None:
    plants = planted()
    found, evidence = by_both(written(plants.tables, tmp_path), PACKS, spark)
    assert {(row[3], row[0]) for row in evidence} == plants.planted
    assert found.zones and found.abandons and any(row[17] for row in evidence)


def test_what_a_foreign_log_does_not_say_is_unknown_on_spark_too(tmp_path: Path, spark: Any) -> None:
    """A log without lists of what persons said, in which columns are missing for some contacts or for all."""
    few = Plants()
    for number, lost in enumerate(("zones", "places", "person", "account", "endpoint", "mode", "party", "ended_at")):
        who = few.person()
        for clock in ("15:00", "15:01", "16:10", "18:30", "23:10"):
            ended = "contact" if clock == "18:30" else "no_answer"
            few.call(who | {"agent": f"g{number}"}, f"0{number + 1} {clock}", disposition=ended)
            few.tables["attempts"][-1] |= {lost: None, "recording": None, "identified": None}
    attempts = [{name: cell for name, cell in row.items() if name != "segment"} for row in few.tables["attempts"]]
    found, evidence = by_both(written({"attempts": attempts}, tmp_path), ("house", "us-reg-f"), spark)
    missing = {name for rule in found.rules for name in rule.missing}
    assert {"zones", "person", "account", "number", "inbound", "suppressions", "recording"} <= missing
    assert evidence
