"""Counts of a history's table ``quality``, held to the same counts written out in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from dialer.insight.quality.counts import Counts, Group, count
from dialer.insight.quality.marks import Mark, held, write
from dialer.insight.quality.results import read_results
from dialer.insight.tables import open_history
from dialer.ports.history import CLEAN, sql_columns

Row = tuple[str | None, str | None, str | None]
AGENTS, TEAMS = ("ann", "bob", "cyd"), ("north", "south")

rows_drawn = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2", "c3", "c4", "c5", "c6", None]),
        st.sampled_from([CLEAN, CLEAN, "insult", "threat", "rude", None]),
        st.sampled_from([*AGENTS, None]),
    ),
    max_size=30,
)
teams_drawn = st.dictionaries(st.sampled_from(AGENTS), st.sampled_from(TEAMS))


def plainly(rows: Sequence[Row], teams: dict[str, str]) -> Counts:
    """Return the counts, one row after the other."""
    own = [(call, kind, who or "") for call, kind, who in rows if call is not None and kind is not None]

    def group(chosen: list[tuple[str, str, str]]) -> Group:
        bad = [(call, kind) for call, kind, _ in chosen if kind != CLEAN]
        kinds = Counter(kind for _, kind in bad)
        ordered = dict(sorted(kinds.items(), key=lambda item: (-item[1], item[0])))
        return Group(len({call for call, _, _ in chosen}), len({call for call, _ in bad}), ordered)

    def groups(names: list[str]) -> dict[str, Group]:
        return {
            name: group([row for row, its in zip(own, names, strict=True) if its == name])
            for name in sorted(set(names))
        }  # fmt: skip

    agents = [who for _, _, who in own]
    of_teams = [teams.get(who, "") for who in agents]
    return Counts(group(own), groups(agents), groups(of_teams), len(rows) - len(own))


def history_of(rows: list[Row], folder: Path, teams: dict[str, str]) -> Path:
    """Write a history with these rows as the parts of two days, and agents of these teams."""
    with duckdb.connect() as database:
        for table in ("attempts", "quality", "agents"):
            database.execute(f"CREATE TABLE {table} ({sql_columns(table)})")
        database.executemany("INSERT INTO quality (attempt, violation, agent) VALUES (?, ?, ?)", rows or [(None,) * 3])
        for agent, team in teams.items():
            database.execute(
                "INSERT INTO agents (agent, state, from_at, team) VALUES (?, 'idle', TIMESTAMPTZ '2026-06-01', ?)",
                [agent, team],
            )
        for part in (0, 1):
            (folder / "quality" / f"day=2026-06-0{part + 1}").mkdir(parents=True, exist_ok=True)
            database.execute(
                f"COPY (SELECT * FROM quality WHERE rowid % 2 = {part}) "
                f"TO '{folder}/quality/day=2026-06-0{part + 1}/0.parquet'"
            )
        database.execute(f"COPY attempts TO '{folder}/attempts.parquet'")
        database.execute(f"COPY agents TO '{folder}/agents.parquet'")
    return folder


@given(rows_drawn, teams_drawn)
def test_counts_are_those_of_a_plain_loop(rows: list[Row], teams: dict[str, str]) -> None:
    with held(()) as history:
        history.database.executemany(
            "INSERT INTO quality (attempt, violation, agent) VALUES (?, ?, ?)", [*rows, (None, None, None)]
        )
        assert count(history, teams) == plainly([*rows, (None, None, None)], teams)


def test_a_history_says_the_teams_itself(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("c1", "threat", "ann"), ("c1", CLEAN, "bob"), ("c1", "insult", "ann"), ("c2", CLEAN, "bob"),
        ("c2", CLEAN, "bob"), ("c3", "threat", None), (None, "threat", "ann"), ("c4", None, "ann"),
        ("c5", CLEAN, "cyd"),
    ]  # fmt: skip
    teams = {"ann": "north", "bob": "north"}
    with duckdb.connect() as database:
        found = count(open_history(history_of(rows, tmp_path, teams), database))
    assert found == plainly(rows, teams)
    assert found.by_team["north"] == Group(2, 1, {"insult": 1, "threat": 1})
    assert found.by_agent["bob"] == Group(2, 0, {})
    assert found.left_out == 2


def test_what_was_written_counts_to_the_same_again(tmp_path: Path) -> None:
    marks = (Mark("c1", CLEAN, "ann", None, 60.0), Mark("c2", "threat", "bob", 1.0, 2.0, "x"), Mark("c3", CLEAN, "bob"))
    file = tmp_path / "quality.parquet"
    with held(marks) as history:
        first = count(history, {})
        write(history, file)
    with held(read_results(file).marks) as history:
        assert count(history, {}) == first
    assert (first.total.calls, first.total.bad_calls) == (3, 1)
