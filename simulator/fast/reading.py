"""The compiled twin of `dialer.core.scripting` and `simulator.world.reading`: where a call's script has come to.

Nothing but the disposition of a conversation about which the agent wrote nothing depends on it, so it is worked out
then, from the draws of the answers, and nothing wakes for them.
"""

from __future__ import annotations

from numba import njit

from simulator.fast import carrier
from simulator.fast import sim as w
from simulator.fast.draws import uniform_of
from simulator.fast.records import DISPOSITION, NONE
from simulator.fast.sim import Sim, ns

_NO_DISPOSITION = DISPOSITION["no_disposition"]


@njit(cache=True)
def outcome(sim: Sim, call: int, until_ns: int) -> int:
    """Return how a conversation ended: what the agent said, or where the script ended by `until_ns`."""
    record = sim.calls[call]
    if record.disposition != NONE:
        return record.disposition
    position = _position(sim, call, until_ns)
    end = NONE if position == NONE else sim.scripts.end[position]
    return end if end != NONE else _NO_DISPOSITION


@njit(cache=True)
def takes_promise(sim: Sim, call: int, now_ns: int) -> bool:
    """Return whether the agent may write down a promise at `now_ns`, see `dialer.core.scripting.unconfirmed`."""
    position = _position(sim, call, now_ns)
    return position == NONE or bool(sim.scripts.sure[position])


@njit(cache=True)
def _position(sim: Sim, call: int, until_ns: int) -> int:
    """Return where the script of a call stands at `until_ns`; `NONE` without one."""
    scripts, record, grid_ns = sim.scripts, sim.calls[call], sim.floor[0].grid_ns
    step = sim.leads[record.lead].step
    state = scripts.start[step]
    if state == NONE or record.bridged_ns == NONE:
        return NONE
    said = carrier.outcome(sim, call)
    talk_ns = ns(carrier.talk_s(sim, call) * sim.agents[record.talker].slowness)
    outcomes = scripts.length.shape[1]
    shown_ns = record.bridged_ns
    # A screen that is shown after the talk is answered no more: by then the agent wraps up.
    while record.ended_ns == NONE or shown_ns < record.ended_ns:
        first, last = scripts.at[state * outcomes + said], scripts.at[state * outcomes + said + 1]
        if first == last:
            break
        pace = 0.5 + uniform_of(
            sim.draws, w.SCRIPT_PACE, sim.lead_names, record.lead, record.attempt, scripts.names, state
        )
        wakes_ns = shown_ns + int(pace * talk_ns / (scripts.length[step, said] + 1))
        shown_ns = -(-max(wakes_ns, shown_ns + 1) // grid_ns) * grid_ns
        if shown_ns > until_ns:
            break
        chosen = uniform_of(
            sim.draws, w.SCRIPT_ANSWER, sim.lead_names, record.lead, record.attempt, scripts.names, state
        )
        state = scripts.to[first + int(chosen * (last - first))]
    return state
