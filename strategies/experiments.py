"""Which arm of an experiment a person belongs to: by a keyed hash of who they are, never by order.

The same experiment and person give the same arm in every run, process and engine; another
experiment's arms are independent of it. A person's accounts share an arm.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import accumulate
from typing import Literal

Engine = Literal["duckdb", "spark"]

_DIGITS = 13
_SCALE = float(16**_DIGITS)  # 52 bits: every quotient is exact in double precision, here and in SQL


def position(experiment: str, person: str) -> float:
    """Return where the person stands in the experiment: a number in [0, 1)."""
    digest = sha256(f"{experiment}\x1f{person}".encode()).hexdigest()
    return int(digest[:_DIGITS], 16) / _SCALE


def position_sql(experiment: str, person: str, engine: Engine = "duckdb") -> str:
    """Return SQL for `position`; `experiment` is a name of a strategy file, `person` an SQL expression."""
    if engine == "spark":
        digits = f"left(sha2('{experiment}' || chr(31) || {person}, 256), {_DIGITS})"
        return f"CAST(conv({digits}, 16, 10) AS BIGINT) / {_SCALE!r}D"
    return f"('0x' || left(sha256('{experiment}' || chr(31) || {person}), {_DIGITS}))::BIGINT / {_SCALE!r}"


def arm(experiment: str, shares: Sequence[float], person: str) -> int:
    """Return the index of the person's arm; `shares` add up to 1."""
    place = position(experiment, person)
    return next((index for index, end in enumerate(_ends(shares)) if place < end), len(shares) - 1)


def arm_sql(experiment: str, shares: Sequence[float], person: str, engine: Engine = "duckdb") -> str:
    """Return SQL for `arm`; one arm needs no draw."""
    if len(shares) == 1:
        return "0"
    place = position_sql(experiment, person, engine)
    cases = " ".join(f"WHEN {place} < {end!r} THEN {index}" for index, end in enumerate(_ends(shares)[:-1]))
    return f"CASE {cases} ELSE {len(shares) - 1} END"


def _ends(shares: Sequence[float]) -> list[float]:
    return list(accumulate(shares))
