"""Laws of the kernel over any sequence of events, sensible or not."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.call import AGENT_DISPOSITIONS, CAUSES
from dialer.core.kernel import Kernel
from dialer.core.lead import Assigned, Lead
from dialer.core.settings import CampaignSettings, LeaseSettings, Redial, RunSettings, StepSettings
from dialer.core.state import State
from strategies.compliance.rulebook import Rulebook
from strategies.flow.compile import compile_flow, flows
from strategies.script.compile import compile_script, scripts
from tests.unit.core.floors import lead

SCRIPT = compile_script(scripts()["three-steps"])
FLOW = compile_flow(flows()["promise-by-keypad"])
VOICE = compile_flow(flows()["intent-by-voice"])
FLOWS = {FLOW.identity: FLOW, VOICE.identity: VOICE}
AGENTS = ("ann", "bob", "cat")
ASSIGNED = (
    None,
    Assigned("grab", value=1.0),
    Assigned("prefer", "bob"),
    Assigned("grab"),
    Assigned("require", "ann"),
    Assigned("grab", needs=("legal",)),
    Assigned("require"),
)
MODES = st.sampled_from(["progressive", "ratio", "predictive", "robot", "robot_then_human", "preview"])
STEPS = st.lists(st.tuples(st.integers(0, 37), st.integers(0, 50), st.integers(0, 20_000_000_000)), max_size=120)


SERVED = (("c",), ("c",), ("c", "d"), ("d", "c"), ("d",), ("c", "nonsense"), ())


def make(mode: str, pool: str = "", *, flow: int = 0) -> RunSettings:
    """Return a run with one campaign, or with two that share agents."""
    how = {"lines": 8, "lines_per_agent": 2.5, "calls_per_s": 3.0, "abandon_limit_share": 0.2, "pool": pool}
    how["flow"] = ("", FLOW.identity, VOICE.identity)[flow]
    names = ("c", "d") if pool else ("c",)
    how["steps"] = {"led": StepSettings({"no_answer": Redial(5.0, 1)}, SCRIPT.identity)}
    campaigns = tuple(CampaignSettings(name, mode, **how) for name in names)
    return RunSettings(
        campaigns, Rulebook(), scripts={SCRIPT.identity: SCRIPT}, lease=LeaseSettings(2, 30.0), flows=FLOWS
    )


def people(numbers: Iterable[int]) -> tuple[Lead, ...]:
    """Return leads, some of which are led by a script, and some of which are not anybody's."""
    return tuple(
        lead(number, person=f"p{number % 9}", step=("", "led")[number % 2], assigned=ASSIGNED[number % len(ASSIGNED)])
        for number in numbers
    )


def event_of(kernel: Kernel, what: int, pick: int, t_ns: int) -> e.AnyEvent:
    """Choose an event, mostly about something that exists."""
    calls = [*kernel.calls, "c/l0/1", "nonsense"]
    call, agent = calls[pick % len(calls)], AGENTS[pick % 3]
    offers = [known.offer or "l0" for known in kernel.view.agents.values()] or ["l0"]
    timers = sorted(kernel.timers.items(), key=lambda item: (item[1], item[0]))
    match what:
        case 0:
            return e.AgentLoggedIn(t_ns, agent, SERVED[pick % len(SERVED)], "zh", ("legal",) if agent == "cat" else ())
        case 1:
            return e.AgentLoggedOut(t_ns, agent)
        case 2 | 3:
            return e.AgentReady(t_ns, agent)
        case 4:
            return e.AgentPauseRequested(t_ns, agent, "break")
        case 5:
            return e.OfferAccepted(t_ns, agent, offers[pick % len(offers)])
        case 6:
            return e.OfferSkipped(t_ns, agent, offers[pick % len(offers)], "no")
        case 7:
            return e.CallRinging(t_ns, call)
        case 8 | 9:
            return e.CallAnswered(t_ns, call, ("person", "machine", "unknown")[pick % 3])
        case 10 | 11:
            held = kernel.view.calls.get(call)
            return e.CallBridged(t_ns, call, (held.agent if held else None) or agent)
        case 12 | 13:
            return e.CallEnded(t_ns, call, tuple(CAUSES)[pick % len(CAUSES)])
        case 14:
            return e.CallDispositioned(t_ns, call, AGENT_DISPOSITIONS[pick % len(AGENT_DISPOSITIONS)], t_ns + 10**9)
        case 15:
            return e.MessageFinished(t_ns, call)
        case 20 | 21:
            return e.TransferRequested(t_ns, call)
        case 16:
            return e.CallReported(t_ns, call, ("gone", "ringing", "answered", "bridged")[pick % 4], agent)
        case 17:
            return e.EngineStarted(t_ns, True) if pick < 5 else e.PortChanged(t_ns, "telephony", pick % 2 == 0)
        case 18:
            return (
                e.CampaignPauseRequested(t_ns, "c") if pick % 4 == 0 else e.CampaignResumeRequested(t_ns, "c")
            )  # fmt: skip
        case 19:
            added = people(range(pick))
            return e.LeadsAdded(t_ns, "cd"[pick % 2], added, "later" if pick % 5 == 0 else "")
        case 26 | 27:
            return e.CaseClaimed(t_ns, agent, f"a{pick % 20}" if pick % 2 else "")
        case 28:
            return e.CaseRenewed(t_ns, agent, f"a{pick % 20}")
        case 29:
            return e.CaseReturned(t_ns, agent, f"a{pick % 20}")
        case 24 | 25:
            known = kernel.view.calls.get(call)
            state = SCRIPT.states[known.position.state if known and known.position else SCRIPT.start]
            answers = [answer.name for answer in state.answers] + ["nonsense"]
            return e.ScriptAnswered(t_ns, call, state.name, answers[pick % len(answers)])
        case 36:
            return e.HandOverRequested(t_ns, call, "legal")
        case 37:
            return e.HandOverFailed(t_ns, call, ("busy", "no_destination")[pick % 2])
        case 30 | 31 | 32:
            return e.KeyPressed(t_ns, call, "1012#9*38"[pick % 9])
        case 33 | 34 | 35:
            known = kernel.view.calls.get(call)
            state = known.talk.state if known and known.talk and pick % 5 else "greeting"
            intent = ("yes", "no", "agent", "no_more_calls", "", "will_pay", "nonsense")[pick % 7]
            return e.IntentHeard(t_ns, call, f"{VOICE.identity}/{state}/zh", intent)
        case 23:
            return e.AgentLeaveAnnounced(t_ns, agent, t_ns + pick * 2 * 10**9 if pick % 4 else None)
        case _ if timers:
            timer, due_ns = timers[0]
            return e.TimerFired(max(t_ns, due_ns), timer, due_ns)
        case _:
            return e.TimerFired(t_ns, "due/c", 17)


class Leases:
    """Who holds which account, by what desktops were told alone."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, int]] = {}

    def check(self, t_ns: int, effects: tuple[f.AnyEffect, ...]) -> None:
        for effect in effects:
            match effect:
                case f.SetLease(until_ns=int(until_ns)):
                    holder = self.held.get(effect.account)
                    assert holder is None or holder[0] == effect.agent, "two agents hold one account"
                    self.held[effect.account] = effect.agent, until_ns
                    mine = [account for account, (agent, _) in self.held.items() if agent == effect.agent]
                    assert len(mine) <= 2, "an agent holds more than the limit"
                case f.SetLease(reason="expired" | "returned" | "done"):
                    assert self.held.pop(effect.account)[0] == effect.agent
                case f.PlaceCall() | f.OfferLead():
                    whose = ASSIGNED[int(effect.lead[1:]) % len(ASSIGNED)]
                    if whose is not None and whose.way == "grab":
                        assert self.held[f"a{effect.lead[1:]}"][0] == effect.agent, "called for who does not hold it"
                    if whose is not None and whose.way == "require":
                        assert effect.agent == whose.agent != ""
                case _:
                    pass
        assert all(until_ns > t_ns for _, until_ns in self.held.values()), "a lease outlives its end"


def check_books(state: State, in_flight: tuple[str, ...]) -> None:
    """Every counter must be what counting afresh gives."""
    calls = state.calls.values()
    for name, own in state.campaigns.items():
        mine = [call for call in calls if call.campaign == name]
        assert own.lines == sum(call.state != "ended" for call in mine)
        assert own.in_flight == sum(call.state in in_flight and call.agent is None for call in mine)
        assert set(own.waiting) == {call.id for call in mine if call.state == "waiting"}
        serving = [agent for agent in state.agents.values() if name in agent.campaigns]
        by_state = [agent.state for agent in serving]
        idle = sorted((agent.since_ns, agent.id) for agent in serving if agent.state == "ready")
        assert sorted((since_ns, agent) for agent, since_ns in own.idle.items()) == idle
        assert list(own.idle.values()) == [since_ns for since_ns, _ in idle], "not in the order of becoming idle"
        assert own.reserved == by_state.count("reserved")
        assert own.busy == by_state.count("in_call") + by_state.count("wrap")
        assert own.wrapping == by_state.count("wrap")
        assert not (own.idle and own.waiting), "somebody waits while an agent is idle"
    for agent in state.agents.values():
        assert bool(agent.offer) == bool(agent.offered_by)
    assert set(state.leaving) <= {agent.id for agent in state.agents.values() if agent.state != "offline"}
    held = [agent.call for agent in state.agents.values() if agent.call is not None]
    assert len(held) == len(set(held)), "two agents hold one call"
    for agent in state.agents.values():
        assert not (agent.state in ("ready", "paused", "offline") and (agent.call or agent.offer))
        assert agent.state != "reserved" or bool(agent.call) != bool(agent.offer)
    persons = [(call.campaign, call.lead) for call in calls]
    assert len(persons) == len(set(persons)), "two calls for one lead"
    assert len(state.persons) == len(calls) + sum(agent.offer is not None for agent in state.agents.values())


@settings(max_examples=150)
@given(
    mode=MODES,
    pool=st.sampled_from(["", "floor"]),
    steps=STEPS,
    cut=st.integers(0, 60),
    flow=st.sampled_from([0, 1, 2]),
)
def test_the_kernel_keeps_its_books_and_a_snapshot_is_the_whole_of_it(
    mode: str, pool: str, steps: list[tuple[int, int, int]], cut: int, flow: int
) -> None:
    run = make(mode, pool, flow=flow)
    kernel, twin = Kernel(run), Kernel(run)
    events: list[e.AnyEvent] = [e.EngineStarted(0, False)]
    events.append(e.LeadsAdded(0, "c", people(range(20))))
    t_ns, placed, closed = 0, set(), set()
    live: set[str] = set()
    leases = Leases()
    for number in range(len(steps) + 2):
        if number < len(events):
            event = events[number]
        else:
            what, pick, later_ns = steps[number - 2]
            t_ns = max(t_ns + later_ns, kernel.now_ns)
            event = event_of(kernel, what, pick, t_ns)
            t_ns = event.t_ns
            events.append(event)
        if number == cut:
            memory = twin.snapshot()
            added = [past for past in events[:number] if isinstance(past, e.LeadsAdded)]
            twin = Kernel.restore(run, memory, added)
            assert twin.snapshot() == memory
        effects = kernel.step(event)
        assert effects == twin.step(event)
        leases.check(event.t_ns, effects)
        for effect in effects:
            match effect:
                case f.PlaceCall():
                    assert effect.call not in placed, "an attempt was placed twice"
                    placed.add(effect.call)
                    live.add(effect.person)
                    assert not kernel.view.reconciling and kernel.view.telephony_up
                case f.ShowScreen(screen=screen):
                    held = kernel.view.calls[effect.call]
                    assert held.agent == effect.agent and kernel.view.agents[effect.agent].call == effect.call
                    told = {field.name for field in (*screen.fields, *screen.show)}
                    assert screen.confirmed or told <= {"full_name"}, "a debt fact before the confirmation"
                case f.PlayMessage(purpose="flow"):
                    held = kernel.view.calls[effect.call]
                    assert held.state == "robot" and held.speaking and not held.hung_up
                case f.StopMessage():
                    assert kernel.view.calls[effect.call].state == "robot"
                case f.CloseAttempt():
                    assert effect.call in placed and effect.call not in closed
                    closed.add(effect.call)
                case _:
                    pass
        check_books(kernel.view, run.campaigns[0].in_flight)
    assert placed - closed == set(kernel.calls), "an attempt was forgotten"


@given(steps=STEPS, pool=st.sampled_from(["", "floor"]))
def test_progressive_abandons_nobody_while_agents_stay(steps: list[tuple[int, int, int]], pool: str) -> None:
    kernel = Kernel(make("progressive", pool))
    for first, campaign in enumerate(kernel.view.campaigns):
        added = tuple(lead(number, person=f"p{first * 25 + number}") for number in range(50))
        kernel.step(e.LeadsAdded(0, campaign, added))
    for number, agent in enumerate(AGENTS):
        kernel.step(e.AgentLoggedIn(0, agent, ("c", "d")[number % 2 :] if pool else ("c",)))
    for what, pick, _ in steps:
        if what in (1, 16, 17):
            continue
        event = event_of(kernel, what, pick, kernel.now_ns)
        assert not [effect for effect in kernel.step(event) if isinstance(effect, f.PlayMessage)]
