"""A small floor to drive the kernel by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.flags import FLAGS
from dialer.core.kernel import Kernel
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, Mode, RunSettings
from dialer.core.units import ns
from strategies.compliance.rulebook import Rulebook

T = TypeVar("T", bound=f.Effect)


def lead(number: int, **facts: object) -> Lead:
    plain = Lead(
        id=f"l{number}",
        person=f"p{number}",
        account=f"a{number}",
        segment="M1",
        priority=100,
        endpoints=(f"p{number}/0", f"p{number}/1"),
        zones=("Etc/UTC",),
    )
    return msgspec.structs.replace(plain, **facts)


class HandFloor:
    """Steps a kernel at times given in seconds and remembers every effect."""

    def __init__(
        self, mode: Mode = "progressive", leads: int = 10, rulebook: Rulebook | None = None, **settings: object
    ) -> None:
        campaign = CampaignSettings("c", mode, **settings)
        self.settings = RunSettings((campaign,), rulebook or Rulebook(), flags=tuple(FLAGS))
        self.kernel = Kernel(self.settings)
        self.t_s = 0.0
        self.out: tuple[f.AnyEffect, ...] = ()
        self.everything: list[f.AnyEffect] = []
        self.leads_added: list[e.LeadsAdded] = []
        self.do(e.EngineStarted, recovered=False)
        self.do(e.LeadsAdded, campaign="c", leads=tuple(lead(number) for number in range(leads)))

    def do(self, kind: Callable[..., e.AnyEvent], at_s: float | None = None, **facts: object) -> HandFloor:
        """Step one event, by default a second after the one before."""
        self.t_s = self.t_s + 1 if at_s is None else at_s
        event = kind(ns(self.t_s), **facts)
        if isinstance(event, e.LeadsAdded):
            self.leads_added.append(event)
        self.out = self.kernel.step(event)
        self.everything.extend(self.out)
        return self

    def ready(self, *agents: str) -> HandFloor:
        for agent in agents:
            self.do(e.AgentLoggedIn, agent=agent, campaigns=("c",))
            self.do(e.AgentReady, agent=agent)
        return self

    def fire(self, timer: str) -> HandFloor:
        """Let a timer that is set fire when it is due."""
        due_ns = self.kernel.timers[timer]
        return self.do(e.TimerFired, at_s=due_ns / 1e9, timer=timer, due_ns=due_ns)

    def talk(self, call: str, agent: str) -> HandFloor:
        self.do(e.CallAnswered, call=call, by="person")
        return self.do(e.CallBridged, call=call, agent=agent)

    def got(self, kind: type[T]) -> list[T]:
        """Return the effects of one kind that the last event had."""
        return [effect for effect in self.out if isinstance(effect, kind)]

    def all(self, kind: type[T]) -> list[T]:
        """Return the effects of one kind since the beginning."""
        return [effect for effect in self.everything if isinstance(effect, kind)]

    def agent_state(self, agent: str) -> str:
        return self.kernel.view.agents[agent].state


def closed(floor: HandFloor) -> f.CloseAttempt:
    """Return the one attempt that the latest event closed."""
    (row,) = floor.got(f.CloseAttempt)
    return row
