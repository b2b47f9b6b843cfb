"""Messages, keys and recordings."""

from __future__ import annotations

import asyncio

from adapters.conformance.telephony.bench import QUIET_S, Trial
from adapters.conformance.telephony.check import check, demand
from dialer.core.effects import PlayMessage, SetAgentState, StopMessage
from dialer.core.errors import PortError
from dialer.core.events import CallEnded, CallRecorded, KeyPressed, MessageFinished

# Messages, keys, recordings -----------------------------------------------------------------------


@check("A message that was heard is followed by MessageFinished, and the call stays up.", "answers")
async def check_20_message(t: Trial) -> None:
    call = await t.answered()
    await t.do(PlayMessage(call, t.bench.message, "safe_harbour"))
    await t.heard.wait(MessageFinished, call)
    await asyncio.sleep(QUIET_S)
    demand(not t.heard.count(CallEnded, call), "the adapter hung up")
    await t.hang_up(call)


@check("A call that ends during a message does not finish it.", "answers")
async def check_21_message_cut_short(t: Trial) -> None:
    call = await t.answered()
    await t.do(PlayMessage(call, t.bench.message, "safe_harbour"))
    await asyncio.sleep(0.2)
    await t.hang_up(call)
    await asyncio.sleep(QUIET_S)
    demand(not t.heard.count(MessageFinished, call), "it says that the message was heard")


@check("A message that cannot be played is never finished.", "answers", needs="missing_message")
async def check_22_no_such_message(t: Trial) -> None:
    call = await t.answered()
    try:
        await t.do(PlayMessage(call, t.bench.missing_message, "safe_harbour"))
    except PortError:
        await t.hang_up(call)
    else:
        await t.heard.wait(CallEnded, call)
    demand(not t.heard.count(MessageFinished, call), "it says that the message was heard")


@check("A key that is pressed during a message is reported.", "presses_9", capability="hears_keys")
async def check_23_keys(t: Trial) -> None:
    call = await t.answered("presses_9")
    await t.do(PlayMessage(call, t.bench.message, "safe_harbour"))
    pressed = await t.heard.wait(KeyPressed, call)
    demand(pressed.key == "9", f"it says {pressed.key}")
    await t.hang_up(call)


@check("A conversation that is recorded says where, before it ends.", "answers", capability="records")
async def check_24_recording(t: Trial) -> None:
    call = await t.bridged(t.bench.agent)
    recorded = await t.heard.wait(CallRecorded, call)
    demand(bool(recorded.recording), "the reference is empty")
    await t.hang_up(call)
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


# Call flows ---------------------------------------------------------------------------------------


@check("A message that was stopped is not finished, the call stays up, and the next message is finished once.",
       "answers")  # fmt: skip
async def check_33_stopped_message(t: Trial) -> None:
    call = await t.answered()
    await t.do(PlayMessage(call, t.bench.message, "safe_harbour"))
    await asyncio.sleep(0.2)
    await t.do(StopMessage(call))
    await asyncio.sleep(QUIET_S)
    demand(not t.heard.count(MessageFinished, call), "it says that the stopped message was heard")
    await t.do(StopMessage(call), PlayMessage(call, t.bench.message, "safe_harbour"))
    await t.heard.wait(MessageFinished, call)
    await asyncio.sleep(QUIET_S)
    demand(t.heard.count(MessageFinished, call) == 1, "it was finished more than once")
    demand(not t.heard.count(CallEnded, call), "the adapter hung up")
    await t.hang_up(call)
