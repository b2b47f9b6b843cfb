"""A carrier played by SIPp: the last two digits of the number that is dialled decide what becomes of the call."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.rig.processes import end, wait_for
from tools.rig.sounds import write_carrier_sounds


@dataclass(frozen=True)
class Outcome:
    """What becomes of a call.

    Attributes
    ----------
    code : str
        The last two digits of its numbers.
    rings_s : float | None
        How long it rings; None: it never does.
    final : str
        The SIP answer that ends it; empty: it is answered.
    talks_s : float | None
        When the far end hangs up after its answer; None: never.
    early : bool
        Whether it sends sound before the answer (183) instead of ringing.
    plays : str
        The recording that the far end plays: ``human`` or ``machine``.
    keys : str
        What the far end presses, from 0.4 s after the answer on, every half second.
    """

    code: str
    rings_s: float | None = 0.2
    final: str = ""
    talks_s: float | None = None
    early: bool = False
    plays: str = ""
    keys: str = ""


OUTCOMES = {
    "answers": Outcome("00"),
    "answers_after_1_s": Outcome("01", rings_s=1.0),
    "answers_after_2_s": Outcome("02", rings_s=2.0),
    "answers_after_5_s": Outcome("05", rings_s=5.0),
    "talks_1_s": Outcome("11", talks_s=1.0),
    "talks_2_s": Outcome("12", rings_s=0.5, talks_s=2.0),
    "talks_5_s": Outcome("15", rings_s=0.5, talks_s=5.0),
    "hangs_up_at_once": Outcome("19", talks_s=0.3),
    "busy": Outcome("86", rings_s=0.3, final="486 Busy Here"),
    "declines": Outcome("60", rings_s=0.3, final="603 Decline"),
    "rings": Outcome("80", rings_s=90.0, final="480 Temporarily Unavailable"),
    "absent": Outcome("81", rings_s=None, final="480 Temporarily Unavailable"),
    "no_such_number": Outcome("04", rings_s=None, final="404 Not Found"),
    "incomplete": Outcome("84", rings_s=None, final="484 Address Incomplete"),
    "no_room": Outcome("03", rings_s=None, final="503 Service Unavailable"),
    "early_media": Outcome("83", rings_s=1.0, early=True),
    "human": Outcome("91", plays="human"),
    "machine": Outcome("92", plays="machine"),
    "presses_9": Outcome("93", keys="9"),
    "presses_1": Outcome("94", keys="1"),
}


def number(outcome: str, index: int = 0) -> str:
    """Return the `index`-th number with this outcome, in E.164 form; there are 70,000."""
    area, line = divmod(index, 100)
    return f"+1{200 + area}555{line:02d}{OUTCOMES[outcome].code}"


_HEADERS = """[last_Via:]
[last_From:]
[last_To:];tag=[pid]-[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>"""

_SOUND = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16"""

_NO_BODY = "Content-Length: 0\n"

_IN_DIALOGUE = """{method} [$contact] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$to];tag=[pid]-[call_number]
To:[$from]
[last_Call-ID:]
CSeq: {number} {method}
Max-Forwards: 70
{rest}"""

_CANCELLED, _TALK, _SECOND_INVITE, _BYE, _OVER = 900, 901, 902, 903, 999


def scenario(sounds: Path) -> str:
    """Return SIPp's scenario of all outcomes; its recordings are in the folder `sounds`."""
    return "\n".join(["<?xml version='1.0' encoding='UTF-8'?>", "<scenario name='carrier'>", *_steps(sounds), _END])


def _send(text: str, attributes: str = "") -> str:
    return f"<send {attributes}><![CDATA[\n\n{text}\n]]></send>"


def _answer(status: str, body: str = _NO_BODY, attributes: str = "") -> str:
    return _send(f"SIP/2.0 {status}\n{_HEADERS}\n{body}", attributes)


def _keep(name: str, header: str, pattern: str) -> str:
    return f"<ereg regexp='{pattern}' search_in='hdr' header='{header}:' assign_to='{name}'/>"


def _steps(sounds: Path) -> Iterator[str]:
    yield "<recv request='INVITE' crlf='true'><action>"
    yield _keep("cseq", "CSeq", "[0-9]+")
    yield _keep("from", "From", ".*")
    yield _keep("to", "To", ".*")
    yield _keep("contact", "Contact", "sip:[^&gt;]*")
    for outcome in OUTCOMES.values():
        yield _keep(f"is{outcome.code}", "To", f"sip:[+]?[0-9]*{outcome.code}@")
    yield "<log message='[$to]'/>"
    yield "</action></recv>"
    yield _answer("100 Trying")
    for place, outcome in enumerate(OUTCOMES.values()):
        yield f"<nop test='is{outcome.code}' next='{100 + place}'/>"
    yield _answer("404 Not Found")
    yield f"<recv request='ACK' next='{_OVER}'/>"
    for place, outcome in enumerate(OUTCOMES.values()):
        yield f"<label id='{100 + place}'/>"
        yield from _life(outcome, 100 + place, sounds)
    yield f"<label id='{_TALK}'/>"
    # Asterisk invites again when it bridges; whoever does not listen for that falls out of the dialogue.
    yield f"<recv request='INVITE' optional='true' next='{_SECOND_INVITE}'/>"
    yield f"<recv request='BYE' timeout='600000' ontimeout='{_OVER}' next='{_BYE}'/>"
    yield f"<label id='{_SECOND_INVITE}'/>"
    yield _answer("200 OK", _SOUND)
    yield f"<recv request='ACK' next='{_TALK}'/>"
    yield f"<label id='{_BYE}'/>"
    yield _answer("200 OK")
    yield f"<nop next='{_OVER}'/>"
    yield f"<label id='{_CANCELLED}'/>"
    yield _answer("200 OK")
    yield _send(
        "SIP/2.0 487 Request Terminated\n[last_Via:]\n[last_From:]\n[last_To:];tag=[pid]-[call_number]\n"
        f"[last_Call-ID:]\nCSeq: [$cseq] INVITE\n{_NO_BODY}"
    )
    yield "<recv request='ACK'/>"


_END = f"<label id='{_OVER}'/>\n<nop/>\n</scenario>\n"


def _life(outcome: Outcome, label: int, sounds: Path) -> Iterator[str]:
    if outcome.rings_s is not None:
        yield _answer("183 Session Progress", _SOUND) if outcome.early else _answer("180 Ringing")
        yield from _wait(outcome.rings_s, "CANCEL", label + 100, _CANCELLED)
    if outcome.final:
        yield _answer(outcome.final)
        yield f"<recv request='ACK' next='{_OVER}'/>"
        return
    yield _answer("200 OK", _SOUND, "retrans='500'")
    yield "<recv request='ACK' crlf='true'/>"
    if outcome.plays:
        sound = sounds / f"{outcome.plays}.ul"
        yield f"<nop><action><exec rtp_stream='{sound},1,0,PCMU/8000'/></action></nop>"
    for place, key in enumerate(outcome.keys):
        yield from _wait(0.5 if place else 0.4, "BYE", label + 200 + 100 * place, _BYE)
        rest = f"Content-Type: application/dtmf-relay\nContent-Length: [len]\n\nSignal={key}\nDuration=160"
        yield _send(_IN_DIALOGUE.format(method="INFO", number=2 + place, rest=rest), "retrans='500'")
        yield "<recv response='200'/>"
    if outcome.talks_s is not None:
        yield from _wait(outcome.talks_s, "BYE", label + 600, _BYE)
        yield _send(_IN_DIALOGUE.format(method="BYE", number=9, rest=_NO_BODY), "retrans='500'")
        yield f"<recv response='200' next='{_OVER}'/>"
    else:
        yield f"<nop next='{_TALK}'/>"


def _wait(seconds: float, request: str, label: int, on_request: int) -> Iterator[str]:
    """Wait, unless `request` comes: a pause would not notice it."""
    yield f"<recv request='{request}' timeout='{seconds * 1000:.0f}' ontimeout='{label}' next='{on_request}'/>"
    yield f"<label id='{label}'/>"


class Carrier:
    """SIPp on a port of the loopback interface.

    Parameters
    ----------
    programs : Path
        From `tools.rig.packages.install`.
    folder : Path
        For the scenario and the logs; made when it is missing.
    port, media_port : int
        Where it listens.
    """

    def __init__(self, programs: Path, folder: Path, port: int, media_port: int) -> None:
        self.port, self._folder = port, folder
        folder.mkdir(parents=True, exist_ok=True)
        write_carrier_sounds(folder)
        (folder / "carrier.xml").write_text(scenario(folder))
        self._command = [
            str(programs / "bin/sipp"), "-sf", "carrier.xml", "-i", "127.0.0.1", "-p", str(port), "-mi", "127.0.0.1",
            "-mp", str(media_port), "-nostdin", "-aa", "-t", "u1", "-trace_err", "-error_file", "errors.log",
            "-trace_logs", "-log_file",
        ]  # fmt: skip
        self._starts = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id; 0 when it does not run."""
        return self._process.pid if self._process else 0

    def dialled(self) -> list[str]:
        """Return every number that was dialled since the start, once for each time."""
        logs = [self._folder / f"dialled.{start}" for start in range(self._starts)]
        texts = [log.read_text(errors="replace") for log in logs if log.exists()]
        return [found for text in texts for found in re.findall(r"sip:([+0-9]+)@", text)]

    def start(self) -> None:
        """Start; `RigError` when it does not come up."""
        with (self._folder / "screen.log").open("wb") as log:
            command = [*self._command, f"dialled.{self._starts}"]
            self._starts += 1
            self._process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        wait_for("SIPp", self._process, lambda: _listens_on_udp(self.port), self._folder / "screen.log")

    def stop(self) -> None:
        """Stop at once, without a word to anybody."""
        end(self._process)
        self._process = None


def _listens_on_udp(port: int) -> bool:
    wanted = f":{port:04X}"
    return any(line.split()[1].endswith(wanted) for line in Path("/proc/net/udp").read_text().splitlines()[1:])
