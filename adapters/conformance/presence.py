"""The contract of a presence adapter as tests; `dialer.ports.presence` says it in words.

 1. An agent who logs in is announced once, with the campaigns.
 2. Getting ready, 3. a pause with its reason, 4. a leave announced, 5. a result with its call, 6. an accepted offer,
 7. a skipped offer and 8. logging out are one event each, of that agent.
 9. Events of one agent come in the order of the acts, with times of the run's clock.
10. A desktop shows the newest state; showing one again changes nothing and causes nothing.
11. A desktop shows an offer until it is withdrawn; withdrawing another lead leaves it.
12. Effects for agents whom nobody knows do nothing.
13. After `stop` nothing is reported; after another `start` whoever is there is announced again.

Of adapters that notice a loss:

14. An idle agent whose desktop is gone without a word is logged out, once.
15. One who talks is logged out when the conversation is over, and not at all when the desktop is back before.

Of adapters whose desktops survive a restart:

16. After an engine that died, another one is told who is there: the ready as ready, the paused as paused.
17. A desktop that comes back into a conversation is shown the state and the call.

Of adapters whose far end speaks in messages:

18. A message that comes twice is one event.
19. Nonsense is no event and no exception, and what is sound is heard as before.
20. Nobody can do what is another's: a result for another agent's call is no event.
21. A screen pop shows what the engine says about it.
22. A call script's screen shows its form with the account's facts, asked for by name at that moment and no others.
23. An answer is one event, with the state of its screen, and nobody answers for another.
24. An account is claimed, kept and given back by one event each, and the desktop shows what is held until when.
25. A screen that lacks what it reads out is not shown, and the agent is told why; the next one is shown.

To bind it, derive a test class and say how desktops are made::

    class TestMyDesktops(PresenceConformance):
        def desktops(self, place, *, skips=False): return my_desktops(place)
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from adapters.conformance.presence_far_end import (
    ANN,
    BALANCE,
    BEN,
    CALL,
    CAMPAIGN,
    OTHER_CALL,
    POPS,
    FarEnd,
    form,
)
from dialer.core import events as e
from dialer.core.effects import OfferLead, SetAgentState, SetLease, ShowScreen, Why, WithdrawOffer


class PresenceConformance(ABC):
    """The suite. `place` is an empty directory."""

    @abstractmethod
    def desktops(self, place: Path, *, skips: bool = False) -> AbstractAsyncContextManager[FarEnd]:
        """Make a far end with its adapter; its agents skip offers if `skips`."""

    def run(
        self, place: Path, body: Callable[[FarEnd], Awaitable[None]], needs: str = "", *, skips: bool = False
    ) -> None:
        """Run the body of a check with a fresh far end; without the capability `needs` there is nothing to check."""

        async def work() -> None:
            async with self.desktops(place, skips=skips) as far:
                if needs and not getattr(far.port.capabilities, needs):
                    pytest.skip(f"{far.port.capabilities.name} lacks the capability {needs}")
                await body(far)
                await far.port.stop()

        asyncio.run(work())

    def test_01_log_in(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await far.start()
            for agent in (ANN, BEN):
                await far.log_in(agent)
                assert (await far.told(e.AgentLoggedIn, agent)).campaigns == (CAMPAIGN,)

        self.run(tmp_path, body)

    def test_02_ready(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "paused")
            await far.ready(ANN)
            await far.told(e.AgentReady, ANN)

        self.run(tmp_path, body)

    def test_03_pause(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            reason = await far.pause(ANN)
            assert (await far.told(e.AgentPauseRequested, ANN)).reason == reason != ""

        self.run(tmp_path, body)

    def test_04_leave(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            at_ns = await far.announce(ANN)
            event = await far.told(e.AgentLeaveAnnounced, ANN)
            assert event.at_ns == at_ns > event.t_ns

        self.run(tmp_path, body)

    def test_05_result(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            call = await far.talk(ANN)
            await far.show(ANN, "in_call", call)
            await far.show(ANN, "wrap", call)
            await far.result(ANN, call)
            await far.until(lambda: far.of(e.CallDispositioned))
            await far.quiet()
            assert [event.call for event in far.of(e.CallDispositioned)] == [call]

        self.run(tmp_path, body)

    def test_06_accept(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            await far.offer(ANN, "l7")
            await far.answer(ANN, "l7")
            assert (await far.told(e.OfferAccepted, ANN)).lead == "l7"

        self.run(tmp_path, body)

    def test_07_skip(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            await far.offer(ANN, "l7")
            await far.answer(ANN, "l7")
            assert (await far.told(e.OfferSkipped, ANN)).lead == "l7"
            assert far.of(e.OfferAccepted) == []

        self.run(tmp_path, body, skips=True)

    def test_08_log_out(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "paused")
            await far.log_out(ANN)
            await far.told(e.AgentLoggedOut, ANN)

        self.run(tmp_path, body)

    def test_09_order_and_time(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            begun_ns = far.now_ns()
            await at_work(far, ANN, "paused")
            await far.ready(ANN)
            await far.show(ANN, "ready")
            await far.announce(ANN)
            await far.pause(ANN)
            await far.told(e.AgentPauseRequested, ANN)
            own = [event for event in far.heard if getattr(event, "agent", "") == ANN]
            assert [type(event) for event in own] == [
                *(e.AgentLoggedIn, e.AgentReady, e.AgentLeaveAnnounced, e.AgentPauseRequested)
            ]
            times = [begun_ns, *(event.t_ns for event in own), far.now_ns()]
            assert times == sorted(times)

        self.run(tmp_path, body)

    def test_10_newest_state(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            await far.show(ANN, "in_call", CALL)
            assert far.shown(ANN)[:2] == ("in_call", CALL)
            before = list(far.heard)
            for _ in range(3):
                await far.show(ANN, "in_call", CALL)
            await far.quiet()
            assert far.shown(ANN)[:2] == ("in_call", CALL)
            assert far.heard == before

        self.run(tmp_path, body)

    def test_11_offers(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            await far.offer(ANN, "l7")
            await far.port.apply(WithdrawOffer(ANN, "l8", "test"))
            await far.quiet()
            assert far.shown(ANN)[2] == "l7"
            await far.port.apply(WithdrawOffer(ANN, "l7", "test"))
            await far.until(lambda: far.shown(ANN)[2] is None)

        self.run(tmp_path, body)

    def test_12_strangers(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            before = list(far.heard)
            why = Why(segment="M1", priority=1, attempt=1, after="", rules=1)
            for effect in (
                SetAgentState("nobody", "in_call", "test", CALL),
                OfferLead("nobody", "l7", far.now_ns(), why),
                WithdrawOffer("nobody", "l7", "test"),
                ShowScreen("nobody", CALL, "a/l1", form("who")),
                SetLease("nobody", "a/l1", far.now_ns(), ""),
            ):
                await far.port.apply(effect)
            await far.quiet()
            assert far.heard == before
            assert far.shown(ANN)[0] == "ready"

        self.run(tmp_path, body)

    def test_13_stop_and_start(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "paused")
            await far.port.stop()
            before = list(far.heard)
            await far.port.apply(SetAgentState(ANN, "ready", "test"))
            await asyncio.sleep(0.05)
            assert far.heard == before
            far.heard.clear()
            await far.start()
            await far.log_in(ANN)
            await far.told(e.AgentLoggedIn, ANN)

        self.run(tmp_path, body)

    def test_14_lost_idle(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            await at_work(far, BEN, "ready")
            await far.die(ANN)
            await far.told(e.AgentLoggedOut, ANN)
            assert far.of(e.AgentLoggedOut, BEN) == []

        self.run(tmp_path, body, "notices_loss")

    def test_15_lost_in_a_conversation(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            for agent, call in ((ANN, CALL), (BEN, OTHER_CALL)):
                await at_work(far, agent, "ready")
                await far.show(agent, "in_call", call)
                await far.die(agent)
            await far.come_back(BEN)
            await far.quiet()
            assert far.of(e.AgentLoggedOut) == []
            for agent, call in ((ANN, CALL), (BEN, OTHER_CALL)):
                await far.port.apply(SetAgentState(agent, "wrap", "test", call))
            await far.told(e.AgentLoggedOut, ANN)
            assert far.of(e.AgentLoggedOut, BEN) == []
            assert len(far.of(e.AgentLoggedIn, BEN)) == 1

        self.run(tmp_path, body, "notices_loss")

    def test_16_another_engine(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "paused")
            await at_work(far, BEN, "paused")
            await far.ready(ANN)
            await far.told(e.AgentReady, ANN)
            await far.show(ANN, "ready")
            await far.replace_engine()
            far.heard.clear()
            await far.start()
            await far.told(e.AgentReady, ANN)
            await far.told(e.AgentLoggedIn, BEN)
            own = [type(event) for event in far.heard if getattr(event, "agent", "") == ANN]
            assert own == [e.AgentLoggedIn, e.AgentReady]
            assert far.of(e.AgentReady, BEN) == []

        self.run(tmp_path, body, "survives_restart")

    def test_17_what_was_missed(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            await far.show(ANN, "in_call", CALL)
            await far.die(ANN)
            await far.come_back(ANN)
            await far.until(lambda: far.shown(ANN)[:2] == ("in_call", CALL) and far.pop(ANN) is not None)

        self.run(tmp_path, body, "survives_restart")

    def test_18_twice_is_once(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "paused")
            await far.ready(ANN)
            await far.show(ANN, "ready")
            await far.pause(ANN)
            call = await far.talk(ANN)
            await far.show(ANN, "in_call", call)
            await far.result(ANN, call)
            await far.quiet()
            before = list(far.heard)
            assert len(before) == 4
            await far.repeat(ANN)
            await far.quiet()
            assert far.heard == before

        self.run(tmp_path, body, "takes_messages")

    def test_19_nonsense(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "paused")
            before = list(far.heard)
            await far.talk_nonsense()
            await far.quiet()
            assert far.heard == before
            await far.ready(ANN)
            await far.told(e.AgentReady, ANN)

        self.run(tmp_path, body, "takes_messages")

    def test_20_only_their_own(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            await at_work(far, BEN, "ready")
            await far.show(BEN, "in_call", OTHER_CALL)
            await far.result(ANN, OTHER_CALL)
            await far.quiet()
            assert far.of(e.CallDispositioned) == []
            await far.result(BEN, OTHER_CALL)
            await far.until(lambda: far.of(e.CallDispositioned))

        self.run(tmp_path, body, "takes_messages")

    def test_21_screen_pop(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            await far.show(ANN, "in_call", CALL)
            await far.until(lambda: far.pop(ANN) == POPS[CALL])

        self.run(tmp_path, body, "takes_messages")

    def test_22_screens(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            await far.show(ANN, "in_call", CALL)
            await far.port.apply(ShowScreen(ANN, CALL, "a/l1", form("who")))
            await far.until(lambda: far.screen(ANN) == ("who", "您好 ", ("match", "other")))
            assert far.accounts.asked == [("a/l1", ("last_four",))]
            await far.port.apply(ShowScreen(ANN, CALL, "a/l1", form("debt", fields=(BALANCE,), confirmed=True)))
            await far.until(lambda: far.screen(ANN) == ("debt", "您好 12.50美元", ("match", "other")))
            assert far.accounts.asked[1:] == [("a/l1", ("balance", "last_four"))]
            await far.show(ANN, "paused")
            assert far.screen(ANN) is None

        self.run(tmp_path, body, "takes_messages")

    def test_23_answers(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            for agent, call in ((ANN, CALL), (BEN, OTHER_CALL)):
                await at_work(far, agent, "ready")
                await far.show(agent, "in_call", call)
                await far.port.apply(ShowScreen(agent, call, "a/l1", form("who")))
            await far.press(ANN, OTHER_CALL, "who", "match")
            await far.quiet()
            assert far.of(e.ScriptAnswered) == []
            await far.press(ANN, CALL, "who", "match")
            await far.until(lambda: far.of(e.ScriptAnswered))
            await far.quiet()
            (event,) = far.of(e.ScriptAnswered)
            assert (event.call, event.state, event.answer) == (CALL, "who", "match")

        self.run(tmp_path, body, "takes_messages")

    def test_24_leases(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, ANN, "ready")
            await far.claim(ANN, "")
            assert (await far.told(e.CaseClaimed, ANN)).account == ""
            until_ns = far.now_ns() // 10**9 * 10**9 + 3600 * 10**9
            await far.port.apply(SetLease(ANN, "a/l1", until_ns, ""))
            await far.until(lambda: far.held(ANN) == {"a/l1": until_ns})
            await far.keep(ANN, "a/l1")
            assert (await far.told(e.CaseRenewed, ANN)).account == "a/l1"
            await far.give_back(ANN, "a/l1")
            assert (await far.told(e.CaseReturned, ANN)).account == "a/l1"
            await far.port.apply(SetLease(ANN, "a/l1", None, "returned"))
            await far.until(lambda: far.held(ANN) == {})

        self.run(tmp_path, body, "takes_messages")

    def test_25_no_screen(self, tmp_path: Path) -> None:
        async def body(far: FarEnd) -> None:
            await at_work(far, BEN, "ready")
            await far.show(BEN, "in_call", OTHER_CALL)
            await far.port.apply(ShowScreen(BEN, OTHER_CALL, "a/l2", form("debt", fields=(BALANCE,))))
            await far.until(lambda: "balance" in far.told_why(BEN))
            assert far.screen(BEN) is None
            await far.port.apply(ShowScreen(BEN, OTHER_CALL, "a/l2", form("who")))
            await far.until(lambda: far.screen(BEN) == ("who", "您好 ", ("match", "other")))

        self.run(tmp_path, body, "takes_messages")


async def at_work(far: FarEnd, agent: str, state: str) -> None:
    """Start unless that is done, log `agent` in, and let the engine hold them to be in `state`."""
    if not far.heard:
        await far.start()
    await far.log_in(agent)
    await far.told(e.AgentLoggedIn, agent)
    await far.show(agent, state)
