"""What came of a compiled run: its attempts as columns, and its totals."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from dialer.core.call import CONTACTS
from dialer.core.units import NS_PER_S
from pacing import Pacer
from simulator.fast.prepare import Plan
from simulator.fast.records import AGENT_STATES, CAUSE, DISPOSITION, MACHINE, NONE, PERSON
from simulator.fast.sim import MINUTE_NS, Sim

_DISPOSITIONS, _CAUSES = np.array([*DISPOSITION, ""]), np.array([*CAUSE, ""])
_CONTACTS = [DISPOSITION[name] for name in CONTACTS]
_PROMISE = DISPOSITION["promise"]
_HISTORY_STATES = {"ready": "idle", "in_call": "talking"}
"""How a history names the states of agents that it names in its own way."""


class Totals(NamedTuple):
    """Figures of a run.

    Attributes
    ----------
    calls, answered, abandoned, contacts : int
        Calls placed; those that a person answered; those of them that heard the safe-harbour message; and
        conversations with the person who owes.
    promises, promised_cents : int
        Promises to pay, and their sum.
    leads : int
        Leads that were called.
    agent_s : dict
        Agent-seconds by state: offline, paused, idle, reserved, talking, wrap.
    """

    calls: int
    answered: int
    abandoned: int
    contacts: int
    promises: int
    promised_cents: int
    leads: int
    agent_s: dict[str, float]

    @property
    def busy_s(self) -> float:
        """Talk and wrap of all agents."""
        return self.agent_s["talking"] + self.agent_s["wrap"]

    @property
    def productive_s(self) -> float:
        """Staffed time: logged in and not on a break, as in `dialer.insight.tally.Totals`."""
        return self.agent_s["idle"] + self.agent_s["reserved"] + self.agent_s["talking"] + self.agent_s["wrap"]

    @property
    def paid_s(self) -> float:
        """Logged-in time, breaks included."""
        return self.productive_s + self.agent_s["paused"]


class Result:
    """A run that is over.

    Attributes
    ----------
    calls : record array
        One record for each call in the order of placing, see `simulator.fast.records.CALL_RECORD`; instants in
        nanoseconds since the epoch, `NONE` for what did not happen. Codes index the tables of that module.
    minutes : int64 array, shape (minutes, states)
        Nanoseconds that agents spent in each state, by minute since the beginning; `states` names the columns.
    persons : int64 array
        By call, whom it reached, by number.
    pacer : Pacer
        The pacer with what it has learned.
    """

    def __init__(self, plan: Plan, sim: Sim, pacer: Pacer) -> None:
        self._plan = plan
        self.calls = sim.calls[: sim.floor[0]["calls"]].copy()
        self.calls["ringing_ns"][self.calls["ringing_ns"] >= plan.until_ns] = NONE
        self.persons = plan.leads_at_first["person"][self.calls["lead"]]
        self.minutes, self.events = sim.minutes, int(sim.floor[0]["events"])
        self.pacer = pacer
        self.states = tuple(_HISTORY_STATES.get(state, state) for state in AGENT_STATES)

    @cached_property
    def totals(self) -> Totals:
        """The figures of the whole run."""
        calls = self.calls
        promises = calls["promise_cents"][(calls["disposition"] == _PROMISE) & (calls["closed_ns"] != NONE)]
        return Totals(
            len(calls),
            int(np.sum(calls["by"][calls["told_ns"] != NONE] == PERSON)),
            int(np.sum(calls["disposition"] == DISPOSITION["abandoned"])),
            int(np.isin(calls["disposition"][calls["closed_ns"] != NONE], _CONTACTS).sum()),
            len(promises),
            int(promises[promises != NONE].sum()),
            int(np.sum(calls["attempt"] == 1)),
            dict(zip(self.states, (self.minutes.sum(axis=0) / NS_PER_S).tolist(), strict=True)),
        )

    def by_minute(self) -> dict[str, np.ndarray]:
        """Return by minute since the beginning: calls placed, persons who answered, abandoned, contacts."""
        calls = self.calls
        told = calls["told_ns"] != NONE
        contacts = np.isin(calls["disposition"], _CONTACTS) & (calls["closed_ns"] != NONE)
        return {
            "calls": self._counted(calls["placed_ns"]),
            "answered": self._counted(calls["told_ns"][told & (calls["by"] == PERSON)]),
            "abandoned": self._counted(calls["told_ns"][calls["disposition"] == DISPOSITION["abandoned"]]),
            "contacts": self._counted(calls["closed_ns"][contacts]),
        }

    def _counted(self, instants_ns: np.ndarray) -> np.ndarray:
        return np.bincount((instants_ns - self._plan.start_ns) // MINUTE_NS, minlength=len(self.minutes))

    def attempts(self) -> dict[str, np.ndarray]:
        """Return the attempts that are over, as the columns of ``attempts`` in `dialer.ports.history`.

        Instants are datetime64[us] in UTC, NaT for what did not happen; texts are empty for what is not known.
        DuckDB reads the dictionary as a table.
        """
        plan = self._plan
        calls = self.calls[self.calls["closed_ns"] != NONE]
        leads, endpoints = np.array(plan.leads, object)[calls["lead"]], calls["endpoint"]
        numbers = np.array([number for lead in plan.leads for number in lead.endpoints], object)
        ids = np.array([lead.id for lead in leads], object)
        campaign = plan.campaign
        told = calls["told_ns"] != NONE
        columns: dict[str, Any] = {
            "attempt": np.array(
                [f"{campaign.id}/{lead}/{attempt}" for lead, attempt in zip(ids, calls["attempt"], strict=True)], object
            ),
            "campaign": np.full(len(calls), campaign.id, object),
            "channel": np.full(len(calls), "call", object),
            "lead": ids,
            "person": np.array([lead.person for lead in leads], object),
            "account": np.array([lead.account for lead in leads], object),
            "endpoint": numbers[endpoints],
            "segment": np.array([lead.segment for lead in leads], object),
            "strategy": np.full(len(calls), campaign.strategy, object),
            "mode": np.full(len(calls), campaign.mode, object),
            "attempt_number": calls["attempt"].astype(np.int32),
            "ring_timeout_s": np.full(len(calls), campaign.ring_timeout_s),
            "placed_at": _instants(calls["placed_ns"]),
            "ringing_at": _instants(calls["ringing_ns"]),
            "answered_at": _instants(calls["answered_ns"]),
            "answered_by": np.where(told, np.where(calls["by"] == MACHINE, "machine", "person"), "").astype(object),
            "transfer_at": _instants(calls["transfer_ns"]),
            "bridged_at": _instants(calls["bridged_ns"]),
            "ended_at": _instants(calls["ended_ns"]),
            "ready_at": _instants(calls["ready_ns"]),
            "message_at": _instants(calls["message_ns"]),
            "agent": self._agents(calls),
            "disposition": _DISPOSITIONS[calls["disposition"]].astype(object),
            "cause": _CAUSES[calls["cause"]].astype(object),
            "promise_cents": calls["promise_cents"],
        }
        return columns

    @staticmethod
    def _agents(calls: np.ndarray) -> np.ndarray:
        talked = calls["bridged_ns"] != NONE
        return np.array(
            [f"a{agent + 1:02d}" if bridged else "" for agent, bridged in zip(calls["agent"], talked, strict=True)],
            object,
        )


def _instants(t_ns: np.ndarray) -> np.ndarray:
    instants = (t_ns // 1000).astype("datetime64[us]")
    instants[t_ns == NONE] = np.datetime64("NaT")
    return instants
