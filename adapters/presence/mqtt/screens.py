"""A call script's screen as a desktop shows it: the form of the kernel with one account's facts, kept nowhere."""

from __future__ import annotations

from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt.parse import Refusal
from dialer.core.effects import ShowScreen
from dialer.core.errors import PortError
from dialer.ports.leads import AccountBook
from strategies.script.machine import filled


def screen_of(shown: ShowScreen, accounts: AccountBook) -> m.Screen | Refusal:
    """Return the screen; where the account lacks what it reads out, why there is none."""
    form = shown.screen
    wanted = (*form.fields, *form.show, *(() if form.compare is None else (form.compare,)))
    try:
        screen = filled(form, accounts.facts(shown.account, tuple(dict.fromkeys(field.name for field in wanted))))
    except (PortError, ValueError) as error:
        # Neither says a value; the agent goes on without the script.
        return Refusal("no screen", f"the screen {form.state} of the script cannot be shown: {error}", shown.agent)
    return m.Screen(
        call=shown.call,
        script=screen.script,
        state=screen.state,
        language=form.language,
        confirmed=screen.confirmed,
        say=screen.say,
        compare=screen.compare,
        facts=screen.facts,
        choices=screen.choices,
        end=screen.end,
    )
