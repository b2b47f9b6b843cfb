"""The frozen settings of a run. They stand in the journal's manifest, so that a replay needs no file."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from pacing import ShareOf, Windows
from strategies.compliance.rulebook import Party, Rulebook
from strategies.flow.records import Flow
from strategies.script.records import Script

Mode = Literal["preview", "progressive", "ratio", "predictive", "robot", "robot_then_human"]


class Redial(msgspec.Struct, frozen=True):
    """What follows a disposition: another attempt after `delay_s`, at most `limit` times."""

    delay_s: float
    limit: int


DEFAULT_REDIAL: dict[str, Redial] = {
    "no_answer": Redial(2 * 3600, 3),
    "cancelled": Redial(2 * 3600, 3),
    "busy": Redial(15 * 60, 3),
    "rejected": Redial(4 * 3600, 1),
    "congestion": Redial(10 * 60, 3),
    "failed": Redial(3600, 2),
    "lost": Redial(4 * 3600, 2),
    "machine": Redial(3 * 3600, 2),
    "abandoned": Redial(72 * 3600, 1),
    "early_hangup": Redial(4 * 3600, 1),
    "not_in_service": Redial(60, 8),
    "wrong_number": Redial(60, 8),
    "third_party": Redial(24 * 3600, 2),
    "unverified": Redial(24 * 3600, 2),
    "callback": Redial(3600, 5),
}
"""House values; none of them is law. After ``not_in_service`` and ``wrong_number`` the next number of
the person is tried, never the same; ``callback`` takes its delay only when no time was agreed. An
abandoned person is left alone for 72 hours, the period of Ofcom's former policy."""


class StepSettings(msgspec.Struct, frozen=True):
    """What one step of the strategy has of its own.

    Attributes
    ----------
    redial : dict
        By disposition, in place of the campaign's; a disposition that is absent closes the lead. None: the
        campaign's.
    script : str
        The call script that leads its agents: a key of `RunSettings.scripts`; empty: none.
    """

    redial: dict[str, Redial] | None = None
    script: str = ""


class CampaignSettings(msgspec.Struct, frozen=True):
    """How one campaign is dialled.

    Attributes
    ----------
    id : str
        Its name; a slash is not allowed, since ids are joined with it.
    mode : str
        ``preview``, ``progressive``, ``ratio``, ``predictive``, ``robot``, or ``robot_then_human``: a robot
        answers, and whoever asks it for an agent gets one.
    pool : str
        Campaigns that name the same pool share its agents; all have one mode. Empty: agents of its own.
    priority : int
        Among campaigns that share agents, those with the higher number dial first; equal ones in turn, the
        one that has waited longest first.
    lines : int
        Calls of this campaign that may exist at once.
    calls_per_s : float
        Launches per second, averaged over one second.
    lines_per_agent : float
        For ``ratio``: lines dialled per idle agent.
    abandon_limit_share : float
        Largest share of abandoned calls; where a robot answers first, of persons who asked for an agent.
        0.03: 47 CFR 64.1200(a)(7) and 16 CFR 310.4(b)(4) for telemarketing; house policy for collections
        calls.
    abandon_share_of : str
        What the limit is a share of: ``answered`` by a person (the same rules), ``connected``: picked up by a
        person or a machine, or ``placed``. See `pacing.ledger.Ledger`.
    abandon_window_s : float
        How long a window is: a day, or 2,592,000 for the 30 days of 47 CFR 64.1200(a)(7).
    abandon_windows : str
        The limit holds in ``successive`` windows from the first call on, as the same rule counts, or in the
        ``rolling`` one that ends whenever somebody is abandoned. See `pacing.ledger.Ledger`.
    shift_s : float
        How long the floor works in a window: budget that answers until then will surely earn may be lent
        before. 0, as it must be where the window rolls: nothing is lent.
    abandon_clock : str
        From when a person waits: ``answer``, when the call was picked up, or ``greeting_end``, when the carrier
        has told a person from a machine by the greeting. The same rules count from the end of the greeting;
        the answer is stricter, and the default. Amazon Connect offers both (`connectionStartPoint`).
    detection_false_positive_share : float
        Share of the calls taken for machines that a person had answered; what they cost is taken off the
        limit. 0: no machine detection. See `pacing.ledger.Ledger`.
    answer_grace_s : float
        Seconds from then, or from asking a robot for an agent, to the agent: 2 s by the same rules.
    ring_timeout_s : float
        Ring time before hanging up. At least 15 s in the same rules.
    wrap_limit_s, offer_timeout_s : float
        After-call work, and time to answer a preview offer, in seconds.
    skip_delay_s : float
        How long a skipped lead rests.
    hours : tuple of (int, int)
        When it dials: from and to, in minutes of the floor's day; empty: at any time. Nothing is launched that
        might be answered later.
    zone : str
        The floor's time zone, for `hours`.
    transfer_share, robot_s : float
        For ``robot_then_human``: what is believed at first of the share of those who ask the robot for an agent, and
        of how long it talks before, in seconds; both are learned.
    max_attempts : int
        Calls per lead in this campaign's life.
    redial : dict
        By disposition; a disposition that is absent closes the lead.
    steps : dict
        By step, for leads of steps that have rules of their own.
    party_scripts : dict
        By other party, the call script that leads the agents who talk to it: a key of `RunSettings.scripts`.
    safe_harbour, robot_message : str
        Names of recorded messages.
    whisper : str
        Name of a recording that only the agent hears as a conversation begins; empty: none.
    flow : str
        What the robot follows instead of one message: a key of `RunSettings.flows`; empty: none.
    opt_out_key : str
        What an abandoned person presses during the message to be called no more (47 CFR 64.1200(a)(7)(i)(B)).
    purpose : str
        ``collections``, ``telemarketing`` or ``informational``; selects the rules.
    strategy : str
        Name and content hash of the strategy that planned it.
    """

    id: str
    mode: Mode
    pool: str = ""
    priority: int = 0
    lines: int = 100
    calls_per_s: float = 10.0
    lines_per_agent: float = 1.0
    abandon_limit_share: float = 0.03
    abandon_share_of: ShareOf = "answered"
    abandon_window_s: float = 86_400.0
    abandon_windows: Windows = "successive"
    shift_s: float = 0.0
    abandon_clock: Literal["answer", "greeting_end"] = "answer"
    detection_false_positive_share: float = 0.0
    answer_grace_s: float = 2.0
    ring_timeout_s: float = 26.0
    wrap_limit_s: float = 120.0
    offer_timeout_s: float = 30.0
    skip_delay_s: float = 1800.0
    hours: tuple[tuple[int, int], ...] = ()
    zone: str = "UTC"
    transfer_share: float = 0.3
    robot_s: float = 40.0
    max_attempts: int = 7
    redial: dict[str, Redial] = msgspec.field(default_factory=lambda: dict(DEFAULT_REDIAL))
    steps: dict[str, StepSettings] = {}
    party_scripts: dict[Party, str] = {}
    safe_harbour: str = "safe_harbour"
    robot_message: str = "reminder"
    whisper: str = ""
    flow: str = ""
    opt_out_key: str = "9"
    purpose: Literal["collections", "telemarketing", "informational"] = "collections"
    strategy: str = ""

    def redial_of(self, step: str) -> dict[str, Redial]:
        """Return what follows each disposition of a call for `step`."""
        own = self.steps.get(step)
        return self.redial if own is None or own.redial is None else own.redial

    @property
    def horizon_s(self) -> float:
        """How long after its launch a call may still find its agent missing; longer where a robot talks first."""
        robot_s = self.robot_s if self.mode == "robot_then_human" else 0.0
        return self.ring_timeout_s + robot_s + self.answer_grace_s

    @property
    def in_flight(self) -> tuple[str, ...]:
        """The states of calls that may still come to need an agent."""
        return ("placed", "ringing", "robot") if self.mode == "robot_then_human" else ("placed", "ringing")

    @property
    def robot_answers(self) -> bool:
        """Whether a robot speaks first to whoever picks up."""
        return self.mode in ("robot", "robot_then_human")


class Learned(msgspec.Struct, frozen=True):
    """What pacing learned in a former run: the hash of its file, and by campaign what the pacer begins with."""

    sha256: str
    campaigns: dict[str, dict[str, Any]]


class LeaseSettings(msgspec.Struct, frozen=True):
    """How agents claim accounts: at most `limit` at a time each, for `lease_s` seconds."""

    limit: int
    lease_s: float


class RunSettings(msgspec.Struct, frozen=True):
    """Everything that decides what the kernel does, besides the events.

    `scripts`, `flows`: by their identity. `lease`: None when no account is claimed. `flags`: see `dialer.core.flags`.
    """

    campaigns: tuple[CampaignSettings, ...]
    rulebook: Rulebook
    learned: Learned | None = None
    scripts: dict[str, Script] = {}
    lease: LeaseSettings | None = None
    flows: dict[str, Flow] = {}
    flags: tuple[str, ...] = ()

    def pools(self) -> list[tuple[str, ...]]:
        """Return the campaigns by who shares agents: every campaign once, most of them alone."""
        pools: dict[tuple[str, str], tuple[str, ...]] = {}
        for campaign in self.campaigns:
            key = (campaign.pool, "" if campaign.pool else campaign.id)
            pools[key] = (*pools.get(key, ()), campaign.id)
        return list(pools.values())
