"""The command ``paceline``."""

from __future__ import annotations

import errno
import os
import re
import sys
from typing import Literal, cast

from cyclopts import App

from strategies.errors import ConfigError, PacelineError


def _version() -> str:
    from dialer.cli.terminal import version

    return version()


app = App(name="paceline", help="Whom to call, how fast, and under which rules.", version=_version)
app.command("dialer.cli.demo:demo", name="demo", help="Run one simulated shift on 30,000 real card accounts.")
app.command("dialer.cli.engine:run", name="run", help="Run a configuration in real time.")
app.command("dialer.cli.engine:status", name="status", help="Show what a running engine is doing.")
app.command("dialer.cli.engine:pause", name="pause", help="Stop launching calls of a campaign.")
app.command("dialer.cli.engine:resume", name="resume", help="Launch calls of a campaign again.")
app.command("dialer.cli.agent:agent", name="agent", help="Work as an agent: a desktop in the terminal.")
app.command("dialer.cli.simulate:simulate", name="simulate", help="Run a configuration's floor in accelerated time.")
app.command("dialer.cli.compare:compare_runs", name="compare", help="Two configurations on the same simulated days.")
app.command("dialer.cli.tune:tune", name="tune", help="Search settings in simulated worlds, within limits.")
app.command("dialer.cli.limit:limit", name="limit", help="Print the most that N agents could do within a limit.")
app.command("dialer.cli.timeline:timeline", name="timeline", help="Tell all that is known of a call, account or agent.")
app.command("dialer.cli.plan:plan", name="plan", help="Write a day's plan, and why the others are left alone.")
app.command("dialer.cli.why:why", name="why", help="Tell why an account is contacted on a day or not.")
app.command("dialer.cli.rules:rules", name="rules", help="List the rule packs, or ask them about a contact.")
app.command("dialer.cli.journal:replay", name="replay", help="Run a journal's events again and compare the effects.")
app.command("dialer.cli.explain:explain", name="explain", help="Why so many calls were placed at an instant.")
app.command("dialer.cli.audit:audit", name="audit", help="Judge every contact of a log again by rule packs.")
app.command("dialer.cli.assign:assign", name="assign", help="Deal the accounts of a portfolio out to agents.")
app.command("dialer.cli.pyramid:pyramid", name="pyramid", help="Show how paid time becomes money, by group.")
app.command("dialer.cli.outcomes:outcomes", name="outcomes", help="Show what came of the contacts of a log.")
app.command("dialer.cli.score:score", name="score", help="Learn scores from contact history.")
history = App(name="history", help="Bring in what happened on a floor.")
history.command("dialer.cli.history:import_history", name="import", help="Write a history from a dialler's logs.")
history.command("dialer.cli.history:describe", name="describe", help="Show what a history can calibrate.")
app.command(history)
record = App(name="record", help="Tell a running engine what a person said.")
record.command("dialer.cli.record:do_not_contact", name="do-not-contact", help="Contact them no more.")
record.command("dialer.cli.record:consent", name="consent", help="A person agrees to something.")
record.command("dialer.cli.record:withdrawal", name="withdrawal", help="A person no longer agrees.")
record.command("dialer.cli.record:contact", name="contact", help="A person called or wrote.")
app.command(record)
app.command("dialer.cli.calibrate:calibrate", name="calibrate", help="Make a world like the floor in a history.")
app.command("dialer.cli.backtest:backtest", name="backtest", help="Show whether the simulator repeats a history.")
app.command(
    "dialer.cli.counterfactual:counterfactual", name="counterfactual", help="What another policy would have done."
)
journal = App(name="journal", help="Look after a journal.")
journal.command("dialer.cli.journal:verify", name="verify", help="Check that a journal is what was written.")
app.command(journal)
strategy = App(name="strategy", help="Write and check strategy files.")
strategy.command("dialer.cli.strategy:check", name="check", help="Report every fault of a file, with what to write.")
strategy.command("dialer.cli.strategy:new", name="new", help="Write a commented strategy to start from.")
strategy.command("dialer.cli.strategy:library", name="library", help="List the strategies that come with Paceline.")
strategy.command("dialer.cli.strategy:schema", name="schema", help="Print the JSON Schema of a file, for editors.")
strategy.command("dialer.cli.strategy_diff:diff", name="diff", help="Show who would be treated differently.")
app.command(strategy)
quality = App(name="quality", help="Find and count violations in what was said.")
quality.command("dialer.cli.quality:scan", name="scan", help="Find violations in transcripts.")
quality.command("dialer.cli.quality:counts", name="count", help="Count what was found in calls.")
quality.command("dialer.cli.alerts:watch", name="watch", help="Show violations as they are found: a team lead's view.")
app.command(quality)
script = App(name="script", help="Look after call scripts.")
script.command("dialer.cli.script:check", name="check", help="Prove that a script keeps the debt to the person.")
script.command("dialer.cli.script:show", name="show", help="Print a script's states, texts and answers.")
app.command(script)
flow = App(name="flow", help="Look after call flows of robots.")
flow.command("dialer.cli.flow:check", name="check", help="Walk every way through a flow.")
flow.command("dialer.cli.flow:show", name="show", help="Print a flow's states, texts and keys.")
flow.command("dialer.cli.flow:speak", name="speak", help="Let a program speak the texts of a run's flows.")
app.command(flow)
app.command("dialer.cli.evidence:app", name="evidence", help="Seal what is known of an account, for others to check.")
app.command("dialer.cli.erase:erase", name="erase", help="Erase a person's data; journals keep their chains.")
adapter = App(name="adapter", help="Look after adapters.")
adapter.command("dialer.cli.adapter:list_adapters", name="list", help="List the adapters.")
adapter.command("dialer.cli.adapter:test", name="test", help="Try an adapter on a telephone system of your own.")
app.command(adapter)


def _told(error: PacelineError, words: list[str]) -> str:
    """Return `error` in the language of the command."""
    from dialer.cli.terminal import language_of
    from dialer.insight.faults import told

    asked = re.search(r"--language(?:=|\s)(en|zh)\b", " ".join(words))
    return told(language_of(cast(Literal["en", "zh"], asked[1]) if asked else None), error)


def main(words: list[str] | None = None) -> None:
    """Run the command in `words` (or on the command line); errors for people are printed without a traceback."""
    words = sys.argv[1:] if words is None else words
    try:
        code = app(words, result_action="return_value")
        sys.stdout.flush()
    except PacelineError as error:
        print(f"paceline: {_told(error, words)}", file=sys.stderr)
        code = 2 if isinstance(error, ConfigError) else 1
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # Whoever read has gone, as in `paceline ... | head`: what is left must not be flushed to them at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("paceline: the output cannot be written: there is no room", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main()
