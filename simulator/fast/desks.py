"""The compiled twin of `simulator.world.floor`: agents who come, take breaks, wrap up and go home."""

from __future__ import annotations

from numba import njit

from simulator.fast import sim as w
from simulator.fast.carrier import of_call
from simulator.fast.draws import uniform
from simulator.fast.heaps import sleep
from simulator.fast.laws import quantile
from simulator.fast.records import NONE
from simulator.fast.sim import OFFLINE, PAUSED, READY, RESERVED, WRAPPING, Sim, due, ns, report

COME, ANNOUNCE, BEGIN = range(3)
"""What an agent's day waits for: to come, to announce the next leave, to begin it."""

_WISHES = 8
"""Bits of a wish behind a count of changes."""


@njit(cache=True)
def shown(sim: Sim, agent: int, state: int) -> None:
    """Show an agent the state that the kernel holds."""
    floor, record = sim.floor[0], sim.agents[agent]
    if record.desk == state:
        return
    record.desk = state
    record.turn += 1
    if state == PAUSED:
        if record.wish == sim.settings[0].going_home:
            sleep(sim.heap, floor, due(floor, floor.now_ns), w.LEAVING, agent, 0)
        else:
            _rest(sim, agent)
    elif state == WRAPPING:
        _wrap_up(sim, agent)
    elif state in (READY, RESERVED) and record.wish != 0:
        sleep(sim.heap, floor, due(floor, floor.now_ns), w.ASKING, agent, record.turn)


@njit(cache=True)
def _rest(sim: Sim, agent: int) -> None:
    """Paused: for a break as long as it lasts, unasked until the agent has noticed."""
    floor, record = sim.floor[0], sim.agents[agent]
    rest_ns, laws = sim.break_ns[record.wish], sim.people.laws
    if rest_ns == NONE:
        u = 0.5
        if laws.kind[w.LAW_SETTLE] != 0:
            u = uniform(sim.draws, w.SETTLE, sim.agent_names, agent, record.turn)
        rest_ns = ns(quantile(laws, w.LAW_SETTLE, u))
    said = record.turn << _WISHES | record.wish
    sleep(sim.heap, floor, due(floor, floor.now_ns + rest_ns), w.RESTING, agent, said)


@njit(cache=True)
def _wrap_up(sim: Sim, agent: int) -> None:
    """Write down the result half-way through the wrap, and be ready at its end."""
    floor, record, laws = sim.floor[0], sim.agents[agent], sim.people.laws
    record.wraps, record.last_talk = record.last_talk, NONE
    if record.wraps == NONE:
        sleep(sim.heap, floor, due(floor, floor.now_ns), w.WRAPPED, agent, record.turn)
        return
    u = of_call(sim, w.WRAP, record.wraps) if laws.kind[w.LAW_WRAP] != 0 else 0.5
    wrap_ns = ns(quantile(laws, w.LAW_WRAP, u) * record.slowness)
    record.wrap_ends_ns = floor.now_ns + wrap_ns
    sleep(sim.heap, floor, due(floor, floor.now_ns + wrap_ns // 2), w.DISPOSING, agent, record.turn)


@njit(cache=True)
def _next_leave(sim: Sim, agent: int, now_ns: int) -> None:
    """Wait for the next break of the day, or for its end."""
    floor, record, settings = sim.floor[0], sim.agents[agent], sim.settings[0]
    day = sim.shifts[agent, record.day]
    end_ns = day[settings.breaks + 1]
    while record.step <= settings.breaks and not now_ns < day[record.step] < end_ns:
        record.step += 1
    at_ns = day[record.step]
    if settings.announce_ns != 0:
        sleep(sim.heap, floor, due(floor, at_ns - settings.announce_ns), w.WORKING, agent, ANNOUNCE)
    else:
        sleep(sim.heap, floor, due(floor, at_ns), w.WORKING, agent, BEGIN)


@njit(cache=True)
def come_in(sim: Sim, agent: int) -> None:
    """Wait for the agent's next day."""
    floor, record = sim.floor[0], sim.agents[agent]
    if record.day < sim.shifts.shape[1]:
        sleep(sim.heap, floor, due(floor, sim.shifts[agent, record.day, 0]), w.WORKING, agent, COME)


@njit(cache=True)
def _work(sim: Sim, agent: int, step: int) -> None:
    """One agent's days."""
    floor, record, settings = sim.floor[0], sim.agents[agent], sim.settings[0]
    now_ns = floor.now_ns
    if step == COME:
        record.wish, record.step = 0, 1
        report(sim, w.CAME, agent, 0)
        _next_leave(sim, agent, now_ns)
        return
    at_ns = sim.shifts[agent, record.day, record.step]
    if step == ANNOUNCE:
        report(sim, w.ANNOUNCED, agent, at_ns)
        sleep(sim.heap, floor, due(floor, at_ns), w.WORKING, agent, BEGIN)
    elif record.step <= settings.breaks:
        if record.desk not in (PAUSED, OFFLINE):
            _ask(sim, agent, sim.break_wishes[record.step - 1])
        record.step += 1
        _next_leave(sim, agent, now_ns)
    else:
        if record.desk == PAUSED:
            record.wish = settings.going_home
            sleep(sim.heap, floor, due(floor, now_ns), w.LEAVING, agent, 0)
        else:
            _ask(sim, agent, settings.going_home)
        record.day += 1
        come_in(sim, agent)


@njit(cache=True)
def _ask(sim: Sim, agent: int, wish: int) -> None:
    sim.agents[agent].wish = wish
    report(sim, w.ASKED_PAUSE, agent, wish)


@njit(cache=True)
def woken(sim: Sim, what: int, agent: int, more: int) -> None:
    """Go on with what an agent does, if the desktop still shows what it did when this fell asleep."""
    floor, record = sim.floor[0], sim.agents[agent]
    if what == w.WORKING:
        _work(sim, agent, more)
    elif what == w.ASKING:
        if record.turn == more and record.wish != 0:
            _ask(sim, agent, record.wish)
    elif what == w.RESTING:
        if record.turn << _WISHES | record.wish == more:
            record.wish = 0
            report(sim, w.SAID_READY, agent, 0)
    elif what == w.LEAVING:
        report(sim, w.WENT, agent, 0)
    elif what == w.DISPOSING:
        if record.turn == more:
            report(sim, w.DISPOSITIONED, record.wraps, 0)
            sleep(sim.heap, floor, due(floor, record.wrap_ends_ns), w.WRAPPED, agent, more)
    elif record.turn == more:
        report(sim, w.SAID_READY, agent, 0)
