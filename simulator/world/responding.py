"""How a person answers a robot's call flow: what they press or say, and when; a function of identity and seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dialer.core.effects import PlaceCall
from dialer.core.rng import uniform
from dialer.core.units import ns
from strategies.flow.records import Flow, Prompt

_SILENT_SHARE = 0.1
"""Of texts that ask for something: answered by nothing. House estimate."""

_EARLY_SHARE = 0.4
"""Of answers: begun before the text is over. House estimate."""

_SPOKEN_SHARE = 0.5
"""Of answers where words will do: spoken. House estimate."""

_THINKING_S, _GAP_S = 3.0, 0.7
"""At most so long after the text until the first key, and from digit to digit. House estimates."""


class Answer(NamedTuple):
    """What somebody does so long after a text began: a key, words, or neither, when it is only over."""

    after_ns: int
    key: str = ""
    words: str = ""


class Respondent:
    """Everybody's answers.

    Parameters
    ----------
    flows : Mapping[str, Flow]
        Those that may be heard, by identity.
    seed : int
        The world's.
    """

    def __init__(self, flows: Mapping[str, Flow], seed: int) -> None:
        self._flows, self._seed = flows, seed

    def answers(self, call: PlaceCall, message: str, turn: int, length_ns: int) -> list[Answer]:
        """Return what is pressed or said, with the times from the beginning of a text that lasts `length_ns`.

        `turn` counts the texts of the call, so that somebody who is asked again may answer otherwise.
        """
        prompt = Prompt.of(message)
        flow = self._flows[prompt.flow]
        state = flow.states[prompt.state]
        key = (call.lead, call.attempt, turn)
        if state.record is not None or not state.asks or uniform(self._seed, "flow_silent", *key) < _SILENT_SHARE:
            return []
        luck, pace = uniform(self._seed, "flow_answer", *key), uniform(self._seed, "flow_pace", *key)
        early = uniform(self._seed, "flow_early", *key) < _EARLY_SHARE
        first_ns = int(pace * length_ns) if early else length_ns + ns(pace * _THINKING_S)
        speaks = not state.keys or uniform(self._seed, "flow_speaks", *key) < _SPOKEN_SHARE
        if state.intents and flow.phrases is not None and speaks:
            phrases = [it for intent in state.intents for it in flow.phrases.intents[intent][prompt.language]]
            return [Answer(first_ns, words=phrases[int(luck * len(phrases))])]
        if state.number is not None:
            number = state.number.min + int(luck * (state.number.max - state.number.min + 1))
            pressed = f"{number}#"
        else:
            pressed = sorted(state.keys)[int(luck * len(state.keys))]
        return [Answer(first_ns + ns(number * _GAP_S), digit) for number, digit in enumerate(pressed)]
