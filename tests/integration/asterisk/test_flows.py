"""A call flow on a real Asterisk: texts spoken by espeak-ng, a key, and words from a recogniser beside it."""

from __future__ import annotations

import asyncio
import base64
import json
import urllib.request
import wave
from pathlib import Path

import pytest

from adapters.speech import SpeechSection, Spoken, prompts, speak, unspoken
from adapters.telephony.asterisk import AsteriskTelephony
from adapters.telephony.asterisk.translate import SPEECH
from adapters.telephony.names import Names
from dialer.core import events as e
from dialer.core.effects import HangUp, PlaceCall, PlayMessage, RecordPerson, StopMessage, Why
from dialer.runtime.clock import RealClock
from strategies.document import Document
from strategies.flow.compile import compile_flow, flows
from strategies.flow.keywords import KeywordIntents
from strategies.flow.records import Prompt
from tests.integration.asterisk.floor import section
from tools.rig.asterisk import PASSWORD, USER
from tools.rig.carrier import number
from tools.rig.packages import install
from tools.rig.rig import Rig

pytestmark = pytest.mark.rig

FLOW = compile_flow(flows()["intent-by-voice"])
CALL = "c/l/1"


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> SpeechSection:
    """Every text of the flow, spoken by the espeak-ng of the rig."""
    program = install() / "bin/espeak-ng"
    data = {
        "command": f"{program} -v {{voice}} -w {{file}} {{text}}",
        "voices": {"zh": "cmn", "en": "en-gb"},
        "folder": str(tmp_path_factory.mktemp("speech") / "flows"),
    }
    found = Document("run.yaml", json.dumps(data)).validate(SpeechSection)
    assert speak(found, prompts([FLOW])).kept == 0
    return found


def test_espeak_speaks_every_text_in_both_languages_once(spoken: SpeechSection) -> None:
    texts = list(prompts([FLOW]))
    assert len(texts) == 2 * len(FLOW.states)
    assert unspoken(spoken, texts) == []
    assert speak(spoken, texts) == Spoken(0, len(texts))
    for prompt, text in texts:
        with wave.open(str(spoken.folder / f"{prompt.file}.wav")) as sound:
            assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
            assert sound.getnframes() > 400 * len(text.split()), f"{prompt.file} is too short to be the text"
            loudest = max(map(abs, memoryview(sound.readframes(sound.getnframes())).cast("h")))
            assert loudest > 2000, f"{prompt.file} is silence"


class Heard:
    """What the adapter reports."""

    def __init__(self) -> None:
        self.events: list[e.AnyEvent] = []
        self._came = asyncio.Event()

    def report(self, event: e.AnyEvent) -> None:
        self.events.append(event)
        self._came.set()

    async def until(self, kind: type[e.AnyEvent], count: int = 1) -> list[e.AnyEvent]:
        async with asyncio.timeout(40):
            while len(found := [event for event in self.events if isinstance(event, kind)]) < count:
                self._came.clear()
                await self._came.wait()
        return found


def recognised(rig: Rig, app: str, channel: str, text: str) -> None:
    """Say to Asterisk what a recogniser beside it has heard on a channel."""
    request = urllib.request.Request(
        f"{rig.asterisk.url}/ari/events/user/{SPEECH}?application={app}&source=channel:{channel}",
        data=json.dumps({"variables": {"text": text}}).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
        },
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 204


def test_a_flow_is_played_and_answered_by_a_key_and_by_words(rig: Rig, tmp_path: Path, spoken: SpeechSection) -> None:
    async def main() -> None:
        telephony = section(rig.telephony(tmp_path / "calls", app="flows", flows=str(spoken.folder), recording={}))
        dialled = number("presses_9", 4242)
        port = AsteriskTelephony(telephony, lambda _: dialled, RealClock(), KeywordIntents({FLOW.identity: FLOW}))
        heard = Heard()
        await port.start(heard.report)
        try:
            await port.apply(PlaceCall(CALL, "c", "l", "p", "p/0", 1, 20.0, None, Why("s", 0, 1, "", 0)))
            await heard.until(e.CallAnswered)
            greeting, thanks = (Prompt(FLOW.identity, state, "zh").message for state in ("greeting", "thanks"))
            await port.apply(PlayMessage(CALL, greeting, "flow"))
            (pressed,) = await heard.until(e.KeyPressed)
            assert pressed.key == "9"
            for text in ("不是，打错了？是", "是的，我是本人"):
                await asyncio.to_thread(recognised, rig, "flows", Names("flows").call(CALL), text)
            meant = await heard.until(e.IntentHeard, 2)
            assert [(event.message, event.intent) for event in meant] == [(greeting, ""), (greeting, "yes")]
            await port.apply(StopMessage(CALL))
            await port.apply(RecordPerson(CALL, 30.0))
            (recorded,) = await heard.until(e.CallRecorded)
            await port.apply(PlayMessage(CALL, thanks, "flow"))
            await heard.until(e.MessageFinished)
            await port.apply(HangUp(CALL, "the test is over"))
            (ended,) = await heard.until(e.CallEnded)
            assert ended.cause == "normal"
            assert list(rig.asterisk.folder.rglob(f"{recorded.recording}.wav")), "there is no such recording"
            assert sum(isinstance(event, e.MessageFinished) for event in heard.events) == 1
        finally:
            await port.stop()

    asyncio.run(main())
