"""The contract of a telephony adapter as numbered checks; `dialer.ports.telephony` says it in words.

The checks know neither pytest nor any adapter: a `Bench` gives them an adapter and a far end that does as it is
told. Under pytest, derive from `TelephonyConformance` in `adapters.conformance.telephony_tests`; against a
telephone system of your own, run ``paceline adapter test``. docs/adapters.md has an example.
"""

from __future__ import annotations

import asyncio

from adapters.conformance.telephony_bench import QUIET_S, Fate, Nonconformity, Trial
from adapters.conformance.telephony_check import CHECKS, check, demand
from dialer.core.call import CAUSES
from dialer.core.effects import Bridge, HandOver, HangUp, PlayMessage, SetAgentState, StopMessage
from dialer.core.errors import PortError
from dialer.core.events import (
    BridgeFailed,
    CallAnswered,
    CallBridged,
    CallEnded,
    CallRecorded,
    CallReported,
    CallRinging,
    HandOverFailed,
    KeyPressed,
    MessageFinished,
    PortChanged,
)

__all__ = ["CHECKS"]


async def _answered(t: Trial, fate: Fate = "answers") -> str:
    call = await t.place(fate)
    await t.heard.wait(CallAnswered, call)
    return call


async def _bridged(t: Trial, agent: str, fate: Fate = "answers") -> str:
    call = await _answered(t, fate)
    await t.do(Bridge(call, agent))
    await t.heard.wait(CallBridged, call)
    return call


# The life of a call --------------------------------------------------------------------------------


@check("An answered call rings at most once, before it is answered, and is answered once.", "answers")
async def check_01_answered(t: Trial) -> None:
    call = await _answered(t)
    await t.hang_up(call)
    kinds = [type(event) for event in t.heard.of(call)]
    demand(kinds in ([CallRinging, CallAnswered, CallEnded], [CallAnswered, CallEnded]), f"it said {kinds}")


@check("HangUp ends an answered call once, as `normal`.", "answers")
async def check_02_hang_up(t: Trial) -> None:
    call = await _answered(t)
    end = await t.hang_up(call)
    demand(end.cause == "normal", f"the cause is {end.cause}")
    await t.do(HangUp(call, "again"))
    await asyncio.sleep(QUIET_S)
    demand(t.heard.events[-1] is end, "it said more after the end")


def _unanswered(number: int, says: str, fate: Fate, cause: str) -> None:
    async def run(t: Trial) -> None:
        call = await t.place(fate)
        end = await t.heard.wait(CallEnded, call)
        demand(end.cause == cause, f"the cause is {end.cause}")
        demand(not t.heard.count(CallAnswered, call), "it was answered")

    run.__name__ = f"check_{number:02d}_{fate}"
    check(says, fate)(run)


_unanswered(3, "An engaged line ends the call as `busy`.", "busy", "busy")
_unanswered(4, "A person who refuses the call ends it as `rejected`.", "rejects", "rejected")
_unanswered(5, "A number that does not exist ends the call as `not_in_service`.", "no_such_number", "not_in_service")
_unanswered(6, "A network without room ends the call as `congestion`.", "no_room", "congestion")


@check("A call that nobody answers is ended at its ring time-out, as `no_answer`.", "rings")
async def check_07_ring_timeout(t: Trial) -> None:
    began_ns = t.bench.now_ns()
    call = await t.place("rings")
    end = await t.heard.wait(CallEnded, call)
    rang_s = (end.t_ns - began_ns) / 1e9
    demand(end.cause == "no_answer", f"the cause is {end.cause}")
    demand(rang_s >= 0.95 * t.bench.ring_timeout_s, f"it rang for {rang_s:.2f} s only")


@check("HangUp before an answer ends the call as `cancelled`.", "rings")
async def check_08_cancelled(t: Trial) -> None:
    call = await t.place("rings")
    await t.heard.wait(CallRinging, call)
    end = await t.hang_up(call)
    demand(end.cause == "cancelled", f"the cause is {end.cause}")


@check("HangUp at once after PlaceCall leaves no call behind.", "rings")
async def check_09_hang_up_at_once(t: Trial) -> None:
    call = await t.place("rings")
    end = await t.hang_up(call)
    demand(end.cause in ("cancelled", "lost"), f"the cause is {end.cause}")
    await t.adapter.which_exist([call])
    demand((await t.heard.wait(CallReported, call)).state == "gone", "the call is still there")


@check("A person who hangs up ends the call as `normal`.", "hangs_up")
async def check_10_far_end_hangs_up(t: Trial) -> None:
    call = await _answered(t, "hangs_up")
    end = await t.heard.wait(CallEnded, call)
    demand(end.cause == "normal", f"the cause is {end.cause}")


@check("Events bear the clock's time, and those of one call are in order.", "answers", "busy")
async def check_11_times(t: Trial) -> None:
    began_ns = t.bench.now_ns()
    calls = [await _answered(t), await t.place("busy")]
    await t.hang_up(calls[0])
    await t.heard.wait(CallEnded, calls[1])
    for call in calls:
        times = [event.t_ns for event in t.heard.of(call)]
        demand(times == sorted(times), "the times of a call go back")
        demand(began_ns <= times[0] and times[-1] <= t.bench.now_ns(), "the times are not the clock's")


@check("Calls at the same time are kept apart, and each ends once.", "answers", "hangs_up", "busy")
async def check_12_many(t: Trial) -> None:
    fates: list[Fate] = ["answers", "hangs_up", "busy"]
    calls = [(fate, await t.place(fate)) for _ in range(4) for fate in fates]
    for fate, call in calls:
        if fate == "answers":
            await t.heard.wait(CallAnswered, call)
            await t.do(HangUp(call, "enough"))
    for fate, call in calls:
        end = await t.heard.wait(CallEnded, call)
        demand(end.cause == ("busy" if fate == "busy" else "normal"), f"{fate} ended with {end.cause}")


# Idempotence ---------------------------------------------------------------------------------------


@check("A placement that is repeated places nothing, neither during the call nor after it.", "answers")
async def check_13_placed_twice(t: Trial) -> None:
    placement = t.placement("answers")
    t.calls.append(placement.call)
    await t.do(placement, placement)
    await t.heard.wait(CallAnswered, placement.call)
    await t.do(placement)
    await t.hang_up(placement.call)
    said = len(t.heard.events)
    await t.do(placement)
    await asyncio.sleep(QUIET_S)
    demand(len(t.heard.events) == said, "a call was placed again after its end")
    demand(t.heard.count(CallAnswered, placement.call) == 1, "it was answered twice")


@check(
    "A placement that another process made places nothing.", "answers", fault="restart", capability="survives_restart"
)
async def check_14_placed_before_restart(t: Trial) -> None:
    placement = t.placement("answers")
    await t.do(placement)
    await t.heard.wait(CallAnswered, placement.call)
    await t.hang_up(placement.call)
    await t.restart()
    said = len(t.heard.events)
    await t.do(placement)
    await asyncio.sleep(QUIET_S)
    demand(len(t.heard.events) == said, "a call was placed again after a restart")


@check("Bridge, PlayMessage and HangUp for a call that is over do nothing.", "answers")
async def check_15_over(t: Trial) -> None:
    call = await _answered(t)
    await t.hang_up(call)
    said = len(t.heard.events)
    for done in (call, "conformance/never placed/1"):
        await t.do(
            Bridge(done, t.bench.agent), PlayMessage(done, t.bench.message, "safe_harbour"), HangUp(done, "again")
        )
    await asyncio.sleep(QUIET_S)
    demand(not [event for event in t.heard.events[said:] if hasattr(event, "call")], "it said something")


# Agents --------------------------------------------------------------------------------------------


@check("Bridge connects the person and the agent, and says so with the agent's name.", "answers")
async def check_16_bridge(t: Trial) -> None:
    await t.do(SetAgentState(t.bench.agent, "paused", "logged in"))
    call = await _answered(t)
    await t.do(Bridge(call, t.bench.agent))
    bridged = await t.heard.wait(CallBridged, call)
    demand(bridged.agent == t.bench.agent, f"it names {bridged.agent}")
    await t.hang_up(call)
    demand(t.heard.count(CallBridged, call) == 1, "it was bridged more than once")
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


@check("An agent who never logged in to the telephone is called for the bridge.", "answers", capability="agent_legs")
async def check_17_leg_ondemand(t: Trial) -> None:
    await t.hang_up(await _bridged(t, t.bench.second_agent))
    await t.do(SetAgentState(t.bench.second_agent, "offline", "logged out"))


@check("After a conversation that the person ended, the same agent can be bridged again.", "hangs_up", "answers")
async def check_18_next_call(t: Trial) -> None:
    await t.do(SetAgentState(t.bench.agent, "paused", "logged in"))
    first = await _bridged(t, t.bench.agent, "hangs_up")
    await t.heard.wait(CallEnded, first)
    await t.hang_up(await _bridged(t, t.bench.agent))
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


@check("A telephone that nobody answers gives BridgeFailed, and the person stays on the line.", "answers",
       capability="agent_legs", needs="absent_agent")  # fmt: skip
async def check_19_bridge_fails(t: Trial) -> None:
    call = await _answered(t)
    await t.do(Bridge(call, t.bench.absent_agent))
    failed = await t.heard.wait(BridgeFailed, call)
    demand(failed.agent == t.bench.absent_agent, f"it names {failed.agent}")
    await t.do(Bridge(call, t.bench.agent))
    await t.heard.wait(CallBridged, call)
    await t.hang_up(call)


# Messages, keys, recordings ------------------------------------------------------------------------


@check("A message that was heard is followed by MessageFinished, and the call stays up.", "answers")
async def check_20_message(t: Trial) -> None:
    call = await _answered(t)
    await t.do(PlayMessage(call, t.bench.message, "safe_harbour"))
    await t.heard.wait(MessageFinished, call)
    await asyncio.sleep(QUIET_S)
    demand(not t.heard.count(CallEnded, call), "the adapter hung up")
    await t.hang_up(call)


@check("A call that ends during a message does not finish it.", "answers")
async def check_21_message_cut_short(t: Trial) -> None:
    call = await _answered(t)
    await t.do(PlayMessage(call, t.bench.message, "safe_harbour"))
    await asyncio.sleep(0.2)
    await t.hang_up(call)
    await asyncio.sleep(QUIET_S)
    demand(not t.heard.count(MessageFinished, call), "it says that the message was heard")


@check("A message that cannot be played is never finished.", "answers", needs="missing_message")
async def check_22_no_such_message(t: Trial) -> None:
    call = await _answered(t)
    try:
        await t.do(PlayMessage(call, t.bench.missing_message, "safe_harbour"))
    except PortError:
        await t.hang_up(call)
    else:
        await t.heard.wait(CallEnded, call)
    demand(not t.heard.count(MessageFinished, call), "it says that the message was heard")


@check("A key that is pressed during a message is reported.", "presses_9", capability="hears_keys")
async def check_23_keys(t: Trial) -> None:
    call = await _answered(t, "presses_9")
    await t.do(PlayMessage(call, t.bench.message, "safe_harbour"))
    pressed = await t.heard.wait(KeyPressed, call)
    demand(pressed.key == "9", f"it says {pressed.key}")
    await t.hang_up(call)


@check("A conversation that is recorded says where, before it ends.", "answers", capability="records")
async def check_24_recording(t: Trial) -> None:
    call = await _bridged(t, t.bench.agent)
    recorded = await t.heard.wait(CallRecorded, call)
    demand(bool(recorded.recording), "the reference is empty")
    await t.hang_up(call)
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


# Which calls exist ---------------------------------------------------------------------------------


@check("which_exist answers once for every call, also for those that were not asked for.", "answers", "rings")
async def check_25_which_exist(t: Trial) -> None:
    bridged = await _bridged(t, t.bench.agent)
    answered, ringing = await _answered(t), await t.place("rings")
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
    call = await _bridged(t, t.bench.agent)
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


# Errors and misfortune -----------------------------------------------------------------------------


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
    call = await _bridged(t, t.bench.agent)
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
    calls = [await _answered(t), await _bridged(t, t.bench.agent), await t.place("rings")]
    await t.bench.die()
    await t.bench.revive()
    for call in calls:
        await t.heard.wait(CallEnded, call)
    await t.hang_up(await _answered(t))
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


@check("A telephone system that answers late is not asked twice: each call ends once.", "answers", "busy", fault="slow")
async def check_32_slow(t: Trial) -> None:
    await t.bench.slow(1.0)
    try:
        busy, call = await t.place("busy"), await _answered(t)
        await t.heard.wait(CallEnded, busy)
        await t.hang_up(call)
    finally:
        await t.bench.slow(0.0)
    await t.adapter.which_exist([call, busy])
    demand((await t.heard.wait(CallReported, call)).state == "gone", "a call is still up")


# Call flows ----------------------------------------------------------------------------------------


@check("A message that was stopped is not finished, the call stays up, and the next message is finished once.",
       "answers")  # fmt: skip
async def check_33_stopped_message(t: Trial) -> None:
    call = await _answered(t)
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


# Handing over --------------------------------------------------------------------------------------


@check("A conversation that somebody outside takes over ends once, as `handed_over`, and frees its agent.", "answers",
       capability="hands_over", needs="outside")  # fmt: skip
async def check_34_handed_over(t: Trial) -> None:
    await t.do(SetAgentState(t.bench.agent, "ready", "logged in"))
    call = await _bridged(t, t.bench.agent)
    await t.do(HandOver(call, t.bench.outside))
    ended = await t.heard.wait(CallEnded, call)
    demand(ended.cause == "handed_over", f"it ended as {ended.cause}")
    await t.hang_up(await _bridged(t, t.bench.agent))
    await t.do(HandOver(call, t.bench.outside), HangUp(call, "it is over"))
    await t.adapter.which_exist([call])
    demand((await t.heard.wait(CallReported, call)).state == "gone", "it is still said to be a call of ours")
    await asyncio.sleep(QUIET_S)
    demand(t.heard.count(CallEnded, call) == 1, "it ended more than once")
    await t.do(SetAgentState(t.bench.agent, "offline", "logged out"))


@check("When nobody outside takes a conversation over, HandOverFailed says so, and it goes on.", "answers",
       capability="hands_over", needs="nobody_outside")  # fmt: skip
async def check_35_not_handed_over(t: Trial) -> None:
    call = await _bridged(t, t.bench.agent)
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
    call = await _bridged(t, t.bench.agent)
    for to in ("nobody-of-that-name", "+12025550199", "a\r\nb"):
        try:
            await t.do(HandOver(call, to))
        except PortError as error:
            demand(not error.retryable, "it is said to help to try again")
        else:
            raise Nonconformity("it was taken")
    demand(not t.heard.count(CallEnded, call), "the conversation was ended")
    await t.hang_up(call)
