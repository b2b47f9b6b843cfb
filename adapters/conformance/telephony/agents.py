"""Agents' telephones, and those outside who take conversations over."""

from __future__ import annotations

import asyncio

from adapters.conformance.telephony.bench import QUIET_S, Nonconformity, Trial
from adapters.conformance.telephony.check import check, demand
from dialer.core.effects import Bridge, HandOver, HangUp, SetAgentState
from dialer.core.errors import PortError
from dialer.core.events import BridgeFailed, CallBridged, CallEnded, CallReported, HandOverFailed

# Agents -------------------------------------------------------------------------------------------


@check("Bridge connects the person and the agent, and says so with the agent's name.", "answers")
async def check_16_bridge(t: Trial) -> None:
    await t.do(SetAgentState(t.bench.agent, "paused", "logged in"))
    call = await t.answered()
    await t.do(Bridge(call, t.bench.agent))
    bridged = await t.heard.wait(CallBridged, call)
    demand(bridged.agent == t.bench.agent, f"it names {bridged.agent}")
    await t.hang_up(call)
    demand(t.heard.count(CallBridged, call) == 1, "it was bridged more than once")
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


@check("An agent who never logged in to the telephone is called for the bridge.", "answers", capability="agent_legs")
async def check_17_leg_ondemand(t: Trial) -> None:
    await t.hang_up(await t.bridged(t.bench.second_agent))
    await t.do(SetAgentState(t.bench.second_agent, "offline", "logged out"))


@check("After a conversation that the person ended, the same agent can be bridged again.", "hangs_up", "answers")
async def check_18_next_call(t: Trial) -> None:
    await t.do(SetAgentState(t.bench.agent, "paused", "logged in"))
    first = await t.bridged(t.bench.agent, "hangs_up")
    await t.heard.wait(CallEnded, first)
    await t.hang_up(await t.bridged(t.bench.agent))
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


@check("A telephone that nobody answers gives BridgeFailed, and the person stays on the line.", "answers",
       capability="agent_legs", needs="absent_agent")  # fmt: skip
async def check_19_bridge_fails(t: Trial) -> None:
    call = await t.answered()
    await t.do(Bridge(call, t.bench.absent_agent))
    failed = await t.heard.wait(BridgeFailed, call)
    demand(failed.agent == t.bench.absent_agent, f"it names {failed.agent}")
    await t.do(Bridge(call, t.bench.agent))
    await t.heard.wait(CallBridged, call)
    await t.hang_up(call)


# Handing over -------------------------------------------------------------------------------------


@check("A conversation that somebody outside takes over ends once, as `handed_over`, and frees its agent.", "answers",
       capability="hands_over", needs="outside")  # fmt: skip
async def check_34_handed_over(t: Trial) -> None:
    await t.do(SetAgentState(t.bench.agent, "ready", "logged in"))
    call = await t.bridged(t.bench.agent)
    await t.do(HandOver(call, t.bench.outside))
    ended = await t.heard.wait(CallEnded, call)
    demand(ended.cause == "handed_over", f"it ended as {ended.cause}")
    await t.hang_up(await t.bridged(t.bench.agent))
    await t.do(HandOver(call, t.bench.outside), HangUp(call, "it is over"))
    await t.adapter.which_exist([call])
    demand((await t.heard.wait(CallReported, call)).state == "gone", "it is still said to be a call of ours")
    await asyncio.sleep(QUIET_S)
    demand(t.heard.count(CallEnded, call) == 1, "it ended more than once")
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


@check("When nobody outside takes a conversation over, HandOverFailed says so, and it goes on.", "answers",
       capability="hands_over", needs="nobody_outside")  # fmt: skip
async def check_35_not_handed_over(t: Trial) -> None:
    call = await t.bridged(t.bench.agent)
    await t.do(HandOver(call, t.bench.nobody_outside))
    await t.heard.wait(HandOverFailed, call)
    await asyncio.sleep(QUIET_S)
    demand(not t.heard.count(CallEnded, call), "the conversation was ended")
    await t.adapter.which_exist([call])
    demand((await t.heard.wait(CallReported, call)).state == "bridged", "the two are no longer connected")
    await t.hang_up(call)


@check("A destination outside that the configuration does not name is a PortError, and the conversation goes on.",
       "answers", capability="hands_over", needs="outside")  # fmt: skip
async def check_36_nobody_of_that_name(t: Trial) -> None:
    call = await t.bridged(t.bench.agent)
    for to in ("nobody-of-that-name", "+12025550199", "a\r\nb"):
        try:
            await t.do(HandOver(call, to))
        except PortError as error:
            demand(not error.retryable, "it is said to help to try again")
        else:
            raise Nonconformity("it was taken")
    demand(not t.heard.count(CallEnded, call), "the conversation was ended")
    await t.hang_up(call)
