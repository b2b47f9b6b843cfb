"""What a run's file may say about Asterisk, and which numbers are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.telephony.asterisk import AsteriskTelephony
from dialer.core.errors import ConfigErrors
from tests.unit.telephony.asterisk.parts import NODE, section
from tests.unit.telephony.parts import HandClock, refuses_the_number


@pytest.mark.parametrize(("change", "place", "says"), [
    ({"nodes": [NODE | {"url": "http://u:p@host:8088"}]}, "nodes[0].url", "not the address of a server"),
    ({"nodes": [NODE | {"url": "http://host:8088/ari?api_key=u:p"}]}, "nodes[0].url", "not the address of a server"),
    ({"nodes": [NODE | {"password": ""}]}, "nodes[0].password", "the password is empty"),
    ({"nodes": [NODE, NODE]}, "nodes", "two nodes have one name"),
    ({"nodes": [NODE, NODE | {"name": "b"}]}, "", "connected to one node"),
    ({"endpoint": "PJSIP/carrier"}, "endpoint", "must have {number} once"),
    ({"endpoint": "PJSIP/{number}@a\r\nb"}, "endpoint", "must not reach"),
    ({"caller_id": "Acme <1>"}, "caller_id", "match"),
    ({"app": "a/b"}, "app", "match"),
    ({"sounds": {"safe_harbour": "/tmp/x.wav"}}, "sounds", "no recording"),
    ({"agents": {"endpoint": "PJSIP/1001"}}, "agents.endpoint", "must have {agent} once"),
    ({"detection": {"limit_s": 3.0}}, "detection.limit_s", "less than or equal to 1.8"),
])  # fmt: skip
def test_a_bad_configuration_is_refused_at_its_place(change: dict[str, Any], place: str, says: str) -> None:
    with pytest.raises(ConfigErrors) as refused:
        section(**change)
    (error,) = refused.value.errors
    assert says in str(error) and place in str(error)
    assert "run.yaml:1:" in str(error)
    assert "secret-word" not in str(error)


def test_the_password_is_in_no_text() -> None:
    assert "secret-word" not in repr(section()) + str(section())


@pytest.mark.parametrize("number", ["+1202\r\nX: y", "12025550101", "+1202555010a", "", "+1 202 555 0101"])
def test_what_is_no_number_is_refused_before_anything_is_sent(number: str, tmp_path: Path) -> None:
    refuses_the_number(AsteriskTelephony(section(), lambda _: number, HandClock()), number, tmp_path)
