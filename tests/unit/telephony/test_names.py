"""What calls and agents are called inside a telephone system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telephony.names import LONGEST, Names, decode, encode
from dialer.core.errors import PortError
from tests.unit.telephony.parts import NAMES


@given(st.text())
def test_a_name_is_decoded_to_what_was_encoded(text: str) -> None:
    try:
        coded = encode(text)
    except UnicodeEncodeError:  # half of a surrogate pair is no text
        return
    assert decode(coded) == (text or None)
    assert all(letter.isascii() and (letter.isalnum() or letter in "_@-~") for letter in coded)


@given(st.text(alphabet="abc~0A9F/.@\n"))
def test_what_was_not_encoded_is_nobodys_name(text: str) -> None:
    decoded = decode(text)
    assert decoded is None or encode(decoded) == text or "~" in text


def test_ids_tell_calls_agents_and_others_apart() -> None:
    call, leg = NAMES.call("floor/a.1@2026-11-22/1"), NAMES.leg("a.01", 7)
    assert NAMES.call_of(call) == "floor/a.1@2026-11-22/1"
    assert NAMES.is_call(call) and not NAMES.is_leg(call) and NAMES.agent_of(call) is None
    assert NAMES.agent_of(leg) == NAMES.agent_of(NAMES.desk("a.01")) == "a.01"
    assert NAMES.is_leg(leg) and not NAMES.is_leg(f"{leg};2") and NAMES.call_of(leg) is None
    assert Names("other").call_of(call) is None and not Names("other").is_call(call)


def test_a_name_that_asterisk_would_cut_is_refused() -> None:
    NAMES.call("x" * 100)
    with pytest.raises(PortError, match="too long"):
        NAMES.call("x" * LONGEST)
