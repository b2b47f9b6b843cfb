"""The contract between adapters that hear what people say to a robot and what says what they mean.

A telephony adapter that hears speech is given `Intents`. For each utterance it asks `classify` with the name of the
text that the person answers (`strategies.flow.records.Prompt.message`) and what was said, as text, and reports
`IntentHeard` with the answer.

Answers. Until `stop`, `answer` is called exactly once, on the run's event loop, at once or later: with one of the
intents that the text's state lists, or with an empty text when what was said means none of them, cannot be told, or
was not told in time. So an utterance is always followed by a way on of the flow: that of the intent, or ``otherwise``.

Privacy. What a person says goes to `classify` and nowhere else: it is in no log, no error and no journal. The journal
has the intent.

Errors. `PortError` from `start`. `classify` never raises for what a far end does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Intents(Protocol):
    """Says what somebody means; see the module's text for the contract."""

    async def start(self) -> None:
        """Get ready."""
        ...

    def classify(self, message: str, text: str, answer: Callable[[str], None]) -> None:
        """Call `answer` once with the intent of `text`, which was said to `message`."""
        ...

    async def stop(self) -> None:
        """Let go of the far end; what is still open stays without an answer."""
        ...
