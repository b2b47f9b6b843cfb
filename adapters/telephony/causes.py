"""Why a call that nobody answered came to its end: Q.850's and SIP's causes in the words of the kernel.

Q.850 (ITU-T, 05/1998) names the causes, RFC 3398 relates SIP's answers to them. What a carrier says in SIP is
more exact than what a telephone system makes of it, so it goes first. A cause that is not here is ``unknown``.
"""

from __future__ import annotations

SIP = {
    **dict.fromkeys((404, 410, 484, 485, 604), "not_in_service"),
    **dict.fromkeys((486, 600), "busy"),
    **dict.fromkeys((603, 607, 608), "rejected"),  # 607 RFC 8197, 608 RFC 8688
    **dict.fromkeys((480, 408), "no_answer"),
    **dict.fromkeys(
        (400, 401, 402, 403, 405, 406, 407, 413, 414, 415, 416, 420, 421, 423, 481, 482, 483), "congestion"
    ),
    **dict.fromkeys((488, 491, 493, 606), "congestion"),
    **dict.fromkeys((500, 501, 502, 503, 504, 505, 513, 580), "congestion"),
    487: "cancelled",
}
"""SIP's final answers. 403 is the network's refusal and not the person's."""

Q850 = {
    **dict.fromkeys((1, 5, 22, 28), "not_in_service"),
    **dict.fromkeys((18, 19, 20), "no_answer"),
    17: "busy",
    **dict.fromkeys((21, 24), "rejected"),
    **dict.fromkeys((16, 31), "normal"),
    26: "cancelled",  # somebody else took it
    **dict.fromkeys((2, 3, 6, 7, 8, 9, 23, 25, 27, 29, 30), "congestion"),
    **dict.fromkeys((34, 38, 39, 40, 41, 42, 43, 44, 46, 47), "congestion"),
    **dict.fromkeys((49, 50, 52, 53, 54, 55, 57, 58, 62, 63, 65, 66, 69, 70, 79), "congestion"),
    **dict.fromkeys((81, 82, 83, 84, 85, 86, 87, 88, 90, 91, 95, 96, 97, 98, 99, 100, 101, 102, 103), "congestion"),
    **dict.fromkeys((110, 111), "congestion"),
    127: "unknown",  # another network, which does not say
}
"""Q.850's causes."""


def cause_of(q850: int, sip: int | None, *, rang: bool, said_so: bool) -> str:
    """Return a word of `dialer.core.call.CAUSES`.

    Parameters
    ----------
    q850, sip : int
        The telephone system's cause, and the SIP answer behind it where there is one.
    rang : bool
        Whether the far end ever rang.
    said_so : bool
        Whether the far end ended the call. When it did not, our ring time-out did: a line that has not
        even rung by then leads nowhere, which says nothing about the person.
    """
    cause = SIP.get(sip or 0) or Q850.get(q850, "unknown")
    if cause == "no_answer" and not said_so and not rang:
        return "congestion"
    return cause
