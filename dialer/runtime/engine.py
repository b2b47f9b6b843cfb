"""One live run: recover, connect the ports, drive, and come to an end in good order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import structlog

from dialer.core import events as e
from dialer.core.effects import AnyEffect, HangUp
from dialer.core.errors import JournalError, PortError
from dialer.core.kernel import Kernel
from dialer.core.lead import Lead
from dialer.ports.clock import Clock
from dialer.ports.journal import JournalStore
from dialer.ports.presence import Presence
from dialer.ports.telephony import NodeHealth, Telephony
from dialer.runtime.dispatch import Dispatcher
from dialer.runtime.driver import Commit, Driver, Observer
from dialer.runtime.inbox import Inbox
from dialer.runtime.recovery import Recovered

log = structlog.get_logger("paceline.engine")

Wishes = Callable[[int], Iterable[e.AnyEvent]]
"""From an instant to suppressions and consents that are known by then, as events of it."""

LEADS_AT_ONCE = 1000
"""Leads in one `LeadsAdded`: an event of some milliseconds."""


class Engine:
    """A run with its ports.

    Parameters
    ----------
    recovered
        The kernel with its past, from `dialer.runtime.recovery.recover`.
    store, commit
        The journal, and how records of it become durable.
    telephony, presence, clock
        The ports.
    observers
        Are shown every durable entry.
    """

    def __init__(
        self,
        recovered: Recovered,
        store: JournalStore,
        commit: Commit,
        telephony: Telephony,
        presence: Presence,
        clock: Clock,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.kernel: Kernel = recovered.kernel
        self._recovered, self._store = recovered, store
        self._telephony, self._presence, self._clock = telephony, presence, clock
        self.inbox = Inbox()
        self._dispatcher = Dispatcher(telephony, presence, clock, self.inbox)
        self._driver = Driver(
            recovered.kernel,
            recovered.recorder,
            commit,
            store.save_snapshot,
            self.inbox,
            self._dispatcher,
            (*observers, self._finish_when_drained),
        )

    async def run(self, leads: Iterable[tuple[str, Lead]] = (), plan: str = "", wishes: Wishes = lambda _: ()) -> None:
        """Work until drained or stopped.

        Parameters
        ----------
        leads
            Pairs of campaign and lead, in order of preference; those known from the past are left out.
        plan
            Name of the plan that they make up; it replaces another one that the journal knows.
        wishes
            What persons have asked for before the run; comes before the leads.

        Raises
        ------
        JournalError
            When the journal fails. Calls without an agent are hung up, nothing else is done any more.
        PortError
            When a port cannot be started.
        """
        again = self._recovered.entries > 0
        self._say(e.EngineStarted, recovered=again)
        for timer, due_ns in self.kernel.timers.items():
            self._dispatcher.arm(timer, due_ns)
        for event in wishes(self._clock.now_ns()):
            if self.kernel.is_news(event):
                self.inbox.put(event)
        self._add(leads, plan)
        try:
            await self._telephony.start(self.inbox.put)
            await self._presence.start(self.inbox.put)
            await self._driver.run()
            self._store.save_snapshot(self._driver.newest_seq, self.kernel.snapshot())
        except JournalError:
            await self._let_go()
            raise
        finally:
            await self._presence.stop()
            await self._telephony.stop()

    @property
    def now_ns(self) -> int:
        """The run's present instant."""
        return self._clock.now_ns()

    def nodes(self) -> Sequence[NodeHealth]:
        """Return how each system of the trunk group does; empty when there is no group."""
        return self._telephony.nodes()

    def drain(self) -> None:
        """Place no new calls, let those in progress finish, then stop."""
        self._say(e.DrainRequested)

    def hang_up_all(self) -> None:
        """End every call now, then stop."""
        self._say(e.HangUpAllRequested)

    def pause(self, campaign: str) -> None:
        """Stop launching calls of a campaign."""
        self._say(e.CampaignPauseRequested, campaign=campaign)

    def resume(self, campaign: str) -> None:
        """Launch again."""
        self._say(e.CampaignResumeRequested, campaign=campaign)

    def take_down(self, event: Callable[[int], e.AnyEvent]) -> None:
        """Take what a person said, given the present instant, as an event."""
        self.inbox.put(event(self._clock.now_ns()))

    def stop_at(self, t_ns: int) -> None:
        """Stop at an instant, whatever is in progress; for runs in virtual time."""
        self._clock.call_at(t_ns, self.inbox.close)

    def _say(self, kind: Callable[..., e.AnyEvent], **facts: object) -> None:
        self.inbox.put(kind(self._clock.now_ns(), **facts))

    def _add(self, leads: Iterable[tuple[str, Lead]], plan: str) -> None:
        batches: dict[str, list[Lead]] = {}
        for campaign, lead in leads:
            if self.kernel.knows(campaign, lead.id):
                continue
            batch = batches.setdefault(campaign, [])
            batch.append(lead)
            if len(batch) == LEADS_AT_ONCE:
                self._say(e.LeadsAdded, campaign=campaign, leads=tuple(batch), plan=plan)
                batch.clear()
        for campaign, own in self.kernel.view.campaigns.items():
            # Without a new lead the new plan still has to replace the old one.
            if batches.get(campaign) or (campaign not in batches and own.plan != plan):
                self._say(e.LeadsAdded, campaign=campaign, leads=tuple(batches.get(campaign, ())), plan=plan)

    def _finish_when_drained(self, event: e.AnyEvent, effects: tuple[AnyEffect, ...]) -> None:
        if self.kernel.view.draining and not self.kernel.calls:
            self.inbox.close()

    async def _let_go(self) -> None:
        """Without a journal nobody may be connected any more: end the calls that wait for somebody."""
        for call in self.kernel.view.calls.values():
            if call.state != "bridged":
                try:
                    await self._telephony.apply(HangUp(call.id, "the journal failed"))
                except PortError as error:
                    log.error("call could not be ended", call=call.id, error=str(error))
