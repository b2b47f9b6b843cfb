"""The one rule for events of the same instant.

``(t_ns, class rank, subject, seq)``: first what is asked of the engine, then leads, then agents (so
that somebody who becomes free takes the call that is answered at that instant), then calls, then
timers (so that a call saved at the last instant is saved). Within a class the subject's name decides
and not the order of arrival, because two runtimes need not see simultaneous facts arrive in the same
order. `seq`, the order of arrival, is left for facts of one subject.
"""

from __future__ import annotations

from dialer.core import events as e

_RANK_AND_SUBJECT: dict[type, tuple[int, str]] = {
    e.EngineStarted: (0, ""),
    e.HangUpAllRequested: (0, ""),
    e.DrainRequested: (0, ""),
    e.PortChanged: (0, "port"),
    e.CampaignPauseRequested: (0, "campaign"),
    e.CampaignResumeRequested: (0, "campaign"),
    e.SuppressionAdded: (0, "key"),
    e.ContactReceived: (0, "person"),
    e.ContactsRemembered: (0, ""),
    e.ConsentGiven: (0, "person"),
    e.ConsentWithdrawn: (0, "person"),
    e.LeadsAdded: (1, "campaign"),
    e.AgentLoggedIn: (2, "agent"),
    e.AgentLoggedOut: (2, "agent"),
    e.AgentReady: (2, "agent"),
    e.AgentPauseRequested: (2, "agent"),
    e.AgentLeaveAnnounced: (2, "agent"),
    e.OfferAccepted: (2, "agent"),
    e.OfferSkipped: (2, "agent"),
    e.CaseClaimed: (2, "agent"),
    e.CaseRenewed: (2, "agent"),
    e.CaseReturned: (2, "agent"),
    e.ScriptAnswered: (3, "call"),
    e.CallDispositioned: (3, "call"),
    e.HandOverRequested: (3, "call"),
    e.CallRinging: (3, "call"),
    e.CallAnswered: (3, "call"),
    e.CallBridged: (3, "call"),
    e.BridgeFailed: (3, "call"),
    e.HandOverFailed: (3, "call"),
    e.CallRecorded: (3, "call"),
    e.KeyPressed: (3, "call"),
    e.IntentHeard: (3, "call"),
    e.CallEnded: (3, "call"),
    e.CallReported: (3, "call"),
    e.MessageFinished: (3, "call"),
    e.TransferRequested: (3, "call"),
    e.TimerFired: (4, "timer"),
}


def subject(event: e.Event) -> str:
    """Return the reference of what the event is about; empty for the engine itself."""
    field = _RANK_AND_SUBJECT[type(event)][1]
    return getattr(event, field) if field else ""


def order_key(event: e.Event, seq: int) -> tuple[int, int, str, int]:
    """Return the sort key of an event that arrived as number `seq`."""
    rank, field = _RANK_AND_SUBJECT[type(event)]
    return event.t_ns, rank, getattr(event, field) if field else "", seq
