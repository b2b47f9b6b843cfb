"""What must hold after a restart, an error or a fault of the far end."""

from __future__ import annotations

import asyncio

from adapters.conformance.telephony.bench import QUIET_S, Trial
from adapters.conformance.telephony.check import check, demand
from dialer.core.call import CAUSES
from dialer.core.effects import SetAgentState
from dialer.core.errors import PortError
from dialer.core.events import CallEnded, CallReported, CallRinging, PortChanged

# Which calls exist --------------------------------------------------------------------------------


@check("which_exist answers once for every call, also for those that were not asked for.", "answers", "rings")
async def check_25_which_exist(t: Trial) -> None:
    bridged = await t.bridged(t.bench.agent)
    answered, ringing = await t.answered(), await t.place("rings")
    await t.heard.wait(CallRinging, ringing)
    said = len(t.heard.events)
    await t.adapter.which_exist([bridged, ringing, "conformance/nobody/1"])
    await t.heard.wait(CallReported, answered, after=said)
    found = {event.call: event for event in t.heard.events[said:] if isinstance(event, CallReported)}
    states = [found[call].state for call in (bridged, answered, ringing, "conformance/nobody/1")]
    demand(states == ["bridged", "answered", "ringing", "gone"], f"it says {states}")
    demand(found[bridged].agent == t.bench.agent, f"it is bridged to {found[bridged].agent}")
    demand(len(found) == 4, f"it speaks of {len(found)} calls")
    for call in (bridged, answered, ringing):
        await t.hang_up(call)
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


@check("A conversation outlives a restart, and is reported and hung up afterwards.", "answers",
       capability="survives_restart", fault="restart")  # fmt: skip
async def check_26_survives(t: Trial) -> None:
    call = await t.bridged(t.bench.agent)
    await t.restart()
    said = len(t.heard.events)
    await t.adapter.which_exist([call])
    report = await t.heard.wait(CallReported, call, after=said)
    if t.adapter.capabilities.agent_legs == "none":  # its agents ended with the process, the person has not
        demand(report.state in ("bridged", "answered"), f"it says {report.state}")
    else:
        demand(report.state == "bridged" and report.agent == t.bench.agent, f"it says {report.state}, {report.agent}")
    end = await t.hang_up(call)
    demand(end.cause == "normal", f"the cause is {end.cause}")
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


@check("After stop nothing is reported.", "answers", "busy")
async def check_27_stopped(t: Trial) -> None:
    await t.place("busy")
    await t.adapter.stop()
    said = len(t.heard.events)
    await asyncio.sleep(QUIET_S)
    demand(len(t.heard.events) == said, "it said something")
    t.calls.clear()
    t.adapter = t.bench.make()
    await t.adapter.start(t.heard)


# Errors and misfortune ----------------------------------------------------------------------------


@check("A reference that cannot be dialled is a PortError or a call that ends, and nothing is dialled.", "crooked")
async def check_28_crooked(t: Trial) -> None:
    try:
        call = await t.place("crooked")
    except PortError as error:
        demand("+" not in str(error), "the error names the number")
        t.calls.clear()
    else:
        end = await t.heard.wait(CallEnded, call)
        demand(end.cause in ("not_in_service", "congestion", "unknown"), f"the cause is {end.cause}")


@check("A cut connection is reported, and again when it is back; what was bridged goes on.", "answers", fault="cut")
async def check_29_cut(t: Trial) -> None:
    call = await t.bridged(t.bench.agent)
    said = len(t.heard.events)
    await t.bench.cut()
    demand(not (await t.heard.wait(PortChanged, after=said)).up, "telephony is not down")
    said = len(t.heard.events)
    await t.bench.mend()
    demand((await t.heard.wait(PortChanged, after=said)).up, "telephony is not up")
    end = await t.hang_up(call)
    demand(end.cause == "normal", f"the cause is {end.cause}")
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


@check("A call whose answer nobody heard ends once, as `lost` or with its true cause.", "answers_late", fault="cut")
async def check_30_answered_unheard(t: Trial) -> None:
    call = await t.place("answers_late")
    await t.heard.wait(CallRinging, call)
    await t.bench.cut()
    await asyncio.sleep(2.5)
    await t.bench.mend()
    end = await t.heard.wait(CallEnded, call)
    demand(end.cause in CAUSES, f"the cause is {end.cause}")


@check("When the telephone system dies, every call ends once, and calls can be placed once it is back.", "answers",
       fault="die")  # fmt: skip
async def check_31_dies(t: Trial) -> None:
    calls = [await t.answered(), await t.bridged(t.bench.agent), await t.place("rings")]
    await t.bench.die()
    await t.bench.revive()
    for call in calls:
        await t.heard.wait(CallEnded, call)
    await t.hang_up(await t.answered())
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


@check("A telephone system that answers late is not asked twice: each call ends once.", "answers", "busy", fault="slow")
async def check_32_slow(t: Trial) -> None:
    await t.bench.slow(1.0)
    try:
        busy, call = await t.place("busy"), await t.answered()
        await t.heard.wait(CallEnded, busy)
        await t.hang_up(call)
    finally:
        await t.bench.slow(0.0)
    await t.adapter.which_exist([call, busy])
    demand((await t.heard.wait(CallReported, call)).state == "gone", "a call is still up")
