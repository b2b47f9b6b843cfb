"""What agents do: come, go, pause, get ready, accept and skip offers."""

from __future__ import annotations

from dialer.core import answering, closing, placing, scripting
from dialer.core.agent import Agent
from dialer.core.effects import SetAgentState
from dialer.core.events import AgentLoggedIn, AgentPauseRequested, OfferAccepted, OfferSkipped
from dialer.core.state import Floor


def logged_in(floor: Floor, event: AgentLoggedIn) -> None:
    """An agent joins, paused; one whose call survived a restart joins in that call."""
    agents = floor.state.agents
    refusal = _refusal(floor, event.campaigns)
    if refusal:
        floor.out.append(SetAgentState(event.agent, "offline", refusal))
        return
    known = agents.get(event.agent)
    if known is not None and known.state != "offline":
        floor.out.append(SetAgentState(known.id, known.state, "logged in already", known.call))
        return
    agent = agents[event.agent] = Agent(
        event.agent, event.campaigns, floor.now_ns, language=event.language, skills=event.skills
    )
    floor.move_agent(agent, "log_in", "logged in")
    rejoin(floor, agent)


def _refusal(floor: Floor, campaigns: tuple[str, ...]) -> str:
    """Return why an agent cannot serve these campaigns, empty when they can."""
    if not campaigns or len(set(campaigns)) < len(campaigns):
        return "name the campaigns to serve, each once"
    for name in campaigns:
        if name not in floor.campaigns:
            return f"this run has no campaign {name}"
        if name not in floor.peers[campaigns[0]]:
            return f"the campaigns {campaigns[0]} and {name} do not share agents; serve one of them"
    return ""


def rejoin(floor: Floor, agent: Agent) -> None:
    """Put an agent who has just come back into the call that went on without us, if there is one."""
    if agent.state == "ready":
        floor.move_agent(agent, "pause", "the call went on")
    for call in floor.state.calls.values():
        if call.state == "bridged" and call.agent == agent.id and agent.state == "paused":
            agent.call = call.id
            floor.move_agent(agent, "rejoin", "the call went on")
            scripting.show(floor, call, agent)


def logged_out(floor: Floor, agent: Agent) -> None:
    """An agent is gone. A call that rings for them is taken back; one that waits is served by another."""
    if agent.state == "offline":
        return
    if agent.offer is not None:
        placing.withdraw(floor, agent, "logged out", 0)
    call = floor.state.calls.get(agent.call or "")
    was = agent.state
    agent.call, agent.pause_reason = None, ""
    floor.state.leaving.pop(agent.id, None)
    floor.drop_timer(f"wrap/{agent.id}")
    floor.move_agent(agent, "log_out", "logged out")
    if call is None:
        return
    match call.state:
        case "placed" | "ringing":
            floor.promise_agent(call, None)
            floor.hang_up(call, "the agent left")
        case "connecting":
            floor.promise_agent(call, None)
            floor.move_call(call, "agent_lost")
            answering.serve(floor, call)
        case "bridged":
            floor.hang_up(call, "the agent left")
        case "robot":
            floor.promise_agent(call, None)
        case _ if was == "wrap":
            closing.close(floor, call, scripting.outcome(floor, call))
        case _:
            pass


def ready(floor: Floor, agent: Agent) -> None:
    """A pause is over, or wrap is done (and a pause asked for begins), or the wish for a pause is taken back."""
    match agent.state:
        case "paused":
            agent.pause_reason = ""
            floor.move_agent(agent, "ready", "ready")
            answering.take_waiting(floor, agent)
        case "wrap":
            finish_wrap(floor, agent, "ready", "ready")
        case _ if agent.pause_reason:
            agent.pause_reason = ""
            floor.state.leaving.pop(agent.id, None)
        case _:
            pass


def finish_wrap(floor: Floor, agent: Agent, trigger: str, reason: str) -> None:
    """After-call work is over; an attempt without a disposition is closed as it is."""
    floor.drop_timer(f"wrap/{agent.id}")
    call = floor.state.calls.get(agent.call or "")
    agent.call = None
    if call is not None:
        closing.close(floor, call, scripting.outcome(floor, call))
    if agent.pause_reason:
        floor.move_agent(agent, "wrap_over_paused", agent.pause_reason)
    else:
        floor.move_agent(agent, trigger, reason)
        answering.take_waiting(floor, agent)


def pause_requested(floor: Floor, agent: Agent, event: AgentPauseRequested) -> None:
    """Pause an idle agent now, a busy one after the call and its wrap."""
    match agent.state:
        case "ready":
            floor.move_agent(agent, "pause", event.reason)
        case "reserved" if agent.offer is not None:
            placing.withdraw(floor, agent, event.reason, 0)
            floor.move_agent(agent, "release_paused", event.reason)
        case "reserved" | "in_call" | "wrap":
            agent.pause_reason = event.reason or "pause"
            floor.state.leaving[agent.id] = floor.now_ns
        case _:
            pass


def offer_accepted(floor: Floor, agent: Agent, event: OfferAccepted) -> None:
    """The agent wants the offered lead; a late click on another lead means nothing."""
    if agent.offer == event.lead:
        placing.accept(floor, agent)


def offer_skipped(floor: Floor, agent: Agent, event: OfferSkipped) -> None:
    """The agent passes; the lead rests and the agent gets another."""
    if agent.offer == event.lead:
        placing.withdraw(floor, agent, event.reason, floor.campaigns[agent.offered_by].skip_delay_s)
        answering.release(floor, agent, "skipped")


def offer_timed_out(floor: Floor, agent: Agent) -> None:
    """No answer to an offer: the agent is not at the desk, so no more offers until they say ready."""
    if agent.offer is not None:
        placing.withdraw(floor, agent, "no answer", 0)
        floor.move_agent(agent, "release_paused", "no answer to an offer")
