"""FreeSWITCH's hang-up causes: Q.850's by name, and some of its own (``switch_types.h`` of FreeSWITCH 1.10).

A name that is not here is ``unknown``.
"""

from __future__ import annotations

from adapters.telephony import causes

Q850 = {
    "UNALLOCATED_NUMBER": 1,
    "NO_ROUTE_TRANSIT_NET": 2,
    "NO_ROUTE_DESTINATION": 3,
    "CHANNEL_UNACCEPTABLE": 6,
    "CALL_AWARDED_DELIVERED": 7,
    "NORMAL_CLEARING": 16,
    "USER_BUSY": 17,
    "NO_USER_RESPONSE": 18,
    "NO_ANSWER": 19,
    "SUBSCRIBER_ABSENT": 20,
    "CALL_REJECTED": 21,
    "NUMBER_CHANGED": 22,
    "REDIRECTION_TO_NEW_DESTINATION": 23,
    "EXCHANGE_ROUTING_ERROR": 25,
    "DESTINATION_OUT_OF_ORDER": 27,
    "INVALID_NUMBER_FORMAT": 28,
    "FACILITY_REJECTED": 29,
    "RESPONSE_TO_STATUS_ENQUIRY": 30,
    "NORMAL_UNSPECIFIED": 31,
    "NORMAL_CIRCUIT_CONGESTION": 34,
    "NETWORK_OUT_OF_ORDER": 38,
    "NORMAL_TEMPORARY_FAILURE": 41,
    "SWITCH_CONGESTION": 42,
    "ACCESS_INFO_DISCARDED": 43,
    "REQUESTED_CHAN_UNAVAIL": 44,
    "FACILITY_NOT_SUBSCRIBED": 50,
    "OUTGOING_CALL_BARRED": 52,
    "INCOMING_CALL_BARRED": 54,
    "BEARERCAPABILITY_NOTAUTH": 57,
    "BEARERCAPABILITY_NOTAVAIL": 58,
    "SERVICE_UNAVAILABLE": 63,
    "BEARERCAPABILITY_NOTIMPL": 65,
    "CHAN_NOT_IMPLEMENTED": 66,
    "FACILITY_NOT_IMPLEMENTED": 69,
    "SERVICE_NOT_IMPLEMENTED": 79,
    "INVALID_CALL_REFERENCE": 81,
    "INCOMPATIBLE_DESTINATION": 88,
    "INVALID_MSG_UNSPECIFIED": 95,
    "MANDATORY_IE_MISSING": 96,
    "MESSAGE_TYPE_NONEXIST": 97,
    "WRONG_MESSAGE": 98,
    "IE_NONEXIST": 99,
    "INVALID_IE_CONTENTS": 100,
    "WRONG_CALL_STATE": 101,
    "RECOVERY_ON_TIMER_EXPIRE": 102,
    "MANDATORY_IE_LENGTH_ERROR": 103,
    "PROTOCOL_ERROR": 111,
    "INTERWORKING": 127,
    # These are FreeSWITCH's own, with the meaning of one of Q.850's.
    "ALLOTTED_TIMEOUT": 19,
    "PROGRESS_TIMEOUT": 19,
    "NO_PICKUP": 19,
    "USER_NOT_REGISTERED": 20,
    "BUSY_EVERYWHERE": 17,
    "DECLINE": 21,
    "UNWANTED": 21,  # SIP 607
    "REJECT_ALL": 21,  # SIP 608
    "DOES_NOT_EXIST_ANYWHERE": 1,
}
"""The number of every name that has one in Q.850, or that means one."""

OURS = frozenset({
    "CRASH", "GATEWAY_DOWN", "INVALID_GATEWAY", "INVALID_PROFILE", "INVALID_URL", "MANAGER_REQUEST", "SYSTEM_SHUTDOWN",
})  # fmt: skip
"""The node's own failures. They say nothing about the number; a node that has many of them in a row rests."""

OTHERS = {
    **dict.fromkeys(OURS, "congestion"),
    **dict.fromkeys(("BAD_IDENTITY_INFO", "INVALID_IDENTITY", "NO_IDENTITY", "STALE_DATE"), "congestion"),  # RFC 8224
    **dict.fromkeys(("UNSUPPORTED_CERTIFICATE", "NOT_ACCEPTABLE", "PRE_EMPTED", "USER_CHALLENGE"), "congestion"),
    **dict.fromkeys(("MEDIA_TIMEOUT", "SRTP_READ_ERROR"), "congestion"),
    **dict.fromkeys(("ORIGINATOR_CANCEL", "LOSE_RACE", "PICKED_OFF"), "cancelled"),
    **dict.fromkeys(("ATTENDED_TRANSFER", "BLIND_TRANSFER", "BOWOUT", "SUCCESS"), "normal"),
    "NONE": "unknown",
}
"""The names that mean nothing in Q.850."""


def cause_of(name: str, sip: int | None, *, rang: bool) -> str:
    """Return a word of `dialer.core.call.CAUSES`.

    Parameters
    ----------
    name : str
        FreeSWITCH's cause.
    sip : int | None
        The far end's answer in SIP; None when it gave none, so that we ended the call.
    rang : bool
        Whether the far end ever rang.
    """
    if sip in causes.SIP or name not in OTHERS:
        return causes.cause_of(Q850.get(name, 0), sip, rang=rang, said_so=sip is not None)
    return OTHERS[name]
