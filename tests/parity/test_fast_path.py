"""The compiled floor against the SimPy driver: every attempt the same, to the nanosecond."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, time
from math import log

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from benchmarks.pacing.caches import forget_stale
from dialer.core.call import AGENT_DISPOSITIONS
from dialer.core.effects import AnyEffect, CloseAttempt
from dialer.core.events import AnyEvent
from dialer.core.flags import FLAGS
from dialer.core.kernel import Kernel
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, Redial, RunSettings, StepSettings
from simulator.fast import Result, Unsupported, run_shifts
from simulator.fast.records import DISPOSITION, NONE
from simulator.shift import run_shifts as run_by_simpy
from simulator.world.laws import Constant, Exponential, Gamma, Law, Lognormal, Uniform
from simulator.world.settings import Break, CarrierSettings, FloorSettings, Outcome, PeopleSettings, WorldSettings
from strategies.compile import compile_strategy, library
from strategies.compliance.rulebook import (
    Calendar,
    ConsecutiveDays,
    ConsentNeeded,
    Frequency,
    Holidays,
    Hours,
    LastResort,
    Lockout,
    Rolling,
    Rulebook,
    Tumbling,
)

forget_stale()
pytestmark = pytest.mark.timeout(1800)
"""The first run after a change compiles for minutes."""

DAY = date(2026, 3, 2)
HEAD = {"pack": "test", "says": "a rule", "source": "this test", "status": "H"}

Row = tuple[str, int, str, str, int | None, int | None, int | None, int | None, int | None, int | None, int | None]


def by_simpy(
    run: RunSettings, world: WorldSettings, leads: Sequence[tuple[str, Lead]], days: int
) -> tuple[list[Row], Kernel]:
    rows = list[Row]()

    def see(_event: AnyEvent, effects: tuple[AnyEffect, ...], _record: object) -> None:
        rows.extend(
            (
                effect.call,
                effect.placed_ns,
                effect.disposition,
                effect.agent or "",
                effect.ringing_ns,
                effect.answered_ns,
                effect.transfer_ns,
                effect.bridged_ns,
                effect.ended_ns,
                effect.promise_cents,
                effect.next_ns,
            )
            for effect in effects
            if isinstance(effect, CloseAttempt)
        )

    kernel = run_by_simpy(run, world, leads, DAY, days, on_entry=see)
    return rows, kernel


def compiled(result: Result, campaign: str, leads: Sequence[tuple[str, Lead]]) -> list[Row]:
    """Return the attempts of a compiled run in the order in which they were closed, as far as that is one order."""
    names = {place: name for name, place in DISPOSITION.items()}
    own = list({lead.id: lead for _, lead in leads})
    calls = result.calls[result.calls["closed_ns"] != NONE]

    def known(value: np.int64) -> int | None:
        return None if value == NONE else int(value)

    return [
        (
            f"{campaign}/{own[call['lead']]}/{call['attempt']}",
            int(call["placed_ns"]),
            names[int(call["disposition"])],
            f"a{call['agent'] + 1:02d}" if call["bridged_ns"] != NONE and call["agent"] != NONE else "",
            *(known(call[f"{what}_ns"]) for what in ("ringing", "answered", "transfer", "bridged", "ended")),
            known(call["promise_cents"]),
            known(call["next_ns"]),
        )
        for call in calls
    ]


def compare(run: RunSettings, world: WorldSettings, leads: Sequence[tuple[str, Lead]], days: int = 1) -> Result:
    rows, kernel = by_simpy(run, world, leads, days)
    (campaign,) = run.campaigns
    result = run_shifts(run, world, leads, DAY, days)
    # The fast path keeps attempts in the order of placing.
    ours = compiled(result, campaign.id, leads)
    for our, their in zip(sorted(ours, key=_placed), sorted(rows, key=_placed), strict=False):
        assert our == their
    assert len(ours) == len(rows)
    if campaign.mode in ("predictive", "robot_then_human"):
        assert result.pacer.learned() == kernel.learned()[campaign.id]
    return result


def _placed(row: Row) -> tuple[int, str]:
    return row[1], row[0]


def leads(count: int, zones: Sequence[str] = ("Europe/London",), persons: int = 10_000) -> list[tuple[str, Lead]]:
    return [
        (
            "c",
            Lead(
                f"l{number}",
                f"p{number % persons}",
                f"a{number // 2}",
                ("all", "", "late")[number % 3],
                number % 4,
                tuple(f"p{number % persons}/{way}" for way in range(1 + number % 3)),
                (zones[number % len(zones)],),
                0.1 + number % 5 / 10,
                ("GB",) if number % 2 else (),
            ),
        )
        for number in range(count)
    ]


SOON = {
    name: Redial(20.0, 4)
    for name in ("no_answer", "busy", "machine", "congestion", "failed", "early_hangup", "abandoned", "third_party")
} | {"callback": Redial(0.0, 2), "wrong_number": Redial(5.0, 2), "not_in_service": Redial(5.0, 2)}

MODES = ("progressive", "ratio", "predictive", "robot", "robot_then_human")


def world(seed: int, grid_s: float = 0.0, agents: int = 7) -> WorldSettings:
    """Four busy minutes, with every event of a shift in them."""
    return WorldSettings(
        seed=seed,
        grid_s=grid_s,
        people=PeopleSettings(
            answer_share_by_hour=(0.5,) * 24,
            ring=Exponential(mean_s=3.0),
            machine_ring=Gamma(shape=3.0, scale_s=2.0),
            patience=Exponential(mean_s=2.0),
            outcomes={
                "promise": Outcome(share=0.3, talk=Lognormal(mu=2.5, sigma=0.7)),
                "callback": Outcome(share=0.2, talk=Exponential(mean_s=4.0)),
                "third_party": Outcome(share=0.2, talk=Uniform(low_s=1.0, high_s=6.0)),
                "wrong_number": Outcome(share=0.2, talk=Constant(value_s=5.0)),
                "do_not_call": Outcome(share=0.1, talk=Exponential(mean_s=4.0)),
            },
            callback_after=Exponential(mean_s=20.0),
            robot_talk=Exponential(mean_s=4.0),
            transfer_share=0.5,
        ),
        carrier=CarrierSettings(set_up=Exponential(mean_s=1.0), message=Constant(value_s=3.0), congestion_share=0.1),
        floor=FloorSettings(
            agents=agents,
            shift_end=time(9, 4),
            log_in_spread_s=3.0,
            settle=Uniform(low_s=0.5, high_s=1.5),
            announce_s=12.0,
            breaks=(Break(name="tea", after_s=40.0, spread_s=60.0, length_s=15.0),),
            wrap=Exponential(mean_s=4.0),
        ),
    )


def campaign(mode: str, **changes: object) -> CampaignSettings:
    settings = {
        "redial": SOON,
        "lines": 30,
        "ring_timeout_s": 8.0,
        "answer_grace_s": 1.0,
        "wrap_limit_s": 6.0,
        "abandon_limit_share": 0.3,
        "calls_per_s": 4.0,
        "lines_per_agent": 2.5,
        "shift_s": 240.0,
    }
    return CampaignSettings("c", mode, **(settings | changes))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("grid_s", [0.0, 0.25])
def test_every_attempt_is_the_same(mode: str, grid_s: float) -> None:
    seen = 0
    for seed in range(6):
        run = RunSettings((campaign(mode),), Rulebook())
        seen += len(compare(run, world(seed, grid_s), leads(150, persons=140)).calls)
    assert seen > 6 * 100


OFFICE = (((9 * 60, 9 * 60 + 2), (9 * 60 + 2, 20 * 60)),) * 7
AFTERNOON = (((14 * 60 + 31, 20 * 60),),) * 7
KOLKATA_TOO = Hours(id="hours", open=OFFICE, **HEAD)
PATIENT = {"counts": ("ring", "machine", "person", "conversation"), **HEAD}
RULEBOOKS = (
    Rulebook(),
    Rulebook(rules=(KOLKATA_TOO,)),
    Rulebook(
        rules=(
            Hours(id="afternoon", open=AFTERNOON, unless_agreed=True, **HEAD),
            Frequency(id="three", key=("person",), limit=3, window=Rolling(1), **PATIENT),
            Frequency(id="number", key=("number",), limit=2, window=Calendar("day"), **PATIENT),
            Lockout(id="talked", key=("account",), after=("conversation",), window=Rolling(1), **HEAD),
        )
    ),
    Rulebook(
        rules=(
            Holidays(
                id="days",
                country="IN",
                published=(2026,),
                dates=(DAY,),
                zones=("Asia/Kolkata",),
                **HEAD,
            ),
            Frequency(id="week", key=("person", "campaign"), limit=2, window=Calendar("week"), place="GB", **PATIENT),
            Lockout(id="week_off", key=("person",), after=("person",), window=ConsecutiveDays(7), **HEAD),
            Frequency(id="span", key=("account",), limit=5, window=Tumbling(3, DAY), valid_from=DAY, **PATIENT),
            ConsentNeeded(id="ask", topic="calls", warns=True, **HEAD),
        )
    ),
)


SUPPORTED = ("progressive", "ratio", "predictive", "robot_then_human")


def _laws(most_s: float) -> st.SearchStrategy[Law]:
    mean = st.floats(0.1, most_s)
    return st.one_of(
        st.builds(lambda s: Constant(value_s=s), mean),
        st.builds(lambda s: Exponential(mean_s=s), mean),
        st.builds(lambda s, shape: Gamma(shape=shape, scale_s=s / shape), mean, st.floats(0.5, 5.0)),
        st.builds(lambda s, sigma: Lognormal(mu=log(s), sigma=sigma), mean, st.floats(0.0, 1.0)),
        st.builds(lambda low, more: Uniform(low_s=low, high_s=low + more), mean, mean),
    )


@st.composite
def worlds(draw: st.DrawFn) -> WorldSettings:
    machine, busy = draw(st.floats(0.0, 0.5)), draw(st.floats(0.0, 0.3))
    names = draw(st.lists(st.sampled_from(AGENT_DISPOSITIONS), min_size=1, max_size=4, unique=True))
    return WorldSettings(
        seed=draw(st.integers(0, 10**6)),
        grid_s=draw(st.sampled_from([0.0, 0.25, 0.5])),
        people=PeopleSettings(
            answer_share_by_hour=(draw(st.floats(0.05, 0.95)),) * 24,
            segment_factor=draw(st.sampled_from([{}, {"late": 0.5, "all": 1.3}])),
            reachability_concentration=draw(st.sampled_from([None, 3.0])),
            machine_share=machine,
            busy_share=busy,
            rejected_share=draw(st.sampled_from([0.0, 0.1])),
            ring=draw(_laws(6.0)),
            machine_ring=draw(_laws(6.0)),
            patience=draw(st.one_of(st.none(), _laws(6.0))),
            outcomes={name: Outcome(share=1.0 / len(names), talk=draw(_laws(15.0))) for name in names},
            callback_after=draw(_laws(60.0)),
            robot_talk=draw(_laws(10.0)),
            transfer_share=draw(st.floats(0.0, 1.0)),
        ),
        carrier=CarrierSettings(
            set_up=draw(_laws(3.0)),
            not_in_service_share=draw(st.sampled_from([0.0, 0.1])),
            congestion_share=draw(st.sampled_from([0.0, 0.1])),
            detection=draw(st.one_of(st.none(), _laws(3.0))),
            taken_for_machine_share=draw(st.sampled_from([0.0, 0.2])),
            message=draw(_laws(5.0)),
        ),
        floor=FloorSettings(
            agents=draw(st.integers(0, 8)),
            shift_end=time(9, 3),
            log_in_spread_s=draw(st.sampled_from([0.0, 20.0])),
            settle=draw(_laws(5.0)),
            announce_s=draw(st.sampled_from([0.0, 12.0])),
            breaks=draw(
                st.sampled_from(
                    [
                        (),
                        (
                            Break(name="tea", after_s=30.0, spread_s=60.0, length_s=15.0),
                            Break(name="talk", after_s=45.0, length_s=20.0),
                        ),
                    ]
                )
            ),
            speed_sigma=draw(st.sampled_from([0.0, 0.3])),
            wrap=draw(_laws(8.0)),
        ),
    )


@st.composite
def runs(draw: st.DrawFn) -> RunSettings:
    mode = draw(st.sampled_from(SUPPORTED))
    return RunSettings(
        (
            campaign(
                mode,
                lines=draw(st.integers(1, 30)),
                calls_per_s=draw(st.sampled_from([0.5, 2.5, 20.0])),
                lines_per_agent=draw(st.floats(1.0, 4.0)),
                abandon_limit_share=draw(st.sampled_from([0.0, 0.03, 0.5, 1.0])),
                abandon_share_of=draw(st.sampled_from(["answered", "connected", "placed"])),
                abandon_window_s=draw(st.sampled_from([300.0, 86_400.0])),
                abandon_clock=draw(st.sampled_from(["answer", "greeting_end"])),
                detection_false_positive_share=draw(st.sampled_from([0.0, 0.01])),
                answer_grace_s=draw(st.sampled_from([0.0, 1.0, 4.0])),
                ring_timeout_s=draw(st.sampled_from([4.0, 8.0])),
                wrap_limit_s=draw(st.sampled_from([3.0, 30.0])),
                max_attempts=draw(st.integers(1, 12)),
                redial=draw(st.sampled_from([SOON, {}, {name: Redial(0.0, 2) for name in SOON}])),
                hours=draw(st.sampled_from([(), ((540, 541), (542, 600))])),
            ),
        ),
        draw(st.sampled_from(RULEBOOKS)),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(runs(), worlds(), st.integers(0, 60))
def test_in_any_world(run: RunSettings, people: WorldSettings, count: int) -> None:
    compare(run, people, leads(count, ("Europe/London", "Asia/Kolkata"), persons=50))


def test_a_whole_day_and_the_next_one() -> None:
    """The default world, its breaks and redials, a rulebook, two days: what a manager would simulate."""
    rules = Rulebook(
        rules=(
            Hours(id="hours", open=(((8 * 60, 20 * 60),),) * 7, **HEAD),
            Frequency(id="seven", key=("account",), limit=3, window=Rolling(24 * 60), **PATIENT),
        )
    )
    run = RunSettings((CampaignSettings("c", "progressive", lines=60),), rules)
    people = WorldSettings.model_validate({"seed": 5, "floor": {"agents": 4, "zone": "Europe/London"}})
    result = compare(run, people, leads(900, ("Europe/London", "Asia/Kolkata", "America/New_York")), days=2)
    assert result.totals.contacts > 100


STRATEGY = compile_strategy(library()["cards-demo"])
SCRIPTED = replace(
    campaign("progressive", wrap_limit_s=0.4),
    steps={
        "own": StepSettings({"no_answer": Redial(3.0, 9), "promise": Redial(9.0, 2), "no_disposition": Redial(5.0, 3)}),
        "led": StepSettings(script=next(iter(STRATEGY.scripts))),
        "both": StepSettings(SOON | {"third_party": Redial(1.0, 9)}, next(iter(STRATEGY.scripts))),
    },
)


def stepped(some: Sequence[tuple[str, Lead]]) -> list[tuple[str, Lead]]:
    steps = ("own", "led", "both", "other", "")
    return [(name, replace(lead, step=steps[number % len(steps)])) for number, (name, lead) in enumerate(some)]


@pytest.mark.parametrize("mode", ["progressive", "predictive"])
@pytest.mark.parametrize("grid_s", [0.0, 0.25])
def test_steps_have_redial_rules_and_scripts_of_their_own(mode: str, grid_s: float) -> None:
    """The wrap ends so soon that it is often the script that knows how a conversation went."""
    run = RunSettings((replace(SCRIPTED, mode=mode),), Rulebook(), scripts=STRATEGY.scripts, flags=tuple(FLAGS))
    told = Counter[str]()
    for seed in range(6):
        result = compare(run, world(seed, grid_s), stepped(leads(150, persons=140)))
        calls = result.calls[result.calls["ready_ns"] != NONE]
        told.update(np.array(list(DISPOSITION))[calls["disposition"]].tolist())
    assert told["no_disposition"] > 20 and told["promise"] > 5 and told["do_not_call"] > 2


@pytest.mark.parametrize("flags", [(), tuple(FLAGS)])
def test_a_promise_is_refused_where_nobody_was_confirmed(flags: tuple[str, ...]) -> None:
    (led,) = STRATEGY.scripts.values()
    never = replace(led, needed=9)
    own = replace(SCRIPTED, steps={"led": StepSettings(script=never.identity)}, wrap_limit_s=60.0)
    run = RunSettings((own,), Rulebook(), scripts={never.identity: never}, flags=flags)
    result = compare(run, world(3, 0.25), [(name, replace(lead, step="led")) for name, lead in leads(150)])
    assert (result.calls["promise_cents"] == NONE).all() == bool(flags)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(runs(), worlds(), st.integers(0, 60))
def test_steps_in_any_world(run: RunSettings, people: WorldSettings, count: int) -> None:
    (own,) = run.campaigns
    run = replace(run, campaigns=(replace(own, steps=SCRIPTED.steps),), scripts=STRATEGY.scripts)
    compare(run, people, stepped(leads(count, ("Europe/London", "Asia/Kolkata"), persons=50)))


def test_what_is_not_supported_is_refused_by_name() -> None:
    people, some = world(1), leads(2)
    two = RunSettings((campaign("ratio"), CampaignSettings("d", "ratio")), Rulebook())
    with pytest.raises(Unsupported, match="2 campaigns in one run"):
        run_shifts(two, people, some, DAY)
    with pytest.raises(Unsupported, match="mode: preview"):
        run_shifts(RunSettings((campaign("preview"),), Rulebook()), people, some, DAY)
    rolling = campaign("ratio", abandon_windows="rolling", shift_s=0.0)
    with pytest.raises(Unsupported, match="abandon_windows: rolling"):
        run_shifts(RunSettings((rolling,), Rulebook()), people, some, DAY)
    with pytest.raises(Unsupported, match="`flow` of a campaign"):
        run_shifts(RunSettings((campaign("robot", flow="a flow"),), Rulebook()), people, some, DAY)
    with pytest.raises(Unsupported, match="`opt_out_key` of a campaign"):
        run_shifts(RunSettings((campaign("robot", opt_out_key="5"),), Rulebook()), people, some, DAY)
    last = LastResort(id="guarantor", days=3, zone="Europe/London", **HEAD)
    with pytest.raises(Unsupported, match=r"guarantor \(LastResort\)"):
        run_shifts(RunSettings((campaign("ratio"),), Rulebook(rules=(last,))), people, some, DAY)
    with pytest.raises(Unsupported, match="a slash in the name of a lead"):
        run_shifts(RunSettings((campaign("ratio"),), Rulebook()), people, [("c", replace(some[0][1], id="a/b"))], DAY)
