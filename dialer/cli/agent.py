"""A tiny desktop in the terminal: one agent logs in, gets ready, talks, and writes down how it went.

It speaks what `docs/desktops.md` says every desktop speaks. Commands come from the keyboard, from a pipe or from a
script; a script can also wait for what the engine does.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt.desktop import Desktop
from dialer.cli.broker import Broker
from dialer.cli.desk_words import (
    Misspelt,
    Typed,
    account_of,
    answer_of,
    help_lines,
    instant_of,
    read,
    reason_in,
    result_of,
    transfer_of,
)
from dialer.cli.terminal import beside, language_of
from dialer.core.units import NS_PER_S
from dialer.insight.language import Language, say
from dialer.runtime.clock import RealClock
from strategies.errors import ConfigError

Lines = AsyncGenerator[str, None]

WAIT_S = 60.0
"""How long a script's ``wait`` waits unless it says so (house value, 2026-11)."""


def agent(
    name: str,
    /,
    *,
    campaign: Annotated[list[str], Parameter(negative=())],
    broker: Broker | None = None,
    script: Path | None = None,
    skill: Annotated[list[str] | None, Parameter(negative=())] = None,
    language: Language | None = None,
) -> int:
    """Log in at a broker and work as an agent; type help for the commands.

    Parameters
    ----------
    name
        The agent's id.
    campaign
        A campaign to serve; several may be given, the preferred one first.
    broker
        Where the engine is.
    script
        Commands, a line each, in place of the keyboard's. `wait STATE` (or offer, call, engine) `[SECONDS]` waits;
        `on STATE COMMAND` does something whenever a state begins; `stay` goes on until interrupted.
    skill
        What the agent can do, for accounts that need it; several may be given.
    language
        en or zh, for the words on the screen and for call scripts; by default as LANG says.
    """
    where = broker or Broker()
    lines, credentials = None if script is None else _script(script), where.credentials(name)
    clock = RealClock()
    spoken, skills = language_of(language), tuple(skill or ())
    terminal = Terminal(Console(highlight=False), name, clock, spoken)
    session = f"{os.getpid()}-{clock.now_ns()}"

    async def work() -> int:
        desktop = Desktop(
            where.address, credentials, where.topics, name, tuple(campaign), session, terminal.changed, spoken, skills
        )
        terminal.desktop = desktop
        await desktop.open()
        desktop.log_in()
        try:
            return await terminal.run(beside(sys.stdin) if lines is None else _given(lines))
        finally:
            await desktop.close()

    return asyncio.run(work())


class Terminal:
    """Shows a desktop and types for its agent."""

    desktop: Desktop

    def __init__(self, console: Console, name: str, clock: RealClock, language: Language) -> None:
        self._console, self._name, self._clock, self._language = console, name, clock, language
        self._something = asyncio.Event()
        self._rules: list[tuple[str, Typed]] = []
        self._ruled: m.Standing | None = None

    def changed(self, what: str) -> None:
        """Show what is new."""
        self._something.set()
        seen = self.desktop.seen
        match what:
            case "connected":
                self._line("desk_connected" if seen.connected else "desk_cut_off")
            case "engine":
                self._line("desk_engine_up" if seen.engine else "desk_engine_down")
            case "refused" if seen.refused is not None:
                self._line("desk_refused", seen.refused.reason, style="red")
            case "pop" if seen.pop is not None:
                self._card("desk_call", seen.pop)
                for turn in seen.pop.transcript:
                    self._line("desk_robot", turn.said, turn.heard or "-")
            case "offer" if seen.offer is not None:
                self._card("desk_offer", seen.offer)
            case "screen" if seen.screen is not None:
                self._screen(seen.screen)
            case "lease" if seen.lease is not None and seen.lease.until is not None:
                self._line("desk_held", seen.lease.account, f"{seen.lease.until.astimezone():%Y-%m-%d %H:%M}")
            case "lease" if seen.lease is not None:
                self._line(
                    "desk_not_held",
                    seen.lease.account or "-",
                    self._say(f"lease_{seen.lease.reason.replace(' ', '_')}"),
                )
            case "standing" if seen.standing is not None and seen.standing != self._ruled:
                self._ruled = seen.standing  # shown again, it is no news
                self._line(
                    "desk_state", self._say(seen.state), reason_in(self._language, seen.standing.reason), style="bold"
                )
                for state, typed in self._rules:
                    if state == seen.state:
                        self._try(typed)
            case _:
                pass

    async def run(self, lines: Lines) -> int:
        """Carry out commands to the last one; return the exit code: 1 when a ``wait`` was in vain."""
        async for line in lines:
            try:
                typed = read(line)
            except Misspelt as error:
                self._line("desk_misspelt", error, style="red")
                continue
            match typed:
                case Typed("quit", _):
                    return 0
                case Typed("stay", _):
                    await asyncio.get_running_loop().create_future()
                case Typed("wait", words) if not await self._wait(words):
                    self._line("desk_in_vain", " ".join(words), style="red")
                    return 1
                case Typed():
                    self._try(typed)
                case None:
                    pass
        return 0

    def _try(self, typed: Typed) -> None:
        try:
            self._carry_out(typed)
        except Misspelt as error:
            self._line("desk_misspelt", error, style="red")

    def _carry_out(self, typed: Typed) -> None:
        seen, rest = self.desktop.seen, " ".join(typed.words)
        match typed.command:
            case "ready":
                self.desktop.act(m.Ready)
            case "pause":
                self.desktop.act(m.Pause, reason=rest)
            case "leave":
                self.desktop.act(m.Leave, at=instant_of(rest, self._now()) if rest else None)
            case "take" | "skip" if seen.offer is None:
                raise Misspelt(self._say("desk_no_offer"))
            case "take" if seen.offer is not None:
                self.desktop.act(m.Accept, lead=seen.offer.lead)
            case "skip" if seen.offer is not None:
                self.desktop.act(m.Skip, lead=seen.offer.lead, reason=rest)
            case "done":
                self.desktop.act(m.Result, **result_of(typed.words, seen, self._now()))
                self._line("desk_noted", self._say(typed.words[0]))
            case "transfer":
                self.desktop.act(m.Transfer, **transfer_of(typed.words, seen))
            case "answer":
                self.desktop.act(m.Answer, **answer_of(typed.words, seen))
            case "claim":
                self.desktop.act(m.Claim, account=rest or None)
            case "renew":
                self.desktop.act(m.Renew, account=account_of(typed.words, seen))
            case "return":
                self.desktop.act(m.Return, account=account_of(typed.words, seen))
            case "on":
                rule = read(" ".join(typed.words[1:]))
                if rule is None:
                    raise Misspelt("on STATE COMMAND")
                self._rules.append((typed.words[0], rule))
            case "help":
                for line in help_lines(self._language):
                    self._console.print(line, markup=False)
            case _:
                pass

    async def _wait(self, words: list[str]) -> bool:
        """Wait until the desktop shows what the first word names; False when the time is over."""
        wanted, for_s = [*words, ""][0], float(words[1]) if words[1:] and words[1].isdecimal() else WAIT_S
        loop = asyncio.get_running_loop()
        until_s = loop.time() + for_s
        while not self._shows(wanted):
            self._something.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._something.wait(), max(0.0, until_s - loop.time()))
            if loop.time() >= until_s and not self._shows(wanted):
                return False
        return True

    def _shows(self, wanted: str) -> bool:
        seen = self.desktop.seen
        match wanted:
            case "offer":
                return seen.offer is not None
            case "call":
                return seen.pop is not None and seen.state == "in_call"
            case "engine":
                return seen.engine
            case "screen":
                return seen.screen is not None
            case _:
                return wanted == seen.state

    def _screen(self, screen: m.Screen) -> None:
        self._line("desk_screen", screen.say, style="bold")
        for fact in (*(() if screen.compare is None else (screen.compare,)), *screen.facts):
            key = "desk_compare" if fact is screen.compare else "desk_fact"
            self._line(key, self._say(fact.field), fact.value or "-")
        for number, choice in enumerate(screen.choices, 1):
            self._line("desk_choice", number, choice.label)
        if screen.end is not None:
            self._line("desk_end", self._say(screen.end))

    def _card(self, title: str, card: m.Pop | m.Offer) -> None:
        shown: dict[str, object] = {
            "account": card.account,
            "person": card.person,
            "segment": card.segment,
            "attempt": card.attempt,
            **card.fields,
        }
        if isinstance(card, m.Offer):
            shown["desk_until"] = f"{card.until.astimezone():%H:%M:%S}"
        if not self._console.is_terminal:
            facts = ", ".join(f"{key} {value}" for key, value in shown.items())
            self._line(title, f"{card.campaign}: {facts}")
            return
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="bold")
        grid.add_column()
        for key, value in shown.items():
            grid.add_row(self._say(key), Text(str(value)))
        head = self._say(title, card.campaign)
        self._console.print(Panel(grid, title=Text(head), title_align="left", expand=False))

    def _line(self, key: str, *values: object, style: str = "") -> None:
        clock = f"{self._now():%H:%M:%S}"
        self._console.print(Text(f"{clock} {self._name}  {self._say(key, *values)}", style=style), soft_wrap=True)

    def _say(self, key: str, *values: object) -> str:
        return say(self._language, key, *values)

    def _now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self._clock.now_ns() / NS_PER_S, dt.UTC).astimezone()


def _script(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigError("the script cannot be read", file=str(path), hint="write a text file") from None


async def _given(lines: list[str]) -> Lines:
    for line in lines:
        yield line
