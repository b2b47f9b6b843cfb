"""What the FreeSWITCH adapter refuses: a wrong password, and what is no number."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from adapters.telephony.freeswitch import FreeswitchSection, FreeswitchTelephony
from dialer.core.errors import PortError
from strategies.document import Document
from tests.conformance.telephony.event_socket import EventSocket
from tests.conformance.telephony.test_freeswitch import PASSWORD, telephony
from tests.unit.telephony.freeswitch.parts import section
from tests.unit.telephony.parts import HandClock, refuses_the_number


def test_the_password_is_in_no_text() -> None:
    assert PASSWORD not in repr(section()) + str(section())


def test_a_wrong_password_is_refused_without_naming_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        socket = EventSocket("another")
        await socket.start()
        data = telephony(socket.port, tmp_path / "calls")
        port = FreeswitchTelephony(
            Document("run.yaml", json.dumps(data)).validate(FreeswitchSection), lambda _: "", HandClock()
        )
        try:
            with pytest.raises(PortError, match="the password is wrong") as refused:
                await port.start(lambda _: None)
        finally:
            await socket.die()
        assert PASSWORD not in str(refused.value) and not refused.value.retryable

    asyncio.run(main())
    assert PASSWORD not in "".join(capsys.readouterr())


@pytest.mark.parametrize("number", ["+1202\n\napi fsctl shutdown", "12025550101", "+1202555010a", "", "+1,user/1"])
def test_what_is_no_number_is_refused_before_anything_is_sent(number: str, tmp_path: Path) -> None:
    refuses_the_number(FreeswitchTelephony(section(), lambda _: number, HandClock()), number, tmp_path)
