"""The topics: one table, from which subscriptions, schemas, documentation and access rules follow."""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

from adapters.presence.mqtt import messages as m

Who = Literal["desktop", "acd", "engine", "quality"]


class Topic(NamedTuple):
    """One kind of topic.

    Attributes
    ----------
    name : str
        What it is called in the documentation.
    path : str
        Below the prefix; ``{agent}`` and ``{acd}`` stand for one level.
    sender : str
        Who may write there.
    retained : bool
        Whether the broker keeps the newest message for those who come later.
    messages : Any
        The records of what is said there: a type or a union of them.
    """

    name: str
    path: str
    sender: Who
    retained: bool
    messages: Any

    def at(self, prefix: str, who: str = "") -> str:
        """Return the topic of one agent (or ACD) under `prefix`."""
        return f"{prefix}/{re.sub('{.*}', lambda _: who, self.path)}"

    def every(self, prefix: str) -> str:
        """Return the filter of all such topics."""
        return self.at(prefix, "+")


PRESENCE = Topic("presence", "desk/{agent}/presence", "desktop", False, m.Presence)
ACT = Topic("act", "desk/{agent}/act", "desktop", False, m.AnyAct)
ACD = Topic("acd", "acd/{acd}/presence", "acd", False, m.AcdLost)
ENGINE = Topic("engine", "engine", "engine", True, m.Status)
STATE = Topic("state", "agent/{agent}/state", "engine", True, m.Standing)
POP = Topic("pop", "agent/{agent}/pop", "engine", False, m.Pop)
OFFER = Topic("offer", "agent/{agent}/offer", "engine", False, m.Offer)
SCREEN = Topic("screen", "agent/{agent}/screen", "engine", False, m.Screen)
LEASE = Topic("lease", "agent/{agent}/lease", "engine", False, m.Lease)
WITHDRAWN = Topic("withdrawn", "agent/{agent}/withdrawn", "engine", False, m.Withdrawn)
REFUSED = Topic("refused", "agent/{agent}/refused", "engine", False, m.Refused)
ALERT = Topic("alert", "alert/{agent}", "quality", False, m.Alert)

TO_ENGINE = (PRESENCE, ACT, ACD)
TO_DESKTOP = (ENGINE, STATE, POP, OFFER, SCREEN, LEASE, WITHDRAWN, REFUSED)
TO_LEAD = (ALERT,)
EVERY = (*TO_ENGINE, *TO_DESKTOP, *TO_LEAD)


def take_apart(prefix: str, topic: str, known: tuple[Topic, ...]) -> tuple[Topic, str] | None:
    """Return which of `known` a topic is, and whose (empty: nobody's); None for one of another kind."""
    if not topic.startswith(f"{prefix}/"):
        return None
    levels = topic[len(prefix) + 1 :].split("/")
    for kind in known:
        path = kind.path.split("/")
        pairs = list(zip(path, levels, strict=False))
        if len(path) == len(levels) and all(own == level or own.startswith("{") for own, level in pairs):
            return kind, next((level for own, level in pairs if own.startswith("{")), "")
    return None
