"""A floor on which much happens in a second: rings, talks and wraps of 20 to 300 ms, redials after 100 to 300 ms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from dialer.core.call import DISPOSITIONS
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, Mode, Redial, RunSettings, StepSettings
from dialer.core.units import ns
from dialer.journal.manifest import Manifest
from simulator.world.laws import Constant, Exponential
from simulator.world.settings import Break, CarrierSettings, FloorSettings, Outcome, PeopleSettings, WorldSettings
from strategies.compliance.rulebook import Frequency, Rolling, Rulebook
from strategies.script.compile import compile_script, scripts

START_NS = ns(datetime(2035, 3, 5, 10, tzinfo=UTC).timestamp())
"""When the first run begins. Later than any machine's clock, so that the runs decide what time it is."""

CAP, CAP_MINUTES, CAP_RULE = 3, 24 * 60, "three-a-day"
LEADS, PERSONS = 240, 30
"""Of a run with one campaign; one with five has five times the persons."""

MODES: dict[str, tuple[Mode, ...]] = {
    "ratio": ("ratio",),
    "progressive": ("progressive",),
    "preview": ("preview",),
    "robot": ("robot",),
    "robot_then_human": ("robot_then_human",),
    "all": ("ratio", "progressive", "preview", "robot", "robot_then_human"),
}

_SOON = {name: Redial(0.1 + 0.01 * number, 9) for number, name in enumerate(DISPOSITIONS) if name != "do_not_call"}
_SCRIPT = compile_script(scripts()["three-steps"])
_RULES = Rulebook(
    rules=(
        Frequency(
            id=CAP_RULE,
            pack="test",
            says="At most three attempts per person in 24 hours.",
            source="this test",
            status="H",
            key=("person",),
            counts=tuple(sorted(set(DISPOSITIONS.values()))),
            limit=CAP,
            window=Rolling(CAP_MINUTES),
        ),
    )
)


def run_settings(name: str) -> RunSettings:
    """Return the campaigns of one kind of run, with a cap that binds soon."""
    campaigns = tuple(
        CampaignSettings(
            mode,
            mode,
            lines=40 if mode != "robot" else 8,
            calls_per_s=400.0,
            lines_per_agent=2.5,
            transfer_share=0.5,
            robot_s=0.05,
            abandon_limit_share=0.4,
            answer_grace_s=0.03,
            ring_timeout_s=0.3,
            wrap_limit_s=0.2,
            offer_timeout_s=0.1,
            skip_delay_s=0.2,
            max_attempts=9,
            redial=_SOON,
            steps={"led": StepSettings(script=_SCRIPT.identity)},
        )
        for mode in MODES[name]
    )
    return RunSettings(campaigns, _RULES, scripts={_SCRIPT.identity: _SCRIPT})


def manifest(name: str) -> bytes:
    """Return what a journal of such a run begins with."""
    return Manifest(version="crash", started_ns=START_NS, settings=run_settings(name)).encode()


def leads(name: str) -> Iterator[tuple[str, Lead]]:
    """Several leads per person; in a run of several campaigns a person is in all of them."""
    modes = MODES[name]
    for number in range(LEADS * len(modes)):
        person = f"p{number % (PERSONS * len(modes) - 1)}"
        ways = (f"{person}/0", f"{person}/1")
        yield (
            modes[number % len(modes)],
            Lead(f"l{number}", person, f"a{number}", "all", 100, ways, ("Etc/UTC",), step="led"),
        )


def world() -> WorldSettings:
    """Return a quick world: about 100 calls a second."""
    talk = Exponential(mean_s=0.08)
    shares = {"promise": 0.2, "contact": 0.3, "callback": 0.2, "third_party": 0.15, "wrong_number": 0.1}
    return WorldSettings(
        seed=7,
        people=PeopleSettings(
            answer_share_by_hour=(0.5,) * 24,
            reachability_concentration=None,
            ring=Exponential(mean_s=0.06),
            machine_ring=Constant(value_s=0.15),
            patience=Exponential(mean_s=0.1),
            robot_talk=Exponential(mean_s=0.05),
            transfer_share=0.5,
            outcomes={name: Outcome(share=share, talk=talk) for name, share in shares.items()}
            | {"do_not_call": Outcome(share=0.05, talk=Constant(value_s=0.02))},
            callback_after=Exponential(mean_s=0.2),
        ),
        carrier=CarrierSettings(
            set_up=Exponential(mean_s=0.02),
            message=Constant(value_s=0.05),
            congestion_share=0.05,
            voicemail_limit_s=0.3,
        ),
        floor=FloorSettings(
            agents=12,
            shift_start=time(0),
            shift_end=time(23, 59, 59),
            log_in_spread_s=0.0,
            settle=Exponential(mean_s=0.02),
            announce_s=0.05,
            breaks=(Break(name="tea", after_s=10 * 3600 + 0.5, spread_s=3.0, length_s=0.1),),
            wrap=Exponential(mean_s=0.06),
            decision=Exponential(mean_s=0.04),
            skip_share=0.2,
        ),
    )
