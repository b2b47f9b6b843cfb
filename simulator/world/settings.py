"""What the simulated world is like. Every default says where it comes from; what has no source says so.

Sources named more than once:

- *PhoneBurner*: "Best time of day for sales calls", more than 11 million US calls by the callee's local
  hour, phoneburner.com/blog/sales-stats-2-best-time-of-day-for-sales-calls.
- *bank*: Moro, Cortez, Rita, "Bank Marketing", UCI repository, 45,211 outbound clients of 2008-2010.
- *VoIP provider*: totals of a virtual-telephony provider, August to November 2019, 595,824 outgoing calls
  (github.com/RafaelGonzalezAlfaro/Telecom_operadores_ineficaces).
- *UNICOM*: UNICOM Intelligence dialer manual, logs of about 500,000 UK and US calls.
"""

from __future__ import annotations

from datetime import time
from re import fullmatch
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from dialer.core.call import AGENT_DISPOSITIONS
from dialer.core.units import ns
from simulator.world.laws import Constant, Exponential, Frozen, Gamma, Law, Lognormal, Uniform

Share = Annotated[float, Field(ge=0, le=1)]

_PHONEBURNER = (
    *(0.0231,) * 7,
    *(0.0373, 0.1184, 0.1409, 0.1553, 0.1495, 0.1353, 0.1441, 0.1501, 0.1444, 0.1407),
    *(0.1258, 0.1239, 0.1259, 0.1181, 0.1209, 0.0231, 0.0231),
)


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("this is not an IANA time zone; write a name such as America/New_York")
    return name


_TIME_OF_DAY = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"


def _clock_text(value: object) -> object:
    if isinstance(value, time) or (isinstance(value, str) and fullmatch(_TIME_OF_DAY, value)):
        return value
    raise ValueError('this is not a time of day; write it in quotes with two digits each, as "09:00"')


TimeOfDay = Annotated[time, BeforeValidator(_clock_text)]


class Outcome(Frozen):
    """One way for a conversation to go: its share of all conversations, and how long it takes."""

    share: Share
    talk: Law


_SHORT = Exponential(mean_s=25.0)
_TALK = Lognormal(mu=5.047, sigma=0.895)
_PROMISE = Lognormal(mu=6.037, sigma=0.726)

DEFAULT_OUTCOMES = {
    "promise": Outcome(share=0.15, talk=_PROMISE),
    "contact": Outcome(share=0.30, talk=_TALK),
    "refusal": Outcome(share=0.20, talk=_SHORT),
    "third_party": Outcome(share=0.14, talk=_SHORT),
    "wrong_number": Outcome(share=0.08, talk=_SHORT),
    "callback": Outcome(share=0.08, talk=_SHORT),
    "dispute": Outcome(share=0.03, talk=_TALK),
    "do_not_call": Outcome(share=0.02, talk=_SHORT),
}
"""Talk: bank, lognormal fits of talks without a sale (mean 221 s) and with one (537 s), a promise being
the sale; short talks: a quarter of the VoIP provider's answered calls last under 28 s. Shares: promise
as the bank's sale rate at the first contact (14.6 %), wrong number 8 % (CallTime.AI, 200,000 calls);
the others are house estimates."""


class PeopleSettings(Frozen):
    """The people who are called.

    Attributes
    ----------
    answer_share_by_hour : tuple of 24 floats
        Chance that a person answers, by the person's local hour. PhoneBurner's shape times 1.5, which
        brings the day to the 20.8 % of MightyCall (187,684 weekday calls connected for 30 s or more);
        hours without a figure take that of 6 h.
    weekday_factor : tuple of 7 floats
        A factor on that chance for each local weekday, from Monday. All alike: the VoIP provider's answers
        differ by 1 % between weekdays, those of bank's Mondays to Fridays by 10 % around their mean.
    segment_factor : dict
        By segment, a factor on that chance; 1 for a segment that is not named.
    reachability_concentration : float or None
        Persons differ: each has a chance of their own, beta-distributed around the mean, drawn once
        per person. 6.9 makes the chance of success fall from .42 to .18 over ten contacts, as the
        bank's does. None: all alike.
    machine_share, busy_share, rejected_share : float
        Of the calls that no person answers. 28 % machines of all calls (CallHub 2020, 2.2 million
        calls) and 3-6 % busy (UNICOM) at 20 % answered; rejected is a house estimate.
    ring : Law
        Ringing until a person answers. VoIP provider, 1,861 single calls, mean 12.6 s.
    machine_ring : Law
        Ringing until a machine answers. UNICOM: answered calls peak a second time at 18-22 s.
    patience : Law or None
        How long an answered person stays with nobody on the line. The Bell Canada model
        (Deslauriers et al., Comput. Oper. Res. 34, 2007) gives up after 5 s. None: for ever.
    robot_talk : Law
        How long a person talks with a robot until it is done or the person asks for an agent. A house
        estimate.
    transfer_share : float
        Share of these who ask for an agent. A house estimate.
    outcomes : dict
        By disposition, see `DEFAULT_OUTCOMES`.
    callback_after : Law
        When somebody who asks to be called back wants it; a house estimate.
    promise_median_cents : int
        Amount of a promise; half are below it. 5 % of a mean card bill of NT$ 53,000, the median
        share that is paid (UCI "default of credit card clients", bucket 0).
    promise_sigma : float
        Standard deviation of its logarithm; from the quartiles 4 % and 10 % of the same data.
    """

    answer_share_by_hour: tuple[Share, ...] = Field(
        default=tuple(round(1.5 * share, 4) for share in _PHONEBURNER), min_length=24, max_length=24
    )
    weekday_factor: tuple[Annotated[float, Field(ge=0)], ...] = Field(default=(1.0,) * 7, min_length=7, max_length=7)
    segment_factor: dict[str, Annotated[float, Field(ge=0)]] = {}
    reachability_concentration: Annotated[float, Field(gt=0)] | None = 6.9
    machine_share: Share = 0.35
    busy_share: Share = 0.05
    rejected_share: Share = 0.02
    ring: Law = Gamma(shape=1.884, scale_s=6.725)
    machine_ring: Law = Gamma(shape=100.0, scale_s=0.2)
    patience: Law | None = Exponential(mean_s=5.0)
    robot_talk: Law = Uniform(low_s=20.0, high_s=60.0)
    transfer_share: Share = 0.3
    outcomes: dict[str, Outcome] = DEFAULT_OUTCOMES
    callback_after: Law = Exponential(mean_s=7200.0)
    promise_median_cents: int = Field(default=265_000, gt=0)
    promise_sigma: float = Field(default=0.68, ge=0)

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if self.machine_share + self.busy_share + self.rejected_share > 1:
            raise ValueError(
                "machine_share, busy_share and rejected_share may not exceed 1 together; lower one of them"
            )
        unknown = sorted(set(self.outcomes) - set(AGENT_DISPOSITIONS))
        if unknown:
            raise ValueError(
                f"no disposition {', '.join(unknown)} of an agent; allowed: {', '.join(AGENT_DISPOSITIONS)}"
            )
        if abs(sum(outcome.share for outcome in self.outcomes.values()) - 1) > 1e-9:
            raise ValueError("the shares of the outcomes are not 1 together; they must add up to 1")
        return self


class CarrierSettings(Frozen):
    """The telephone network.

    Attributes
    ----------
    set_up : Law
        From dialling to ringing. 3 s, as the target mean of ITU-T E.721 (05/99) for a local
        connection; quoted from memory, unverified.
    not_in_service_share : float
        Share of the numbers that do not exist. UNICOM: 10 % of random numbers; fewer on a list of
        clients, a house estimate.
    congestion_share : float
        Share of the calls that the network refuses. 2 %, as ITU-T E.721's target for local
        calls; quoted from memory, unverified.
    detection : Law or None
        From the pick-up until the carrier tells a person from a machine. None: at once, and never wrong.
        Asterisk's AMD takes up to 5 s, 3.5 s when tuned (its `total_analysis_time`).
    taken_for_machine_share : float
        Share of the persons whom detection takes for machines. Published claims of its errors run from 35 %
        down to 0.3 %, so this is to be measured.
    message : Law
        Length of a recorded message. A house estimate: who called, why, and how to opt out.
    voicemail_limit_s : float
        A machine hangs up by itself after this long. A house estimate.
    """

    set_up: Law = Constant(value_s=3.0)
    not_in_service_share: Share = 0.04
    congestion_share: Share = 0.02
    detection: Law | None = None
    taken_for_machine_share: Share = 0.0
    message: Law = Constant(value_s=8.0)
    voicemail_limit_s: float = Field(default=120.0, gt=0)


class Break(Frozen):
    """A pause that every agent takes: so long after the start of the shift, plus up to `spread_s`."""

    name: str = Field(min_length=1)
    after_s: float = Field(ge=0)
    spread_s: float = Field(default=0.0, ge=0)
    length_s: float = Field(gt=0)


DEFAULT_BREAKS = (
    Break(name="morning_break", after_s=6300, spread_s=1800, length_s=900),
    Break(name="lunch", after_s=12600, spread_s=5400, length_s=2700),
    Break(name="afternoon_break", after_s=22500, spread_s=1800, length_s=900),
)
"""Rest periods run from 5 to about 20 minutes (29 CFR 785.18), a meal ordinarily takes 30 minutes or more
(785.19); the hours are house estimates."""


class FloorSettings(Frozen):
    """The agents.

    Attributes
    ----------
    agents : int
        How many.
    zone : str
        Time zone of the floor.
    shift_start, shift_end : time
        Local time of day; the end is later than the start.
    log_in_spread_s : float
        Agents log in within so many seconds of the start. A house estimate.
    settle : Law
        From logging in, or from being paused unasked, to pressing "ready". A house estimate.
    breaks : tuple of Break
        See `DEFAULT_BREAKS`.
    announce_s : float
        How long before a break, and before the end of the shift, the desktop announces it; 0: never. A house
        estimate.
    speed_sigma : float
        Agents differ: standard deviation of the logarithm of the factor on an agent's talk and wrap.
        .21 between 312 agents of VANAD Laboratories, Rotterdam, 2014.
    wrap : Law
        Work after a call. A house estimate of 30 s with the spread of a talk.
    decision : Law
        Preview: reading a lead before accepting or skipping it. A house estimate.
    skip_share : float
        Preview: share of the offers that are skipped. A house estimate.
    """

    agents: int = Field(default=20, ge=0, le=10_000)
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    shift_start: TimeOfDay = time(9)
    shift_end: TimeOfDay = time(18)
    log_in_spread_s: float = Field(default=120.0, ge=0)
    settle: Law = Constant(value_s=5.0)
    breaks: tuple[Break, ...] = DEFAULT_BREAKS
    announce_s: float = Field(default=180.0, ge=0)
    speed_sigma: float = Field(default=0.2, ge=0)
    wrap: Law = Lognormal(mu=3.0, sigma=0.895)
    decision: Law = Lognormal(mu=2.3, sigma=0.6)
    skip_share: Share = 0.05

    @model_validator(mode="after")
    def _end_after_start(self) -> Self:
        if self.shift_end <= self.shift_start:
            raise ValueError("shift_end must be later than shift_start; write a later time of the same day")
        return self

    @property
    def tz(self) -> ZoneInfo:
        """The zone as an object."""
        return ZoneInfo(self.zone)


class WorldSettings(Frozen):
    """The whole world.

    Attributes
    ----------
    seed : int
        Another seed, other people and other days.
    grid_s : float
        Everything happens at multiples of this many seconds; 0: at any nanosecond. For tests, in
        which simultaneous events shall be common.
    """

    seed: int = 0
    grid_s: float = Field(default=0.0, ge=0)
    people: PeopleSettings = PeopleSettings()
    carrier: CarrierSettings = CarrierSettings()
    floor: FloorSettings = FloorSettings()

    @property
    def grid_ns(self) -> int:
        """The grid in nanoseconds, at least 1."""
        return max(1, ns(self.grid_s))
