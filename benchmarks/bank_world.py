"""A world from 45,211 real outbound clients: does it talk as they did, and does it take as many contacts?

The data (``simulator/data/bank_contacts.csv.gz``) have the length of each client's last contact, how many contacts
there were, and whether it ended in a sale. All contacts but the last count as calls that did not reach the goal.
They have no hours: each call gets one, drawn so that answers follow PhoneBurner's rates by hour.

Run: ``python benchmarks/bank_world.py [every]``; every client takes about two minutes, every tenth a few seconds.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
from scipy.stats import kstest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adapters.history.writer import HistoryWriter
from dialer.core.rng import uniform
from simulator.calibrate.assemble import assemble
from simulator.calibrate.evidence import gather
from simulator.world.laws import quantile
from simulator.world.people import People
from simulator.world.settings import PeopleSettings, WorldSettings

DATA = Path(__file__).resolve().parent.parent / "simulator" / "data" / "bank_contacts.csv.gz"
HOURS = range(9, 18)
DAY_S, MIDNIGHT_S = 86_400, 1_276_473_600
"""Contacts of a client are a day apart, on `DAYS` days from 2010-06-14 on that go round, so that all are alike."""

DAYS = 120

SHOWN = (1, 2, 3, 4, 5, 6, 10)
_DRAWS = 20_000


class Bank(NamedTuple):
    """Clients; arrays of shape (n,)."""

    talk_s: np.ndarray
    contacts: np.ndarray
    sale: np.ndarray


class Compared(NamedTuple):
    """What the calibrated world makes of the data.

    `distance` is Kolmogorov's, between real and simulated talks; `real` and `simulated` the shares of clients
    who needed at most so many contacts as `SHOWN` says.
    """

    distance: float
    real: tuple[float, ...]
    simulated: tuple[float, ...]
    world: WorldSettings


def bank(every: int = 1) -> Bank:
    """Return every so manieth client who talked at all."""
    rows = duckdb.sql(f"SELECT * FROM read_csv('{DATA}') WHERE talk_s > 0").fetchnumpy()
    return Bank(*(np.asarray(rows[name])[::every] for name in Bank._fields))


def compare(every: int, folder: Path) -> Compared:
    """Calibrate a world to the clients and compare."""
    clients = bank(every)
    writer = HistoryWriter(folder / "bank")
    _write(clients, writer)
    evidence = gather(writer.database, "UTC")
    writer.database.close()
    world = assemble(evidence)
    shares = {name: outcome.share for name, outcome in world.people.outcomes.items()}
    laws = {name: quantile(outcome.talk) for name, outcome in world.people.outcomes.items()}
    talks = [laws[name]((at + 0.5) / _DRAWS) for name in shares for at in range(_DRAWS)]
    weights = np.repeat([shares[name] / _DRAWS for name in shares], _DRAWS)
    order = np.argsort(talks)
    at, below = np.array(talks)[order], np.cumsum(weights[order])
    distance = kstest(clients.talk_s, lambda x: np.interp(x, at, below)).statistic
    needed = _contacts(world)
    return Compared(
        float(distance),
        tuple(float((clients.contacts <= shown).mean()) for shown in SHOWN),
        tuple(float((needed <= shown).mean()) for shown in SHOWN),
        world,
    )


def _write(clients: Bank, writer: HistoryWriter) -> None:
    rates = np.array([PeopleSettings().answer_share_by_hour[hour] for hour in HOURS])
    rates *= len(clients.contacts) / clients.contacts.sum() / rates.mean()
    for client, (talk_s, contacts, sale) in enumerate(zip(*clients, strict=True)):
        for attempt in range(1, int(contacts) + 1):
            last = attempt == contacts
            weight = np.cumsum(rates if last else 1 - rates)
            hour = int(np.searchsorted(weight / weight[-1], uniform(0, "bank hour", client, attempt)))
            placed_s = MIDNIGHT_S + hour * 3600 + (client + attempt) % DAYS * DAY_S
            row = {
                "attempt": f"{client}/{attempt}",
                "campaign": "bank",
                "channel": "call",
                "lead": f"l{client}",
                "person": f"p{client}",
                "attempt_number": attempt,
                "placed_at": placed_s * 10**9,
                "disposition": "no_answer",
            }
            if last:
                row |= {
                    "disposition": "promise" if sale else "contact",
                    "answered_by": "person",
                    "answered_at": placed_s * 10**9,
                    "bridged_at": placed_s * 10**9,
                    "ended_at": (placed_s + int(talk_s)) * 10**9,
                    "agent": "a1",
                }
            writer.add("attempts", row)
    writer.flush()


def _contacts(world: WorldSettings, persons: int = 8000) -> np.ndarray:
    """Return how many calls it takes to reach simulated persons, one a day at any hour."""
    people = People(world, {})
    needed = np.full(persons, 10**6)
    for person in range(persons):
        for attempt in range(1, max(SHOWN) + 1):
            hour = int(len(HOURS) * uniform(1, "hour", person, attempt))
            t_ns = (MIDNIGHT_S + hour * 3600 + attempt * DAY_S) * 10**9
            if uniform(1, "answer", person, attempt) < people.answer_share(f"p{person}", "", t_ns):
                needed[person] = attempt
                break
    return needed


def main() -> None:
    """Print both comparisons."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as folder:
        found = compare(every, Path(folder))
    print(f"Kolmogorov distance of talks: {found.distance:.4f}")
    print(f"reachability concentration: {found.world.people.reachability_concentration}")
    print("contacts needed at most:  " + "".join(f"{shown:>8}" for shown in SHOWN))
    for name in ("real", "simulated"):
        print(f"  {name:<22}  " + "".join(f"{share:>8.1%}" for share in getattr(found, name)))


if __name__ == "__main__":
    main()
