"""What calibration looks at in a history, as arrays."""

from __future__ import annotations

from typing import NamedTuple

import duckdb
import numpy as np

from dialer.core.call import DISPOSITIONS
from simulator.calibrate.answers import LARGEST, Attempts
from simulator.calibrate.durations import Durations
from simulator.calibrate.estimate import Floats

DEFAULT_RING_TIMEOUT_S = 30.0
"""Where the log has no time-out and nothing that rang until one."""

_TOLD = ", ".join(f"'{name}'" for name, reach in DISPOSITIONS.items() if reach in ("person", "conversation"))
_NOBODY_KNOWS = ", ".join(f"'{name}'" for name in ("cancelled", "failed", "lost"))
_LARGEST_SAMPLE = 200_000
"""Durations of one kind that are used."""


def prepare(database: duckdb.DuckDBPyConnection, zone: str, before: str | None = None) -> None:
    """Make the view ``call``: every call with what became of it, by the clocks that matter.

    Parameters
    ----------
    zone : str
        The floor's time zone, and that of persons without one.
    before : str | None
        Only calls placed before this local date, such as 2026-03-02.
    """
    until = f"AND CAST(placed_at AT TIME ZONE '{zone}' AS DATE) < DATE '{before}'" if before else ""
    database.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW call AS
        SELECT *,
            coalesce(person, lead) AS who,
            coalesce(segment, '') AS grp,
            placed_at AT TIME ZONE coalesce(zones[1], '{zone}') AS local_at,
            CAST(placed_at AT TIME ZONE '{zone}' AS DATE) AS day,
            CASE
                WHEN disposition = 'machine' OR answered_by = 'machine' THEN 'machine'
                WHEN answered_at IS NOT NULL OR bridged_at IS NOT NULL OR answered_by IS NOT NULL
                    OR disposition = 'abandoned' OR disposition IN ({_TOLD}) AND disposition <> 'lost' THEN 'person'
                WHEN disposition IN ({_NOBODY_KNOWS}) THEN 'unknown'
                ELSE disposition
            END AS fate,
            date_diff('us', placed_at, ringing_at) / 1e6 AS set_up_s,
            date_diff('us', coalesce(ringing_at, placed_at), answered_at) / 1e6 AS ring_s,
            date_diff('us', coalesce(ringing_at, placed_at), ended_at) / 1e6 AS rang_s,
            date_diff('us', bridged_at, ended_at) / 1e6 AS talk_s,
            date_diff('us', ended_at, ready_at) / 1e6 AS wrap_s
        FROM attempts WHERE channel = 'call' {until}
        """
    ).fetchall()


def days_of(database: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the local dates with calls, in order."""
    rows = database.execute("SELECT DISTINCT strftime(day, '%Y-%m-%d') FROM call ORDER BY 1").fetchall()
    return [day for (day,) in rows]


def fates(database: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many calls came to what."""
    return dict(database.execute("SELECT fate, count(*) FROM call GROUP BY 1").fetchall())


def numbers(database: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return how many numbers were dialled, and how many of them do not exist."""
    (row,) = database.execute(
        "SELECT count(*), count(*) FILTER (dead) FROM "
        "(SELECT bool_or(fate = 'not_in_service') AS dead FROM call GROUP BY coalesce(endpoint, lead))"
    ).fetchall()
    return row


def ring_timeout_s(database: duckdb.DuckDBPyConnection) -> float:
    """Return the time-out that stands in where a row has none: the middle of what rang without an answer."""
    ((found,),) = database.execute(
        "SELECT coalesce(median(ring_timeout_s), median(rang_s) FILTER (fate = 'no_answer')) FROM call"
    ).fetchall()
    return found or DEFAULT_RING_TIMEOUT_S


def rings(database: duckdb.DuckDBPyConnection, fate: str, timeout_s: float) -> Durations:
    """Return how long it rang before `fate`: only what came before the time-out could be seen."""
    column = "rang_s" if fate == "rejected" else "ring_s"
    found = _arrays(
        database,
        f"SELECT {column} AS seconds, coalesce(ring_timeout_s, {timeout_s}) AS limit_s FROM call "
        f"WHERE fate = '{fate}' AND {column} > 0 AND {column} < coalesce(ring_timeout_s, {timeout_s}) "
        f"{_sampled()}",
    )
    seconds = found["seconds"]
    return Durations(seconds, np.zeros(len(seconds), dtype=bool), found["limit_s"])


def seconds_of(database: duckdb.DuckDBPyConnection, column: str, condition: str) -> Floats:
    """Return a column of durations."""
    query = f"SELECT {column} AS seconds FROM call WHERE {column} >= 0 AND {condition} {_sampled()}"
    return _arrays(database, query)["seconds"]


def patience(database: duckdb.DuckDBPyConnection) -> Durations:
    """Return how long answered persons waited: until they hung up, or longer than until an agent or a message came."""
    found = _arrays(
        database,
        "SELECT date_diff('us', answered_at, coalesce(bridged_at, ended_at)) / 1e6 AS seconds, "
        "disposition <> 'early_hangup' AS cut FROM call WHERE fate = 'person' AND answered_at IS NOT NULL "
        f"AND transfer_at IS NULL AND coalesce(bridged_at, ended_at) >= answered_at {_sampled()}",
    )
    seconds = found["seconds"]
    return Durations(seconds, found["cut"].astype(bool), np.full(len(seconds), np.inf))


class Talks(NamedTuple):
    """Conversations with agents; arrays of shape (n,). `agent` and `outcome` are indices into the names."""

    seconds: Floats
    wrap_s: Floats
    cut: np.ndarray
    agent: np.ndarray
    outcome: np.ndarray
    day: np.ndarray
    agents: tuple[str, ...]
    outcomes: tuple[str, ...]


def talks(database: duckdb.DuckDBPyConnection) -> Talks:
    """Return the conversations; one that we ended is cut, a wrap that is not known is no number."""
    found = _arrays(
        database,
        "SELECT talk_s AS seconds, coalesce(wrap_s, 'nan'::DOUBLE) AS wrap, "
        "coalesce(cause IN ('cancelled', 'lost'), false) AS cut, coalesce(agent, '') AS agent, disposition AS outcome, "
        f"datediff('day', DATE '1970-01-01', day) AS day FROM call WHERE talk_s > 0 {_sampled()}",
    )
    agents, agent = np.unique(found["agent"].astype(str), return_inverse=True)
    outcomes, outcome = np.unique(found["outcome"].astype(str), return_inverse=True)
    return Talks(
        found["seconds"],
        found["wrap"],
        found["cut"].astype(bool),
        agent,
        outcome,
        found["day"],
        tuple(agents.tolist()),
        tuple(outcomes.tolist()),
    )


def attempts(
    database: duckdb.DuckDBPyConnection, timeout_s: float, heard: dict[float, float]
) -> tuple[Attempts, tuple[str, ...]]:
    """Return the calls that could have been answered, and the segments' names; a sample of whole persons.

    `heard` is filled with the time-outs that occur; their chances are the caller's to fill in.
    """
    ((count,),) = database.execute("SELECT count(*) FROM call").fetchall()
    part = f"AND hash(who) % {-(-count // LARGEST)} = 0" if count > LARGEST else ""
    found = _arrays(
        database,
        "SELECT fate = 'person' AS answered, dense_rank() OVER (ORDER BY who) AS person, hour(local_at) AS hour, "
        "isodow(local_at) - 1 AS weekday, grp, "
        "coalesce(attempt_number, row_number() OVER (PARTITION BY campaign, lead ORDER BY placed_at)) AS number, "
        "datediff('day', DATE '1970-01-01', day) AS day, "
        f"round(coalesce(ring_timeout_s, {timeout_s}), 3) AS timeout FROM call "
        f"WHERE fate NOT IN ('not_in_service', 'congestion', 'unknown') {part} ORDER BY person, placed_at",
    )
    segments, segment = np.unique(found["grp"].astype(str), return_inverse=True)
    timeouts, at = np.unique(found["timeout"], return_inverse=True)
    chances = np.array([heard.setdefault(float(limit), 1.0) for limit in timeouts])
    return (
        Attempts(
            found["answered"].astype(bool),
            found["person"].astype(np.int64),
            found["hour"].astype(np.int64),
            found["weekday"].astype(np.int64),
            segment.astype(np.int64),
            found["number"].astype(np.int64),
            found["day"].astype(np.int64),
            chances[at],
        ),
        tuple(segments.tolist()),
    )


def _sampled() -> str:
    return f"ORDER BY hash(attempt) LIMIT {_LARGEST_SAMPLE}"


def _arrays(database: duckdb.DuckDBPyConnection, query: str) -> dict[str, np.ndarray]:
    found = database.execute(query).fetchnumpy()
    return {name: np.asarray(np.ma.getdata(column)) for name, column in found.items()}
