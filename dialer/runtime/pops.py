"""What agents may be shown of a call or an offer: what the kernel knows, and fields of the account."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from dialer.core.kernel import Kernel
from dialer.ports.presence import ScreenPop, Shown

FieldsOf = Callable[[str], dict[str, Shown]]
"""From an account's reference to the fields that may be shown, by name."""


class KernelPops:
    """The screen pops of a run; see `dialer.ports.presence.ScreenPops`.

    Parameters
    ----------
    kernel
        The run's kernel.
    fields_of
        Knows the accounts.
    """

    def __init__(self, kernel: Kernel, fields_of: FieldsOf) -> None:
        self._kernel, self._fields_of = kernel, fields_of

    def of_call(self, call: str) -> ScreenPop | None:
        """Return what to show about a call that is not closed yet."""
        live = self._kernel.view.calls.get(call)
        if live is None:
            return None
        pop = self._pop(live.agent or "", live.campaign, live.lead, live.attempt)
        return replace(pop, transcript=self._kernel.transcript(call))

    def of_offer(self, agent: str, lead: str) -> ScreenPop | None:
        """Return what to show about a lead that is offered to an agent."""
        asked = self._kernel.view.agents.get(agent)
        if asked is None or asked.offer != lead:
            return None
        return self._pop(agent, asked.offered_by, lead, 0)

    def _pop(self, agent: str, campaign: str, lead: str, attempt: int) -> ScreenPop:
        record = self._kernel.lead(campaign, lead)
        # A script says itself what may be seen and when; who has no part in the debt is told nothing of it, and what
        # is not on the screen cannot slip out.
        shows = record.party != "contact" and not self._kernel.is_scripted(campaign, lead)
        return ScreenPop(
            agent=agent,
            campaign=campaign,
            lead=lead,
            person=record.person,
            account=record.account,
            segment=record.segment,
            attempt=attempt,
            fields=self._fields_of(record.account) if shows else {},
        )
