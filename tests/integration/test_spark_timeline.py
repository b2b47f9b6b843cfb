"""A timeline on Spark: the same moments as on DuckDB, from the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from dialer.core.units import NS_PER_S
from dialer.insight.tables import Tables, open_history
from dialer.insight.timeline.history import timeline_of
from dialer.insight.timeline.moments import Span, Timeline
from dialer.insight.timeline.rows import rows_about
from tests.integration.test_spark_audit import written
from tests.unit.audit.planted import planted
from tests.unit.timeline.lives import at, attempt, lives

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.timeout(600)]

SPAN = Span(*(int(at(hours * 3600).timestamp()) * NS_PER_S for hours in (-1, 1)))
ODD = "O'Neil\\'; \"x\""


def told(tables: Tables, subject: str) -> Timeline | None:
    found = rows_about(subject, tables, SPAN if subject == "g1" else None)
    return None if found is None else timeline_of(found, "Asia/Shanghai")


def by_both(folder: Path, subjects: tuple[str, ...], spark: Any) -> list[Timeline | None]:
    """Tell of some subjects on both engines; return what both of them told."""
    from dialer.insight.spark import open_on_spark

    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        ours = open_history(folder, database)
        found = [told(ours, subject) for subject in subjects]
    theirs = open_on_spark(folder, spark)
    assert [told(theirs, subject) for subject in subjects] == found
    return found


def test_a_call_an_account_and_an_agent_are_told_alike(tmp_path: Path, spark: Any) -> None:
    tables = lives()
    tables["attempts"].append(attempt("c8", 950, account=ODD, person="it's", endpoint="'"))
    found = by_both(written(tables, tmp_path), ("c2", "a1", "g1", ODD, "nobody", "' OR '1'='1"), spark)
    assert [timeline and timeline.kind for timeline in found] == ["call", "account", "agent", "account", None, None]
    account = found[1]
    assert account is not None and account.unknown == ()
    assert {moment.where for moment in account.moments} == set(tables) - {"agents"}


def test_a_log_that_does_not_say_everything_is_told_alike(tmp_path: Path, spark: Any) -> None:
    plants = planted()
    plants.tables.pop("consents")
    attempts = plants.tables["attempts"]
    most = max(attempts, key=lambda row: sum(one["account"] == row["account"] for one in attempts))
    found = by_both(written(plants.tables, tmp_path), (most["account"], most["attempt"]), spark)
    for timeline in found:
        assert timeline is not None and timeline.moments and timeline.unknown
