"""No two agents ever hold one account, and it is called for its holder alone: a floor on which all is claimed."""

from __future__ import annotations

import msgspec
from hypothesis import event, given, settings
from hypothesis import strategies as st

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.kernel import Kernel
from dialer.core.settings import CampaignSettings, LeaseSettings, Mode, Redial, RunSettings
from strategies.compliance.rulebook import Rulebook
from tests.property.test_kernel import AGENTS, ASSIGNED, Leases, people

NUMBERS = [number for number in range(11) if (it := ASSIGNED[number % len(ASSIGNED)]) and it.way == "grab"]
SOON = {name: Redial(0.5, 50) for name in ("no_answer", "no_disposition", "early_hangup", "abandoned")}
STEPS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 50), st.integers(0, 2_000_000_000)), min_size=20, max_size=80
)


def run(mode: Mode) -> RunSettings:
    campaign = CampaignSettings("c", mode, lines_per_agent=2.0, redial=SOON, max_attempts=50, ring_timeout_s=2.0)
    return RunSettings((campaign,), Rulebook(), lease=LeaseSettings(2, 5.0))


def event_of(kernel: Kernel, what: int, pick: int, t_ns: int) -> e.AnyEvent:
    agent, account = AGENTS[pick % 3], f"a{NUMBERS[pick % len(NUMBERS)]}"
    call = [*kernel.calls, "nonsense"][pick % (len(kernel.calls) + 1)]
    offers = [known.offer or "l0" for known in kernel.view.agents.values()]
    match what:
        case 0 | 1:
            return e.CaseClaimed(t_ns, agent, account if pick % 4 else "")
        case 2:
            return e.CaseReturned(t_ns, agent, account)
        case 3:
            return e.CaseRenewed(t_ns, agent, account)
        case 4 | 5:
            return e.CallEnded(t_ns, call, "no_answer")
        case 6:
            return e.OfferSkipped(t_ns, agent, offers[pick % 3], "no")
        case 7:
            return e.AgentReady(t_ns, agent)
        case _:
            timer, due_ns = min(kernel.timers.items(), key=lambda item: (item[1], item[0]), default=("due/c", 0))
            return e.TimerFired(max(t_ns, due_ns), timer, due_ns)


@settings(max_examples=150, deadline=None)
@given(mode=st.sampled_from(["progressive", "ratio", "preview"]), steps=STEPS, cut=st.integers(0, 60))
def test_no_two_agents_hold_one_account(mode: Mode, steps: list[tuple[int, int, int]], cut: int) -> None:
    kernel, leases, t_ns, placed = Kernel(run(mode)), Leases(), 0, 0
    added = e.LeadsAdded(0, "c", tuple(msgspec.structs.replace(it, step="") for it in people(NUMBERS)))
    begin = [added, *(e.AgentLoggedIn(0, agent, ("c",), skills=("legal",)) for agent in AGENTS)]
    for past in [*begin, *(e.AgentReady(0, agent) for agent in AGENTS)]:
        leases.check(0, kernel.step(past))
    for number, (what, pick, later_ns) in enumerate(steps):
        if number == cut:
            kernel = Kernel.restore(run(mode), kernel.snapshot(), [added])
        happened = event_of(kernel, what, pick, max(t_ns + later_ns, kernel.now_ns))
        t_ns = happened.t_ns
        effects = kernel.step(happened)
        leases.check(t_ns, effects)
        placed += sum(isinstance(it, f.PlaceCall | f.OfferLead) for it in effects)
    event(f"claimed accounts called: {min(placed, 3)}")
