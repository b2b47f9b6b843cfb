"""The leads of a run: its portfolio, loaded and planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.leads.file.assigned import read_assigned
from adapters.leads.file.client import Portfolio, read_portfolio
from adapters.leads.file.faults import Rejected
from adapters.leads.file.history import read_history, remembered
from adapters.leads.file.more import read_more
from adapters.leads.file.wishes import wishes
from dialer.config import RunConfig, calls_of
from dialer.core.events import AnyEvent
from dialer.core.lead import Assigned, Lead
from simulator.world.floor import shift_on
from strategies.assignment.cases import cases
from strategies.compiled import Calls, CompiledStrategy
from strategies.compliance.rulebook import Rule
from strategies.planning.planner import Plan, plan
from strategies.schema import Channel, Mode


@dataclass(frozen=True, slots=True)
class Leads:
    """The people of a run: what was loaded, what is planned for them, and by account whose it is."""

    portfolio: Portfolio
    plan: Plan
    campaigns: dict[tuple[Channel, Mode], dict[str, str]]
    day: dt.date
    assigned: dict[str, Assigned]
    unassigned: Assigned | None
    rejected: tuple[Rejected, ...] = ()

    def wishes(self, t_ns: int, began_ns: int | None = None) -> Iterator[AnyEvent]:
        """Yield past contacts and what persons have asked for, as events of the instant `t_ns`.

        `began_ns`: when the run began, where that was earlier. What has happened since is in its journal.
        """
        database = self.portfolio.database
        yield from remembered(database, self.plan.basis.rules, t_ns, t_ns if began_ns is None else began_ns)
        yield from wishes(database, t_ns)

    def __iter__(self) -> Iterator[tuple[str, Lead]]:
        """Yield campaign and lead, in the order in which they are to be worked."""
        for (channel, mode), of_segment in self.campaigns.items():
            for planned in self.plan.leads(channel, mode):
                yield (
                    of_segment[planned.segment],
                    Lead(
                        # A lead is one account on one planned day: planned anew, it is worked anew. Other parties
                        # have leads of their own.
                        id=f"{planned.account}@{self.day}" + (f"@{planned.person}" if planned.about else ""),
                        person=planned.person,
                        account=planned.account,
                        segment=planned.segment,
                        priority=planned.priority,
                        endpoints=planned.endpoints,
                        zones=planned.zones,
                        places=planned.places,
                        answer_share=planned.answer_share,
                        party=planned.party,
                        about=planned.about,
                        after=planned.after,
                        failed_attempts=planned.failed_attempts,
                        step=planned.step,
                        # A robot is nobody's agent.
                        assigned=None if mode == "robot" else self.assigned.get(planned.account, self.unassigned),
                    ),
                )


def load_leads(
    config: RunConfig, strategy: CompiledStrategy, rules: Sequence[Rule], day: dt.date, days: int = 1
) -> Leads:
    """Load the portfolio and plan `day` under `rules`, for the shifts of `days` successive days.

    Raises
    ------
    ConfigError
        When the portfolio or the history cannot be used at all; single bad rows go to side files.
    """
    portfolio = read_portfolio(config.portfolio.file, strategy.fields)
    files = config.portfolio
    rejected = read_more(portfolio, files.parties, files.suppressed, files.consent)
    if files.history is not None:
        rejected += (read_history(files.history, rules, portfolio.database),)
    campaigns = {(calls.channel, calls.mode): _of_segment(config, strategy, calls) for calls in strategy.calls}
    start_ns, _ = shift_on(config.world.floor, day)
    _, end_ns = shift_on(config.world.floor, day + dt.timedelta(days=days - 1))
    span_ns = (start_ns, end_ns)
    today = plan(portfolio.database, strategy, day, rules=rules, span_ns=span_ns, campaigns=dict(campaigns.items()))
    assigned, unassigned = _assigned(config, strategy, portfolio, day)
    told = tuple(rows for rows in rejected if rows.rejected)
    return Leads(portfolio, today, campaigns, day, assigned, unassigned, told)


def _assigned(
    config: RunConfig, strategy: CompiledStrategy, portfolio: Portfolio, day: dt.date
) -> tuple[dict[str, Assigned], Assigned | None]:
    """Return by account whose it is, and whose all others are."""
    rules, file = strategy.assignment, config.portfolio.assigned
    found: dict[str, Assigned] = {}
    if file is not None:
        found = {account: Assigned(rules.dispatched, agent) for account, agent in read_assigned(file).items()}
    if rules.grab is not None:
        for case, claimed in cases(portfolio.database, strategy, day):
            if claimed:
                found[case.id] = Assigned("grab", value=case.value, needs=tuple(sorted(case.needs)))
    # Whom nobody was dispatched to is nobody's, where an agent is required.
    nobody = Assigned("require") if file is not None and rules.dispatched == "require" else None
    return found, nobody


def _of_segment(config: RunConfig, strategy: CompiledStrategy, calls: Calls) -> dict[str, str]:
    """Return by segment the campaign that works it; a campaign that names no segments works the rest."""
    own = [section for section in config.campaigns if calls_of(section, strategy) == [calls]]
    rest = {segment.name: section.name for section in own if not section.segments for segment in strategy.segments}
    return rest | {segment: section.name for section in own for segment in section.segments}
