"""Entries of a plausible shift, made without the kernel: what the figures are tested on."""

from __future__ import annotations

from random import Random

from dialer.core.effects import (
    AnyEffect,
    Bridge,
    CloseAttempt,
    Defer,
    Pace,
    PlaceCall,
    PlayMessage,
    SetAgentState,
    Why,
)
from dialer.core.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPauseRequested,
    AgentReady,
    AnyEvent,
    CallAnswered,
    CallBridged,
    CallDispositioned,
    CallEnded,
    TimerFired,
)
from dialer.core.units import ns
from strategies.compliance.records import Reason

START_NS = 1_750_248_000 * 10**9  # 2025-06-18 12:00 UTC, 08:00 in New York
Entry = tuple[AnyEvent, tuple[AnyEffect, ...]]


def place(call: str, lead: str, attempt: int, agent: str | None = None) -> PlaceCall:
    return PlaceCall(call, "cards", lead, f"p{lead}", f"p{lead}/0", attempt, 26.0, agent, Why("M1", 1, attempt, "", 5))


def close(
    call: str,
    lead: str,
    disposition: str,
    placed_ns: int,
    *,
    agent: str | None = None,
    answered_ns: int | None = None,
    promise_cents: int | None = None,
) -> CloseAttempt:
    return CloseAttempt(
        call=call,
        campaign="cards",
        lead=lead,
        person=f"p{lead}",
        account=lead,
        segment="M1",
        attempt=1,
        disposition=disposition,
        agent=agent,
        placed_ns=placed_ns,
        ringing_ns=None,
        answered_ns=answered_ns,
        transfer_ns=None,
        bridged_ns=None,
        ended_ns=None,
        promise_cents=promise_cents,
        next_ns=None,
    )


def state(agent: str, name: str) -> SetAgentState:
    return SetAgentState(agent, name, "test")


def reason(rule: str) -> Reason:
    return Reason(rule, f"source of {rule}", "limit_reached", None)


def plausible_shift(agents: int = 20, hours: float = 8.0, seed: int = 1) -> list[Entry]:
    """Return the entries of one progressive shift with breaks, a few abandoned calls and denials."""
    random = Random(seed)
    entries: list[Entry] = []
    end_ns = START_NS + ns(hours * 3600)
    lead = 0
    for number in range(agents):
        agent = f"a{number:02}"
        t = START_NS + ns(random.uniform(0, 300))
        entries.append((AgentLoggedIn(t, agent, ("cards",)), (state(agent, "paused"),)))
        break_ns = START_NS + ns(random.uniform(0.4, 0.6) * hours * 3600)
        t += ns(5)
        entries.append((AgentReady(t, agent), (state(agent, "ready"),)))
        while t < end_ns:
            if break_ns is not None and t > break_ns:
                entries.append((AgentPauseRequested(t, agent, "lunch"), (state(agent, "paused"),)))
                t += ns(1800)
                entries.append((AgentReady(t, agent), (state(agent, "ready"),)))
                break_ns = None
            lead += 1
            call, placed = f"cards/{lead}/1", t
            pace = Pace("cards", "progressive", 1, "policy", {"idle": 1.0})
            denied = (Defer("cards", f"d{lead}", (reason(random.choice(("hours", "frequency"))),), None),)
            entries.append(
                (
                    TimerFired(t, "pace/cards", t),
                    (
                        *denied[: random.random() < 0.1],
                        pace,
                        place(call, str(lead), 1, agent),
                        state(agent, "reserved"),
                    ),
                )
            )
            t += ns(random.uniform(6, 26))
            if random.random() > 0.25:
                name = random.choices(("no_answer", "busy", "not_in_service", "machine"), (60, 5, 5, 30))[0]
                if name == "machine":
                    entries.append((CallAnswered(t, call, "machine"), ()))
                entries.append(
                    (CallEnded(t, call, "no_answer"), (close(call, str(lead), name, placed), state(agent, "ready")))
                )
                t += ns(1)
                continue
            answered = t
            if random.random() < 0.02:
                entries.append((CallAnswered(t, call, "person"), ()))
                message = PlayMessage(call, "sorry", "safe_harbour")
                entries.append((TimerFired(t + ns(2), f"grace/{call}", t + ns(2)), (message, state(agent, "ready"))))
                t += ns(10)
                row = close(call, str(lead), "abandoned", placed, answered_ns=answered)
                entries.append((CallEnded(t, call, "normal"), (row,)))
                continue
            entries.append((CallAnswered(t, call, "person"), (Bridge(call, agent),)))
            entries.append((CallBridged(t + ns(0.2), call, agent), (state(agent, "in_call"),)))
            t += ns(random.lognormvariate(4.6, 0.7))
            entries.append((CallEnded(t, call, "normal"), (state(agent, "wrap"),)))
            t += ns(random.uniform(10, 60))
            name = random.choices(("promise", "contact", "refusal", "third_party", "callback"), (35, 25, 15, 15, 10))[0]
            cents = random.randrange(5_000, 50_000) if name == "promise" else None
            row = close(call, str(lead), name, placed, agent=agent, answered_ns=answered, promise_cents=cents)
            entries.append((CallDispositioned(t, call, name, None, cents), (row,)))
            entries.append((AgentReady(t, agent), (state(agent, "ready"),)))
        entries.append((AgentLoggedOut(t, agent), (state(agent, "offline"),)))
    return sorted(entries, key=lambda entry: entry[0].t_ns)
