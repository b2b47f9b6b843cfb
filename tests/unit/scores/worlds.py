"""Contact histories whose truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np

SEGMENTS = ("early", "late")
MEAN = {"early": 0.4, "late": 0.15}
STRENGTH = 5.0
HOURS = np.arange(9, 20)


class World(NamedTuple):
    portfolio: Path
    history: Path
    rate: np.ndarray  # true chance that a call reaches, by account
    segment: np.ndarray
    calls: np.ndarray  # calls in the history, by account


def make(folder: Path, accounts: int = 1500, seed: int = 1) -> World:
    """Accounts with beta rates around their segment's mean, called up to 40 times over 90 days."""
    rng = np.random.default_rng(seed)
    segment = rng.integers(0, 2, accounts)
    mean = np.where(segment == 0, MEAN["early"], MEAN["late"])
    rate = rng.beta(STRENGTH * mean, STRENGTH * (1 - mean))
    debt = rng.lognormal(8, 1, accounts)
    calls = rng.choice([0, 2, 8, 40], accounts, p=[0.1, 0.4, 0.3, 0.2])
    account = np.repeat(np.arange(accounts), calls)
    day, hour = rng.integers(0, 90, len(account)), rng.choice(HOURS, len(account))
    reached = rng.random(len(account)) < rate[account]
    pays = 1 / (1 + np.exp(1.5 + 0.8 * (np.log(debt) - 8)))
    paid = rng.random(len(account)) < pays[account]
    name = np.array([f"A{number}" for number in range(accounts)])
    label = np.array(SEGMENTS)[segment]
    tables = {
        "portfolio": (["account_id", "bucket", "balance"], [name, label, debt]),
        "history": (
            ["account_id", "at", "channel", "reached", "paid", "bucket", "balance"],
            [
                name[account],
                np.array([f"2026-{5 + d // 30:02}-{1 + d % 30:02} {h:02}:15" for d, h in zip(day, hour, strict=True)]),
                np.full(len(account), "agent_call"),
                reached,
                paid,
                label[account],
                debt[account],
            ],
        ),
    }
    with duckdb.connect() as database:
        for table, (columns, arrays) in tables.items():
            names = ", ".join(f"unnest(?) AS {column}" for column in columns)
            values = [array.tolist() for array in arrays]
            database.sql(f"SELECT {names}", params=values).to_parquet(str(folder / f"{table}.parquet"))
    return World(folder / "portfolio.parquet", folder / "history.parquet", rate, segment, calls)
