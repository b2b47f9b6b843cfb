"""What the compiled floor remembers: one record for each call, agent, lead, person, and one for the floor itself.

States, triggers, dispositions and causes are numbers here: their places in the tables of `dialer.core`, which
stay the only ones.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dialer.core.agent import AGENT
from dialer.core.call import CALL, CAUSES, DISPOSITION_OF_CAUSE, DISPOSITIONS, ENDED_BY
from dialer.core.lead import LEAD
from dialer.core.machine import Machine
from pacing.predictive import ENDED_BY as TAUGHT_BY

NONE = -1
"""In the place of a number or an instant that there is not."""

_I8, _F8 = np.int64, np.float64
"""One kind of whole number, so that every function is compiled once."""


def _next(machine: Machine) -> tuple[dict[str, int], dict[str, int], np.ndarray]:
    """Return the places of states and triggers, and the table with `NONE` where there is no transition."""
    states = {state: place for place, state in enumerate(machine.states)}
    triggers = {trigger: place for place, trigger in enumerate(dict.fromkeys(trigger for _, trigger in machine.table))}
    table = np.full((len(states), len(triggers)), NONE, _I8)
    for (state, trigger), following in machine.table.items():
        table[states[state], triggers[trigger]] = states[following]
    return states, triggers, table


def _places(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


CALL_STATES, CALL_TRIGGERS, CALL_NEXT = _next(CALL)
AGENT_STATES, AGENT_TRIGGERS, AGENT_NEXT = _next(AGENT)
LEAD_STATES, _, _ = _next(LEAD)
DISPOSITION = _places(DISPOSITIONS)
CAUSE = _places(CAUSES)
REACHES = tuple(dict.fromkeys(DISPOSITIONS.values()))
REACH_OF = np.array([REACHES.index(reach) for reach in DISPOSITIONS.values()], _I8)
DISPOSITION_OF = np.array([DISPOSITION[DISPOSITION_OF_CAUSE.get(cause, "failed")] for cause in CAUSES], _I8)
TAUGHT_OF = np.array([TAUGHT_BY[ENDED_BY.get(cause, "trunk")] for cause in CAUSES], _I8)
"""By cause: the disposition of a call that ended before anyone answered, and what such an end teaches."""

LINE_STATES = ("placed", "answered", "bridging", "bridged", "message", "heard", "asking", "closing", "over")
"""As in `simulator.world.carrier`; a call that rings is still placed here, since nothing depends on it."""

PERSON, MACHINE = -1, -2
"""How a call goes that is picked up, in the place of a cause."""

CALL_RECORD = np.dtype(
    [
        ("placed_ns", _I8),
        ("ringing_ns", _I8),
        ("answered_ns", _I8),
        ("told_ns", _I8),
        ("transfer_ns", _I8),
        ("bridged_ns", _I8),
        ("message_ns", _I8),
        ("ended_ns", _I8),
        ("ready_ns", _I8),
        ("closed_ns", _I8),
        ("next_ns", _I8),
        ("callback_ns", _I8),
        ("promise_cents", _I8),
        ("expect_ns", _I8),
        ("grace_ns", _I8),
        ("lead", _I8),
        ("attempt", _I8),
        ("endpoint", _I8),
        ("agent", _I8),
        ("talker", _I8),
        ("after", _I8),
        ("before", _I8),
        ("waits_after", _I8),
        ("waits_before", _I8),
        ("state", _I8),
        ("line", _I8),
        ("end", _I8),
        ("by", _I8),
        ("cause", _I8),
        ("disposition", _I8),
        ("hung_up", _I8),
        ("agreed", _I8),
    ],
    align=True,
)
"""An attempt. `agent` is whom the kernel has promised it to, `talker` whom the carrier bridged it to.

`before` and `after` link the calls that are not closed in the order of placing, `waits_*` those that wait.
"""

AGENT_RECORD = np.dtype(
    [
        ("since_ns", _I8),
        ("leaves_ns", _I8),
        ("wrap_due_ns", _I8),
        ("wrap_ends_ns", _I8),
        ("slowness", _F8),
        ("turn", _I8),
        ("call", _I8),
        ("last_talk", _I8),
        ("wraps", _I8),
        ("after", _I8),
        ("before", _I8),
        ("order", _I8),
        ("day", _I8),
        ("step", _I8),
        ("pause", _I8),
        ("wish", _I8),
        ("state", _I8),
        ("desk", _I8),
    ],
    align=True,
)
"""An agent and the desk. `state` is the kernel's and `desk` what the desktop shows, `pause` what the kernel was asked
for and `wish` what the agent wants; `order` the place among all names, `after` and `before` link the idle."""

LEAD_RECORD = np.dtype(
    [
        ("answer_share", _F8),
        ("dead", _I8),
        ("person", _I8),
        ("account", _I8),
        ("segment", _I8),
        ("kind", _I8),
        ("hours", _I8),
        ("step", _I8),
        ("priority", _I8),
        ("order", _I8),
        ("attempts", _I8),
        ("endpoint", _I8),
        ("endpoints", _I8),
        ("first_endpoint", _I8),
        ("state", _I8),
        ("callback", _I8),
    ],
    align=True,
)
"""A lead and its status. `kind` is the set of rules about it, `hours` the zone of its hour of the week, `step` the row
of its step's own rules, `order` its place among all names, `dead` has a bit for each endpoint that is of no use."""

PERSON_RECORD = np.dtype([("reach", _F8), ("zone", _I8), ("call", _I8), ("suppressed", _I8)], align=True)

FLOOR_RECORD = np.dtype(
    [
        ("now_ns", _I8),
        ("start_ns", _I8),
        ("until_ns", _I8),
        ("grid_ns", _I8),
        ("asleep", _I8),
        ("sleeps", _I8),
        ("facts", _I8),
        ("calls", _I8),
        ("ready", _I8),
        ("deferred", _I8),
        ("due_ns", _I8),
        ("pace_ns", _I8),
        ("sweep_ns", _I8),
        ("lines", _I8),
        ("in_flight", _I8),
        ("reserved", _I8),
        ("busy", _I8),
        ("wrapping", _I8),
        ("idle", _I8),
        ("idle_first", _I8),
        ("idle_last", _I8),
        ("waiting", _I8),
        ("waiting_first", _I8),
        ("waiting_last", _I8),
        ("first", _I8),
        ("last", _I8),
        ("leaving", _I8),
        ("span", _I8),
        ("draining", _I8),
        ("short", _I8),
        ("events", _I8),
        ("heard_ns", _I8),
    ],
    align=True,
)
"""The floor. `asleep`, `facts`, `ready` and `deferred` are sizes of heaps, `short` whether one was too small; at
`heard_ns` something was reported last."""

SETTINGS_RECORD = np.dtype(
    [
        ("lines", _I8),
        ("ring_timeout_ns", _I8),
        ("expect_ns", _I8),
        ("grace_ns", _I8),
        ("wrap_limit_ns", _I8),
        ("horizon_ns", _I8),
        ("horizon_s", _F8),
        ("max_attempts", _I8),
        ("progressive", _I8),
        ("robot", _I8),
        ("robot_then_human", _I8),
        ("greeting_end", _I8),
        ("announce_ns", _I8),
        ("going_home", _I8),
        ("breaks", _I8),
        ("patience", _I8),
        ("detection", _I8),
        ("taken_for_machine_share", _F8),
        ("not_in_service_share", _F8),
        ("congestion_share", _F8),
        ("best_share", _F8),
        ("reach", _I8),
        ("transfer_share", _F8),
        ("first_part", _I8),
    ],
    align=True,
)
"""What does not change in a run."""
