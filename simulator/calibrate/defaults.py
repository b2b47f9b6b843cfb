"""What stands in for a law that a history does not show, and where it comes from."""

from __future__ import annotations

from simulator.calibrate.estimate import Estimate
from simulator.calibrate.evidence import Evidence

_VOIP = "virtual-telephony provider, 595,824 calls of 2019"
_BANK = "UCI bank marketing, 45,211 clients (Moro, Cortez, Rita)"
_UNICOM = "UNICOM dialer manual, logs of about 500,000 calls"
_HOUSE = "house estimate"

DEFAULTS = {
    "people.answer_share_by_hour": "PhoneBurner, more than 11 million US calls, times 1.5",
    "people.reachability_concentration": f"6.9 from the closing hazard of {_BANK}",
    "people.ring": _VOIP,
    "people.machine_ring": _UNICOM,
    "people.patience": "Bell Canada model (Deslauriers et al. 2007)",
    "people.robot_talk": _HOUSE,
    "people.transfer_share": _HOUSE,
    "people.callback_after": _HOUSE,
    "people.outcomes": f"{_BANK}; short talks: {_VOIP}",
    "people.promise_median_cents": "UCI default of credit card clients (Yeh, Lien), share of a bill that is paid",
    "carrier.set_up": "ITU-T E.721, from memory",
    "carrier.detection": "none: told at once, and never wrong",
    "carrier.taken_for_machine_share": "no log shows it; it has to be measured by listening",
    "carrier.message": _HOUSE,
    "floor.wrap": f"{_HOUSE}: 30 s with the spread of a talk",
    "floor.speed_sigma": "VANAD Laboratories 2014, .21 between 312 agents",
    "floor.breaks": "29 CFR 785.18-19 for the lengths; the hours are house estimates",
    "floor.decision": f"{_HOUSE}; preview offers are not in a history",
}
"""By place in the world, the source of the default."""


def missing(evidence: Evidence) -> list[Estimate]:
    """Return the defaults that stand in, each with its source; they have no value of their own here."""
    found = set(evidence.laws)
    if evidence.answers is not None:
        found.add("people.answer_share_by_hour")
        if evidence.answers.concentration is not None:
            found.add("people.reachability_concentration")
    if evidence.outcomes:
        found.add("people.outcomes")
    if evidence.promise is not None:
        found.add("people.promise_median_cents")
    if evidence.robots[1]:
        found.add("people.transfer_share")
    if evidence.speed is not None:
        found.add("floor.speed_sigma")
    if evidence.pattern is not None:
        found.add("floor.breaks")
    return [Estimate(name, 0.0, 0.0, 0.0, 0, source) for name, source in DEFAULTS.items() if name not in found]
