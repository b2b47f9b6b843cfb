"""The words that an agent types at the desktop, in English and Chinese, and what they mean."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from rich.cells import cell_len

from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt.desktop import Seen
from dialer.core.call import AGENT_DISPOSITIONS
from dialer.insight.language import Language, say

COMMANDS: dict[str, tuple[str, ...]] = {
    "ready": ("ready", "r", "就绪"),
    "pause": ("pause", "p", "小休"),
    "leave": ("leave", "l", "离席"),
    "take": ("take", "t", "接受"),
    "skip": ("skip", "s", "跳过"),
    "done": ("done", "d", "结果"),
    "transfer": ("transfer", "x", "转接"),
    "answer": ("answer", "a", "回答"),
    "claim": ("claim", "c", "认领"),
    "renew": ("renew", "续期"),
    "return": ("return", "退回"),
    "wait": ("wait", "等待"),
    "on": ("on", "当"),
    "stay": ("stay", "值守"),
    "help": ("help", "?", "帮助"),
    "quit": ("quit", "q", "签出"),
}
"""By meaning, every word for it."""


class Misspelt(Exception):
    """What was typed means nothing; the text says what to type instead."""


class Typed(NamedTuple):
    """A command and its words."""

    command: str
    words: list[str]


def read(line: str) -> Typed | None:
    """Return what `line` asks for; None for an empty line and a comment."""
    words = line.split("#")[0].split()
    if not words:
        return None
    if words[0].isascii() and words[0].isdecimal():
        return Typed("answer", words)  # a number is a button of the script's screen
    for command, names in COMMANDS.items():
        if words[0].lower() in names:
            return Typed(command, words[1:])
    raise Misspelt(f"{words[0]} ({', '.join(names[0] for names in COMMANDS.values())})")


def result_of(words: list[str], seen: Seen, now: dt.datetime) -> dict[str, object]:
    """Return the facts of a `Result`: ``promise 250.00 2026-12-01``, ``callback 15:30``, ``refusal``."""
    if seen.standing is None or seen.standing.call is None:
        raise Misspelt("there is no call")
    if not words or words[0] not in AGENT_DISPOSITIONS:
        raise Misspelt(f"done {'|'.join(AGENT_DISPOSITIONS)}")
    facts: dict[str, object] = {"call": seen.standing.call, "disposition": words[0]}
    match words:
        case ["promise", amount, day]:
            return facts | {"promise": m.Promise(_amount(amount), _day(day))}
        case ["callback", *when] if when:
            return facts | {"callback_at": instant_of(" ".join(when), now)}
        case ["promise", *_]:
            raise Misspelt("done promise AMOUNT YYYY-MM-DD")
        case [_]:
            return facts
        case _:
            raise Misspelt(f"done {words[0]}")


def transfer_of(words: list[str], seen: Seen) -> dict[str, object]:
    """Return the facts of a `Transfer`: ``legal``."""
    if seen.standing is None or seen.standing.call is None:
        raise Misspelt("there is no call")
    if len(words) != 1 or not re.search(m.NAME, words[0]):
        raise Misspelt("transfer NAME")
    return {"call": seen.standing.call, "to": words[0]}


def answer_of(words: list[str], seen: Seen) -> dict[str, object]:
    """Return the facts of an `Answer`: the number of a button, or its name."""
    if seen.screen is None or not seen.screen.choices:
        raise Misspelt("there is no screen to answer")
    names = [choice.answer for choice in seen.screen.choices]
    numbers = {str(number): name for number, name in enumerate(names, 1)}
    chosen = numbers.get(words[0], words[0]) if len(words) == 1 else ""
    if chosen not in names:
        raise Misspelt(", ".join(f"{number} {name}" for number, name in numbers.items()))
    return {"call": seen.screen.call, "state": seen.screen.state, "answer": chosen}


def account_of(words: list[str], seen: Seen) -> str:
    """Return the claimed account that is meant: the only one where none is named."""
    if len(words) == 1:
        return words[0]
    if words or len(seen.leases) != 1:
        raise Misspelt(" | ".join(seen.leases) or "you hold no account")
    return next(iter(seen.leases))


def instant_of(text: str, now: dt.datetime) -> dt.datetime:
    """Return the instant that ``15:30`` (today) or ``2026-12-01 15:30`` names, in the zone of `now`."""
    found = re.fullmatch(r"(?:(\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}):(\d{2})", text, re.ASCII)
    try:
        if found is None:
            raise ValueError
        day = _day(found[1]) if found[1] else now.date()
        local = dt.datetime.combine(day, dt.time(int(found[2]), int(found[3])))
        instant = local.astimezone() if now.tzinfo is None else local.replace(tzinfo=now.tzinfo)
    except ValueError:
        raise Misspelt("HH:MM, YYYY-MM-DD HH:MM") from None
    if instant < now:
        raise Misspelt(f"{text} is over; YYYY-MM-DD HH:MM")
    return instant


def _amount(text: str) -> str:
    if not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", text, re.ASCII):
        raise Misspelt("done promise AMOUNT YYYY-MM-DD")
    return text


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Misspelt("YYYY-MM-DD") from None


def help_lines(language: Language) -> list[str]:
    """Return a line for every command."""
    lines = []
    for command, names in COMMANDS.items():
        words = " · ".join(names)
        lines.append(f"{words}{' ' * (20 - cell_len(words))}{say(language, f'desk_help_{command}')}")
    return lines


def reason_in(language: Language, reason: str) -> str:
    """Return an engine's reason in `language`; an agent's own stays as it is."""
    text = say(language, f"reason_{reason.replace(' ', '_')}")
    return reason if text.startswith("reason ") else text
