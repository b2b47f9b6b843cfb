"""30,000 real credit-card accounts as a portfolio of invented people whom no call can reach.

The accounts are the UCI data set "Default of Credit Card Clients" (see ``simulator/data/README.md``).
What it lacks is made up, the same at every call:

``days_past_due``
    From the newest repayment status: 0 for "no use", "paid in full" and "revolving" (-2, -1, 0); k
    months late becomes a day within that bucket, ``30 k - 29`` to ``30 k``.
``balance``
    The newest bill; 0 where the client has paid too much.
``historical_repayment_rate``
    Share of the six months in which something was paid or nothing was owed.
``card_last_four``, ``birth_date``
    Drawn, the same for every seed; the date makes the client's age in the year of the data, 2005.
``phones``
    One number, and a second for some of those in arrears, from the block set aside for fiction
    (555-0100 to 555-0199 in every area code). No two are equal.
``zones``
    The time zones of the numbers' area codes.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import duckdb
import numpy as np

from dialer.core.rng import uniform

ACCOUNTS = 30_000

SECOND_NUMBER_SHARE = 0.45
"""Of those in arrears. House value, bounded by how many numbers are set aside for fiction."""

_YEAR = 2005
"""The year of the data."""

_FIRST_LINE, _LINES = 100, 100

_COLUMNS = (
    ("account_id", "VARCHAR"),
    ("person_id", "VARCHAR"),
    ("phones", "VARCHAR"),
    ("zones", "VARCHAR"),
    ("days_past_due", "BIGINT"),
    ("balance", "DOUBLE"),
    ("historical_repayment_rate", "DOUBLE"),
    ("credit_limit", "DOUBLE"),
    ("age", "BIGINT"),
    ("card_last_four", "VARCHAR"),
    ("birth_date", "DATE"),
)


def write_portfolio(path: Path, *, seed: int = 0) -> Path:
    """Write the accounts to `path`, a ``.csv`` or ``.parquet`` file, and return it.

    `seed` decides the day within the bucket and who has a second number.
    """
    columns = zip(*_rows(seed), strict=True)
    cells = {name: np.array(column, dtype=object) for (name, _), column in zip(_COLUMNS, columns, strict=True)}
    casts = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in _COLUMNS)
    with duckdb.connect() as database:
        database.register("cells", cells)
        kind = "PARQUET" if path.suffix == ".parquet" else "CSV"
        target = str(path).replace("'", "''")
        database.execute(f"COPY (SELECT {casts} FROM cells) TO '{target}' (FORMAT {kind})").fetchall()
    return path


def _rows(seed: int) -> Iterator[tuple[str, str, str, str, int, float, float, float, int, str, str]]:
    areas = _read("area_codes.csv")
    numbers = 0
    with gzip.open(_data("credit_card_default.csv.gz"), "rt", encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            number = int(row["ID"])
            late_months = max(0, int(row["X6"]))
            bills = [float(row[f"X{12 + month}"]) for month in range(6)]
            paid = [float(row[f"X{18 + month}"]) for month in range(6)]
            good = sum(payment > 0 or bill <= 0 for bill, payment in zip(bills, paid, strict=True))
            places = [number - 1]
            if late_months and uniform(seed, "cards.second_number", number) < SECOND_NUMBER_SHARE:
                places.append(ACCOUNTS + numbers)
                numbers += 1
            yield (
                f"c{number}",
                f"p{number}",
                ";".join(_number(areas, place) for place in places),
                ";".join(sorted({areas[place % len(areas)][1] for place in places})),
                _days_past_due(late_months, uniform(seed, "cards.day", number)),
                max(0.0, bills[0]),
                round(good / 6, 4),
                float(row["X1"]),
                int(row["X5"]),
                f"{int(10_000 * uniform(0, 'cards.last_four', number)):04d}",
                _birth_date(int(row["X5"]), uniform(0, "cards.birth_date", number)),
            )


def _days_past_due(months: int, draw: float) -> int:
    return 30 * months - 29 + int(30 * draw) if months else 0


def _birth_date(age: int, draw: float) -> str:
    return (date(_YEAR - age, 1, 1) + timedelta(int(365 * draw))).isoformat()


def _number(areas: list[tuple[str, str]], place: int) -> str:
    line, area = divmod(place, len(areas))
    if line >= _LINES:
        raise ValueError("the block of fiction numbers is used up")
    return f"+1{areas[area][0]}555{_FIRST_LINE + line:04d}"


def _read(name: str) -> list[tuple[str, str]]:
    with _data(name).open(encoding="ascii", newline="") as file:
        return [(row["area_code"], row["zone"]) for row in csv.DictReader(file)]


def _data(name: str) -> Path:
    return Path(str(resources.files("simulator"))) / "data" / name
