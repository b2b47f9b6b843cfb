"""The call script that leads an agent: its screens follow from the agent's answers, one at a time.

The kernel knows no account's facts: a screen leaves it as a form with blanks, which the desktop fills in.
"""

from __future__ import annotations

from dialer.core.agent import Agent
from dialer.core.call import Call
from dialer.core.effects import ShowScreen
from dialer.core.events import ScriptAnswered
from dialer.core.flags import CONFIRMED_PROMISES, OWN_SCRIPTS
from dialer.core.state import Floor
from strategies.script.machine import advance, begin, confirmed, form
from strategies.script.records import Script


def show(floor: Floor, call: Call, agent: Agent) -> None:
    """Show the agent of a conversation where its script stands, which is at first its beginning."""
    script = script_of(floor, call.campaign, call.lead)
    if script is None:
        return
    if call.position is None:
        call.position = begin(script)
    # A desktop whose language the script lacks gets the one that it is written in.
    language = next((it for it in script.languages if it == agent.language), script.languages[0])
    account = floor.books[call.campaign].lead(call.lead).account
    floor.out.append(ShowScreen(agent.id, call.id, account, form(script, call.position, language)))


def answered(floor: Floor, call: Call, event: ScriptAnswered) -> None:
    """The agent gives an answer on the screen; one on a screen that has passed, or that it lacks, changes nothing."""
    script = script_of(floor, call.campaign, call.lead)
    agent = floor.state.agents.get(call.agent or "")
    if script is None or call.position is None or agent is None or agent.call != call.id:
        return
    state = script.states[call.position.state]
    if event.state == state.name and any(answer.name == event.answer for answer in state.answers):
        call.position = advance(script, call.position, event.answer)
        show(floor, call, agent)


def outcome(floor: Floor, call: Call) -> str:
    """Return how a conversation ended: what the agent said, or else where the script ended."""
    script = script_of(floor, call.campaign, call.lead)
    end = script.states[call.position.state].end if script is not None and call.position is not None else None
    return call.disposition or end or "no_disposition"


def unconfirmed(floor: Floor, call: Call) -> bool:
    """Tell whether it is known that nobody on the line was confirmed as the one who can promise to pay."""
    if CONFIRMED_PROMISES not in floor.flags:
        return False
    script = script_of(floor, call.campaign, call.lead)
    if script is None:
        return floor.books[call.campaign].lead(call.lead).party == "contact"
    return call.position is None or not confirmed(script, call.position)


def script_of(floor: Floor, campaign: str, lead: str) -> Script | None:
    """Return the call script that leads the agents who talk about `lead`."""
    settings = floor.campaigns[campaign]
    if not (settings.steps or settings.party_scripts):
        return None
    record = floor.books[campaign].lead(lead)
    if record.party != "debtor" and OWN_SCRIPTS in floor.flags:
        return floor.scripts.get(settings.party_scripts.get(record.party, ""))
    own = settings.steps.get(record.step)
    return None if own is None else floor.scripts.get(own.script)
