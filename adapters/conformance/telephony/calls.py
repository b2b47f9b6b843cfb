"""The life of a call, from its placement to its one end."""

from __future__ import annotations

import asyncio

from adapters.conformance.telephony.bench import QUIET_S, Fate, Trial
from adapters.conformance.telephony.check import check, demand
from dialer.core.effects import Bridge, HangUp, PlayMessage
from dialer.core.events import CallAnswered, CallEnded, CallReported, CallRinging

# The life of a call -------------------------------------------------------------------------------


@check("An answered call rings at most once, before it is answered, and is answered once.", "answers")
async def check_01_answered(t: Trial) -> None:
    call = await t.answered()
    await t.hang_up(call)
    kinds = [type(event) for event in t.heard.of(call)]
    demand(kinds in ([CallRinging, CallAnswered, CallEnded], [CallAnswered, CallEnded]), f"it said {kinds}")


@check("HangUp ends an answered call once, as `normal`.", "answers")
async def check_02_hang_up(t: Trial) -> None:
    call = await t.answered()
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
    call = await t.answered("hangs_up")
    end = await t.heard.wait(CallEnded, call)
    demand(end.cause == "normal", f"the cause is {end.cause}")


@check("Events bear the clock's time, and those of one call are in order.", "answers", "busy")
async def check_11_times(t: Trial) -> None:
    began_ns = t.bench.now_ns()
    calls = [await t.answered(), await t.place("busy")]
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


# Idempotence --------------------------------------------------------------------------------------


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
    call = await t.answered()
    await t.hang_up(call)
    said = len(t.heard.events)
    for done in (call, "conformance/never placed/1"):
        await t.do(
            Bridge(done, t.bench.agent), PlayMessage(done, t.bench.message, "safe_harbour"), HangUp(done, "again")
        )
    await asyncio.sleep(QUIET_S)
    demand(not [event for event in t.heard.events[said:] if hasattr(event, "call")], "it said something")
