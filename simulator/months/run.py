"""Day after day: plan by the strategy and its rules, contact as the floor can, and see what people do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import duckdb
import numpy as np

from dialer.core.units import NS_PER_S
from simulator.months.accounts import Accounts, day_number
from simulator.months.book import Book, Day, Group, bucket_of
from simulator.months.capacity import busy_s
from simulator.months.contacts import Called, People, Pressure, caps_of, tries
from simulator.months.draws import Stream, uniform
from simulator.months.past import CONVERSATION, MESSAGE, RING, Past
from simulator.months.payments import Payers
from simulator.months.settings import MonthsSettings, Scenario
from simulator.world.floor import shift_on
from simulator.world.settings import WorldSettings
from strategies.compiled import VOICE, CompiledStrategy, Step
from strategies.compliance.rulebook import Rule
from strategies.planning.planner import plan
from strategies.planning.steps import steps_of

OnDay = Callable[[int, Book], None]
"""Is told after every day how many are done."""

_MONTH = 30


def run_months(
    database: duckdb.DuckDBPyConnection,
    strategy: CompiledStrategy,
    rules: Sequence[Rule],
    world: WorldSettings,
    settings: MonthsSettings,
    scenario: Scenario,
    first_day: dt.date,
    days: int,
    *,
    on_day: OnDay = lambda *_: None,
) -> Book:
    """Simulate `days` successive days of a portfolio under a strategy.

    Parameters
    ----------
    database : duckdb.DuckDBPyConnection
        Has the relation ``accounts`` of `strategies.planning.planner`, which is left as it is, like everything else
        in it: the simulation works in a schema of its own.
    strategy, rules : CompiledStrategy, sequence of Rule
        What is planned by, every day anew, with the planner that plans the real days.
    world : WorldSettings
        Who picks up, how conversations go, and how many agents there are. Its seed is that of all draws.
    settings, scenario : MonthsSettings, Scenario
        How people pay, and the economy.
    first_day : datetime.date
        The day that the portfolio describes.
    days : int
        How many.

    Returns
    -------
    Book
        What came of it.

    Raises
    ------
    ConfigError
        When a condition cannot be computed for these accounts, or a rule has no calendar for a day.
    """
    own = database.cursor()
    own.execute("CREATE SCHEMA IF NOT EXISTS months; SET search_path = 'months,main'").fetchall()
    ((checkpoint,),) = own.execute("SELECT current_setting('checkpoint_threshold')").fetchall()
    try:
        # Checkpoints of a database in memory save nothing, and take a fifth of the time.
        own.execute("SET checkpoint_threshold = '1TiB'").fetchall()
        months = _Months(own, strategy, rules, world, settings, scenario, first_day)
        for count in range(days):
            months.live(first_day + dt.timedelta(days=count))
            on_day(count + 1, months.book)
        months.end()
        return months.book
    finally:
        own.execute(f"SET checkpoint_threshold = '{checkpoint}'").fetchall()
        own.execute("SET search_path = 'main'; DROP SCHEMA months CASCADE").fetchall()
        own.close()


class _Months:
    """The portfolio, its people and its floor."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        strategy: CompiledStrategy,
        rules: Sequence[Rule],
        world: WorldSettings,
        settings: MonthsSettings,
        scenario: Scenario,
        first_day: dt.date,
    ) -> None:
        seed = world.seed
        self._database, self._strategy, self._rules, self._world = database, strategy, rules, world
        self._settings, self._seed = settings, seed
        self.accounts = Accounts(database, strategy, settings, seed, first_day)
        self._past = Past(database, strategy.purpose)
        self._people = People(world, strategy, scenario, self.accounts, seed, settings.payment.promise_factor)
        kept = settings.payment
        self._keeps = np.array([kept.kept_share_of.get(one.name, kept.kept_share) for one in strategy.segments])
        self._payers = Payers(settings, scenario, seed)
        self._steps = [place.step for place in steps_of(strategy)]
        self._groups = [Group(one.name, arm.name) for one in strategy.segments for arm in one.arms] + [Group("", "")]
        self._first_group = np.cumsum([0, *(len(one.arms) for one in strategy.segments)])
        self._calls = {(calls.channel, calls.mode): calls for calls in strategy.calls}
        start_ns, end_ns = shift_on(world.floor, first_day)
        self._caps = caps_of(rules, (end_ns - start_ns) / NS_PER_S)
        self._pressure = Pressure(self.accounts.persons)
        self._busy_s = busy_s(world, settings, self._people.answer_share)
        self.book = Book()
        self.book.initial_overdue_cents = int(self._payers.overdue(self.accounts).sum())
        self._month_began = bucket_of(self.accounts.past_due)
        self._done = 0

    def live(self, date: dt.date) -> None:
        """Let a day pass."""
        day, name, accounts = day_number(date), date.isoformat(), self.accounts
        self._pressure.begin(day)
        accounts.write(day)
        start_ns, end_ns = shift_on(self._world.floor, date)
        today = plan(self._database, self._strategy, date, rules=self._rules, span_ns=(start_ns, end_ns))
        group = self._group_of_accounts()
        owed = self._payers.overdue(accounts)
        everyone = np.ones(len(accounts))
        self.book.add(name, self._groups, group, accounts=everyone, late=accounts.past_due > 0,
                      balance_cents=accounts.balance, overdue_cents=owed)  # fmt: skip
        used_s, left_over = self._contact(name, day, (start_ns, end_ns), group)
        self._past.write()
        money = self._payers.pay(accounts, day)
        self.book.add(name, self._groups, group, kept=money.kept, broken=money.broken, payments=money.cents > 0,
                      paid_cents=money.cents)  # fmt: skip
        staff = self._settings.cost.agent_hour * self._paid_hours()
        # Paid hours are the cost of those who were talked to; of all, when nobody was.
        shares = self._agent_s / used_s if used_s else everyone / len(accounts)
        self.book.days.append(Day(name, self._busy_s, used_s, left_over, today.asked))
        self.book.add(name, self._groups, group, cost_cents=shares * staff)
        self._payers.night(accounts, day)
        self._done += 1
        if self._done % 7 == 0:
            self._past.forget(self._rules, end_ns)
            week = np.minimum(self._pressure.within(day, 7), len(self.book.pressure) - 1)
            self.book.pressure += np.bincount(week, minlength=len(self.book.pressure))
        if self._done % _MONTH == 0:
            self._end_month()

    def end(self) -> None:
        """Close the book."""
        self.book.moved_cents.append(self._balance_by_bucket())

    def _end_month(self) -> None:
        now = bucket_of(self.accounts.past_due)
        self.book.roll(self._month_began, now)
        self.book.moved_cents.append(self._balance_by_bucket())
        self._month_began = now

    def _balance_by_bucket(self) -> np.ndarray:
        return np.bincount(bucket_of(self.accounts.past_due), weights=self.accounts.balance, minlength=5).astype(
            np.int64
        )

    def _paid_hours(self) -> float:
        floor = self._world.floor
        begin, end = (at.hour + at.minute / 60 for at in (floor.shift_start, floor.shift_end))
        return floor.agents * (end - begin)

    def _group_of_accounts(self) -> np.ndarray:
        """Return the index of each account's group."""
        found = self._database.execute(
            "SELECT row, segment, arm FROM plan JOIN portfolio USING (source_row)"  # rows of one account agree
        ).fetchnumpy()
        row, segment, arm = (np.asarray(found[name]) for name in ("row", "segment", "arm"))
        group = np.empty(len(self.accounts), np.int64)
        group[row] = self._first_group[segment] + np.where(segment < len(self._first_group) - 1, arm, 0)
        return group

    def _contact(self, name: str, day: int, span_ns: tuple[int, int], group: np.ndarray) -> tuple[float, int]:
        """Make the planned contacts; return the agents' seconds, and how many accounts they had no time for."""
        used_s, left_over = 0.0, 0
        called_today = np.zeros(self.accounts.persons, bool)
        self._agent_s = np.zeros(len(self.accounts))
        for number, row, at_ns in self._planned(span_ns[0]):
            step = self._steps[number]
            kept = ~self.accounts.handed_over[row] & ~self.accounts.opted_out[row]
            if step.channel in VOICE:
                kept &= self._first_of_person(row, called_today)
            row, at_ns = row[kept], at_ns[kept]
            if not len(row):
                continue
            if step.channel in VOICE:
                called_today[self.accounts.person[row]] = True
                shift_s = (span_ns[1] - span_ns[0]) / NS_PER_S
                called = self._call(step, number, row, day, group, shift_s)
                if step.channel == "agent_call":
                    fits = used_s + np.cumsum(called.agent_s) <= self._busy_s
                    left_over += int((~fits).sum())
                    called = Called(*(column[fits] for column in called))
                    at_ns = at_ns[fits]
                    used_s += float(called.agent_s.sum())
                    self._agent_s[called.row] += called.agent_s
                self._after_calls(name, step, called, at_ns, day, span_ns[1], group)
            else:
                self._after_messages(name, step, row, at_ns, day, group)
        return used_s, left_over

    def _first_of_person(self, row: np.ndarray, called_today: np.ndarray) -> np.ndarray:
        """Return which of `row` are their person's first today: all accounts of a person share the caps on calls."""
        person, place = self.accounts.person[row], np.arange(len(row))
        first = np.zeros(self.accounts.persons, np.int64)
        first[person[::-1]] = place[::-1]  # of several the last one stays, which is the first
        return (first[person] == place) & ~called_today[person]

    def _planned(self, start_ns: int) -> list[tuple[int, np.ndarray, np.ndarray]]:
        """Return for each step that is due, the most urgent first, its accounts and from when each may be contacted."""
        found = self._database.execute(
            f"""
            SELECT step, row, greatest(coalesce(allowed_ns, {start_ns}), {start_ns}) AS at_ns
            FROM plan JOIN step USING (step) JOIN portfolio USING (source_row) WHERE reason = 'contact' AND party = 0
            QUALIFY row_number() OVER (PARTITION BY row, channel, mode ORDER BY priority DESC, step) = 1
            ORDER BY priority DESC, step, row
            """
        ).fetchnumpy()
        cuts = np.flatnonzero(np.diff(found["step"])) + 1
        parts = zip(*(np.split(found[name], cuts) for name in ("step", "row", "at_ns")), strict=True)
        return [(int(step[0]), row, at_ns) for step, row, at_ns in parts if len(step)]

    def _call(self, step: Step, number: int, row: np.ndarray, day: int, group: np.ndarray, shift_s: float) -> Called:
        assert step.mode is not None
        most = tries(self._calls[step.channel, step.mode], shift_s)
        room = self._pressure.room(day, self._caps, self.accounts.person[row])
        return self._people.call(row, self._segment_of(group[row]), np.minimum(most, room), day, number)

    def _segment_of(self, group: np.ndarray) -> np.ndarray:
        """Return the index of the segment of each group."""
        return np.searchsorted(self._first_group, group, "right") - 1

    def _after_calls(
        self, name: str, step: Step, called: Called, at_ns: np.ndarray, day: int, end_ns: int, group: np.ndarray
    ) -> None:
        accounts, people, cost = self.accounts, self._people, self._settings.cost
        placed = called.attempts > 0
        called, at_ns = Called(*(column[placed] for column in called)), at_ns[placed]
        row = called.row
        self._pressure.add(day, accounts.person[row], called.attempts)
        by_agent = step.channel == "agent_call"
        talked = called.answered & people.is_contact[called.outcome] if by_agent else called.answered
        accounts.failed[row] = np.where(talked, 0, accounts.failed[row] + called.attempts)
        accounts.contact_on[row[talked]] = day
        lift = self._settings.payment.contact_lift if by_agent else self._settings.payment.robot_lift
        self._lift(row[talked], lift, day)
        columns = {"attempts": called.attempts, "answered": called.answered, "conversations": talked,
                   "contacted": np.ones(len(row)), "cost_cents": called.attempts * cost.attempt}  # fmt: skip
        if by_agent:
            columns["promises"] = promised = called.answered & self._ends_in(called, "promise")
            owing = row[promised & (accounts.past_due[row] > 0)]
            self._payers.promise(accounts, owing, self._keeps[self._segment_of(group[owing])], day)
            columns["opt_outs"] = stops = called.answered & self._ends_in(called, "do_not_call")
            accounts.opted_out[row[stops]] = True
            self._past.suppress(row[stops])
            accounts.disputed[row[called.answered & self._ends_in(called, "dispute")]] = True
        columns["complaints"] = self._complain(row, day)
        self.book.add(name, self._groups, group[row], **columns)
        self.book.add_contacts(name, step.channel, self._groups, group[row])
        reach = np.where(called.answered, people.reach[called.outcome] if by_agent else CONVERSATION, RING)
        self._past.add(step.channel, row, at_ns, end_ns, called.attempts, reach)

    def _after_messages(
        self, name: str, step: Step, row: np.ndarray, at_ns: np.ndarray, day: int, group: np.ndarray
    ) -> None:
        if step.channel == "hand_over":
            self.accounts.handed_over[row] = True
            self.book.add(name, self._groups, group[row], handed_over=np.ones(len(row)))
            return
        price = self._settings.cost.letter if step.channel == "letter" else self._settings.cost.message
        self._lift(row, self._settings.payment.message_lift, day)
        self.book.add(name, self._groups, group[row], contacted=np.ones(len(row)),
                      cost_cents=np.full(len(row), price), complaints=self._complain(row, day))  # fmt: skip
        self.book.add_contacts(name, step.channel, self._groups, group[row])
        once, reach = np.ones(len(row), np.int64), np.full(len(row), MESSAGE)
        self._past.add(step.channel, row, at_ns, int(at_ns.max()) + 1, once, reach)

    def _ends_in(self, called: Called, disposition: str) -> np.ndarray:
        if disposition not in self._people.dispositions:
            return np.zeros(len(called.row), bool)
        return called.outcome == self._people.dispositions.index(disposition)

    def _lift(self, row: np.ndarray, factor: float, day: int) -> None:
        accounts = self.accounts
        standing = np.where(accounts.lift_until[row] >= day, accounts.lift[row], 1.0)
        accounts.lift[row] = np.maximum(standing, factor)
        accounts.lift_until[row] = day + self._settings.payment.lift_days

    def _complain(self, row: np.ndarray, day: int) -> np.ndarray:
        """Return who complains of the contact; a strategy that has a mark for it leaves them alone."""
        accounts, complaints = self.accounts, self._settings.complaints
        week = self._pressure.within(day, 7)[accounts.person[row]]
        chance = np.minimum(1.0, complaints.share * complaints.growth ** np.minimum(week, 30))
        complains = uniform(self._seed, Stream.COMPLAINS, accounts.keys[row], day) < chance
        accounts.complained[row[complains]] = True
        return complains
