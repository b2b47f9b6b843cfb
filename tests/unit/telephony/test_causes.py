"""Why a call came to its end, in the words of the kernel."""

from __future__ import annotations

import pytest

from adapters.telephony.causes import Q850, SIP, cause_of
from dialer.core.call import CAUSES


def test_every_cause_is_a_word_of_the_kernel() -> None:
    assert {*Q850.values(), *SIP.values()} <= set(CAUSES)


@pytest.mark.parametrize(("q850", "sip", "rang", "said_so", "cause"), [
    (17, 486, True, True, "busy"),
    (34, 503, False, True, "congestion"),
    (1, 404, False, True, "not_in_service"),
    (21, 603, True, True, "rejected"),
    (21, 403, False, True, "congestion"),
    (19, 480, True, False, "no_answer"),
    (19, 480, False, False, "congestion"),  # not even a ring: the trunk is dead
    (19, 480, False, True, "no_answer"),  # the telephone is switched off
    (127, None, False, True, "unknown"),
    (0, None, False, False, "unknown"),
    (77, None, True, True, "unknown"),
    (17, None, True, True, "busy"),
    (16, 699, True, True, "normal"),
])  # fmt: skip
def test_causes(q850: int, sip: int | None, *, rang: bool, said_so: bool, cause: str) -> None:
    assert cause_of(q850, sip, rang=rang, said_so=said_so) == cause
