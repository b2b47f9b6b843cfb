"""Live alerts of call quality: raise them at a broker, and the command ``quality watch``, which shows them."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import Iterable, Mapping
from hashlib import sha256

from rich.console import Console
from rich.text import Text

from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt.alerts import Alarm, Watch
from dialer.cli.broker import Broker
from dialer.cli.terminal import beside, language_of
from dialer.core.units import NS_PER_S
from dialer.insight.language import Language, say
from dialer.insight.quality.marks import Mark
from dialer.insight.quality.words import kind_of
from dialer.runtime.clock import RealClock

_LONGEST_PHRASE = 100


def raise_alerts(violations: Iterable[Mark], teams: Mapping[str, str], broker: Broker) -> int:
    """Raise an alert for each violation as soon as it is found; return how many could not be told.

    Raises
    ------
    PortError
        When the broker refuses us, or does not take them all.
    """
    return asyncio.run(_raise(violations, teams, broker))


async def _raise(violations: Iterable[Mark], teams: Mapping[str, str], broker: Broker) -> int:
    clock, untold = RealClock(), 0
    alarm = Alarm(broker.address, broker.credentials("quality"), broker.topics, f"{os.getpid()}-{clock.now_ns()}")
    await alarm.open()
    try:
        async for found in beside(violations):
            untold += not alarm.tell(found.agent, _alert(found, teams.get(found.agent), clock.now_ns()))
    finally:
        await alarm.close()
    return untold


def _alert(found: Mark, team: str | None, now_ns: int) -> m.Alert:
    what = f"{found.attempt}\n{found.agent}\n{found.violation}\n{found.from_s}"
    return m.Alert(
        id=sha256(what.encode()).hexdigest()[:24],
        call=found.attempt,
        violation=found.violation,
        at=dt.datetime.fromtimestamp(now_ns / NS_PER_S, dt.UTC),
        team=team,
        phrase=found.evidence[:_LONGEST_PHRASE],
        from_s=found.from_s,
    )


def watch(
    name: str, /, *, team: str | None = None, broker: Broker | None = None, language: Language | None = None
) -> None:
    """Show violations as they are found, until interrupted. What is found meanwhile waits at the broker.

    Parameters
    ----------
    name
        The team lead's id.
    team
        Show this team's agents only.
    broker
        Where alerts are raised.
    language
        en or zh; by default as LANG says.
    """
    where, spoken, console = broker or Broker(), language_of(language), Console(highlight=False)

    def changed(connected: bool) -> None:
        console.print(say(spoken, "alerts_watching" if connected else "alerts_cut_off"), style="dim")

    def heard(agent: str, alert: m.Alert) -> None:
        if team in (None, alert.team):
            console.print(Text(_line(agent, alert, spoken), style="red"), soft_wrap=True)

    async def work() -> None:
        own = Watch(where.address, where.credentials(name), where.topics, name, heard, changed)
        await own.open()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await own.close()

    asyncio.run(work())


def _line(agent: str, alert: m.Alert, language: Language) -> str:
    who = agent if alert.team is None else f"{agent} ({alert.team})"
    at = f"{alert.at.astimezone():%H:%M:%S}"
    line = f"{at} {say(language, 'alert', who, kind_of(alert.violation, language), alert.call)}"
    if alert.from_s is not None:
        line += say(language, "alert_from", alert.from_s)
    return line + (say(language, "alert_phrase", alert.phrase) if alert.phrase else "")
