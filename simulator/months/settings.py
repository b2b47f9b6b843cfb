"""What people who owe do over weeks, what contacts cost, and what the economy is like.

How a call goes (who answers, when, and how a conversation ends) is the world's: `simulator.world.settings`.
Every default says where it comes from; most payment figures are house estimates, to be replaced by
`paceline calibrate` on a floor's own history.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from simulator.world.laws import Frozen
from simulator.world.settings import Share


class CureSettings(Frozen):
    """How likely somebody who is late pays on a day without being asked, by days past due.

    The chance falls from `first` + `last` towards `last`, by a factor e every `fade_days`. House estimates,
    under which 45 in 100 pay within a month; the bend of the curve is where waiting stops paying off.

    Attributes
    ----------
    first, last : float
        Chance per day that goes away, and chance per day that stays.
    fade_days : float
        How fast the first part goes away.
    ability_sigma : float
        People differ: standard deviation of the logarithm of a factor on the chance, drawn once per person.
    """

    first: Share = 0.07
    last: Share = 0.004
    fade_days: float = Field(default=6.0, gt=0)
    ability_sigma: float = Field(default=0.8, ge=0)


class PaymentSettings(Frozen):
    """What is paid, and what was promised.

    Attributes
    ----------
    due_share : float
        Overdue after each month, as a share of the balance. 5 %: the median share of the bill that is
        paid (UCI "default of credit card clients").
    settles_share : float
        Share of the payments that settle all that is overdue; the others bring half of it. A house estimate.
    late_share : float
        Share of the due dates that pass unpaid. A house estimate.
    promise_days : int
        A promise is for 1 to so many days ahead. A house estimate.
    kept_share : float
        Share of the promises that are kept, before the person's own ability. A house estimate.
    kept_share_of : dict of str to float
        The same by segment, where one differs. `paceline calibrate` writes it.
    promise_factor : dict of str to float
        By segment: factor on the share of conversations that end in a promise (the world's
        ``people.outcomes.promise``). `paceline calibrate` writes it.
    message_lift, robot_lift, contact_lift : float
        Factor on the chance to pay after a message, a robot's call, a conversation. A prompt by a robot raised
        paying by 2.5 points of a month (Mazar, Mochon, Ariely); the others are house estimates.
    lift_days : int
        How long that lasts. A house estimate.
    """

    due_share: Annotated[float, Field(gt=0, le=1)] = 0.05
    settles_share: Share = 0.7
    late_share: Share = 0.05
    promise_days: int = Field(default=7, ge=1, le=60)
    kept_share: Share = 0.55
    kept_share_of: dict[str, Share] = {}
    promise_factor: dict[str, Annotated[float, Field(ge=0)]] = {}
    message_lift: float = Field(default=1.15, ge=0)
    robot_lift: float = Field(default=1.25, ge=0)
    contact_lift: float = Field(default=1.8, ge=0)
    lift_days: int = Field(default=3, ge=0)


class ComplaintSettings(Frozen):
    """A contact makes somebody complain with chance `share`, times `growth` for each contact of the week before.

    House estimates.
    """

    share: Share = 0.0003
    growth: float = Field(default=1.4, ge=1)


class CostSettings(Frozen):
    """What things cost, in hundredths of the currency. House estimates.

    Attributes
    ----------
    agent_hour : int
        An agent who is paid for an hour, on a call or not.
    attempt, message, letter : float
        A call that is placed; an SMS, e-mail or push; a letter.
    """

    agent_hour: int = Field(default=4_500, ge=0)
    attempt: float = Field(default=2.0, ge=0)
    message: float = Field(default=4.0, ge=0)
    letter: float = Field(default=150.0, ge=0)


class Roles(Frozen):
    """Which fields of the strategy mean what; a field that the strategy does not declare is left out.

    Attributes
    ----------
    past_due, age, to_due : tuple of str
        Days past due, 0 when nothing is; days that only ever grow; days until the due date, empty once past due.
    """

    past_due: tuple[str, ...] = ("days_past_due", "overdue_days")
    age: tuple[str, ...] = ("days_since_notice",)
    to_due: tuple[str, ...] = ("days_to_due",)
    balance: str = "balance"
    due_date: str = "due_date"
    promise_due: str = "promise_due"
    promised_amount: str = "promised_amount"
    promise_broken_on: str = "promise_broken_on"
    last_payment_on: str = "last_payment_on"
    last_payment: str = "last_payment"
    failed_attempts: str = "failed_attempts"
    last_contact_on: str = "last_contact_on"
    disputed: str = "disputed"
    complained: str = "complained"
    opted_out: str = "opted_out"


class Scenario(Frozen):
    """The economy, as factors on the usual: the chance to answer, the chance to pay, the share that becomes late."""

    about: str = ""
    answer: float = Field(default=1.0, ge=0)
    pay: float = Field(default=1.0, ge=0)
    late: float = Field(default=1.0, ge=0)


class MonthsSettings(Frozen):
    """All of it.

    Attributes
    ----------
    occupancy_share : float or None
        Share of the staffed time in which agents talk or wrap up. None: what the exact limit of the floor allows
        at `abandon_limit_share` (`pacing.optimal`), times .97; Paceline reaches 97 to 99.8 % of it (docs/pacing.md).
    """

    cure: CureSettings = CureSettings()
    payment: PaymentSettings = PaymentSettings()
    complaints: ComplaintSettings = ComplaintSettings()
    cost: CostSettings = CostSettings()
    fields: Roles = Roles()
    occupancy_share: Annotated[float, Field(gt=0, le=1)] | None = None
    abandon_limit_share: Annotated[float, Field(ge=0, lt=1)] = 0.03

    @model_validator(mode="after")
    def _lifts_fit(self) -> Self:
        if (self.cure.first + self.cure.last) > 1:
            raise ValueError("first and last exceed 1 together; lower one of them")
        return self


def scenarios() -> dict[str, Path]:
    """Return the scenarios that come with Paceline, by name."""
    folder = Path(__file__).parent / "scenarios"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}
