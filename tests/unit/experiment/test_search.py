"""The search: what it finds on a hill of known shape, what it keeps, and what an interruption costs."""

import numpy as np
import pytest

from dialer.core.errors import PacelineError
from simulator.experiment.figures import SUMS
from simulator.experiment.search import search
from simulator.experiment.space import Space
from simulator.experiment.workers import workers
from strategies.document import Document
from strategies.errors import ConfigErrors

SPACE = """
run: run.yaml
aims: {contacts_per_agent_hour: most}
limits: {abandon_share: {at_most: 0.03}}
search:
  x: {from: 0, to: 10}
  kind: {of: [good, bad]}
"""


def space(text: str = SPACE) -> Space:
    return Document("space.yaml", text).validate(Space)


def hill(asked):
    """Contacts grow with x, and so do abandons: 3 % at x = 6."""
    rows = []
    for changes, seed in asked:
        noise = np.random.default_rng(seed).normal(0, 0.02)
        gain = 1.0 if changes["kind"] == "good" else 0.6
        sums = dict.fromkeys(SUMS, 1.0) | {"agent_hours": 100.0, "answered": 1000.0}
        sums["contacts"] = 100 * gain * (5 + changes["x"]) * (1 + noise)
        sums["abandoned"] = 1000 * 0.005 * changes["x"] * (1 + noise)
        rows.append(sums)
    return rows


def test_the_best_within_the_limit_is_found(tmp_path):
    found = search(space(), hill, 60, 4, tmp_path / "t.journal", seed=1)
    best = found.recommended
    assert best is not None and best.keeps and best.changes["kind"] == "good"
    assert 5.0 < best.changes["x"] <= 6.0
    value, low, high = best.figures["contacts_per_agent_hour"]
    assert low < 5 + best.changes["x"] < high and low < value < high
    assert best.figures["abandon_share"].high <= 0.03


def test_two_aims_have_a_frontier(tmp_path):
    text = SPACE.replace("{contacts_per_agent_hour: most}", "{contacts_per_agent_hour: most, abandon_share: least}")
    found = search(space(text), hill, 40, 3, tmp_path / "t.journal")
    xs = [one.changes["x"] for one in found.frontier if one.changes["kind"] == "good"]
    assert len(xs) >= 4 and xs == sorted(xs, reverse=True)


def test_what_leads_by_chance_is_not_recommended_and_other_days_give_the_figures(tmp_path):
    """On the days of the search low x looks best, on those of the comparison it does not, and no others choose."""
    asked = []

    def lucky(jobs):
        asked.extend((changes["x"], seed) for changes, seed in jobs)
        rows = []
        for changes, seed in jobs:
            look = 10 - changes["x"] if seed < 3 else changes["x"]
            rows.append(dict.fromkeys(SUMS, 1.0) | {"contacts": look + (seed >= 15) * 100, "abandoned": 0.0})
        return rows

    text = SPACE.replace("{from: 0, to: 10}", "{from: 0, to: 10, whole: true}").replace("[good, bad]", "[a, b]")
    found = search(space(text), lucky, 40, 3, tmp_path / "t.journal")
    tried = {x for x, seed in asked if seed < 3}
    assert found.recommended.changes["x"] == max(tried)
    assert found.recommended.figures["contacts_per_agent_hour"].value == max(tried) + 100
    compared = [job for job in asked if 3 <= job[1] < 15]
    assert len(compared) == len(set(compared)) == 12 * len(tried)  # a and b are the same in effect
    assert {x for x, seed in asked if seed >= 15} == {max(tried)} and max(seed for _, seed in asked) == 26


def test_when_the_first_breaks_the_limit_on_the_last_days_the_next_is_measured(tmp_path):
    def breaks(jobs):
        return [
            dict.fromkeys(SUMS, 1.0)
            | {"contacts": changes["x"], "abandoned": 0.1 if seed >= 10 and changes["x"] > 7 else 0.0}
            for changes, seed in jobs
        ]

    text = SPACE.replace("{from: 0, to: 10}", "{from: 0, to: 10, whole: true}")
    found = search(space(text), breaks, 60, 2, tmp_path / "t.journal")
    assert found.recommended.changes["x"] == 7
    assert [(one.changes["x"], one.keeps) for one in found.frontier] == [(10, False), (9, False), (8, False), (7, True)]


def test_an_interrupted_search_goes_on_and_ends_as_if_nothing_had_been(tmp_path):
    whole = search(space(), hill, 24, 3, tmp_path / "whole.journal")
    asked = []

    def dies(jobs):
        asked.extend(jobs)
        if len(asked) > 40:
            raise KeyboardInterrupt
        return hill(jobs)

    with pytest.raises(KeyboardInterrupt):
        search(space(), dies, 24, 3, tmp_path / "cut.journal")
    before = len(asked)
    asked.clear()

    def counts(jobs):
        asked.extend(jobs)
        return hill(jobs)

    again = search(space(), counts, 24, 3, tmp_path / "cut.journal")
    assert again.recommended == whole.recommended
    assert again.frontier == whole.frontier
    in_search = [job for job in asked if job[1] < 3]
    assert len(in_search) + before - 12 == 24 * 3  # only the batch that was under way is done again


def test_the_present_settings_are_tried_first(tmp_path):
    asked = []

    def first(jobs):
        asked.extend(jobs)
        return hill(jobs)

    search(space(), first, 4, 2, tmp_path / "t.journal", present={"x": 2.5, "kind": "bad"})
    assert asked[0] == ({"x": 2.5, "kind": "bad"}, 0)


def test_a_journal_of_another_search_is_refused(tmp_path):
    search(space(), hill, 4, 2, tmp_path / "t.journal")
    with pytest.raises(PacelineError, match="another search"):
        search(space(SPACE.replace("to: 10", "to: 9")), hill, 4, 2, tmp_path / "t.journal")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{from: 0, to: 10}", "{from: 10, to: 1}", "space.yaml:6"),
        ("{from: 0, to: 10}", "{from: 0, to: 10, log: true}", "logarithmic"),
        ("contacts_per_agent_hour: most", "contacts: most", "no figure contacts"),
        ("{at_most: 0.03}", "{}", "bounds nothing"),
        ("[good, bad]", "[good]", "at least 2"),
    ],
)
def test_a_space_that_cannot_be_searched_is_told(old, new, message):
    with pytest.raises(ConfigErrors) as told:
        space(SPACE.replace(old, new))
    assert message in str(told.value)


def dies_once(job):
    import os
    from pathlib import Path

    number, folder = job
    mark = Path(folder) / "died"
    if number == 2 and not mark.exists():
        mark.touch()
        os._exit(9)
    return number * number


def dies_always(_):
    import os

    os._exit(9)


def test_a_worker_that_dies_costs_nothing_but_time(tmp_path):
    with workers(2) as run:
        assert run(dies_once, [(number, str(tmp_path)) for number in range(6)]) == [0, 1, 4, 9, 16, 25]
    assert (tmp_path / "died").exists()


def test_jobs_that_kill_every_worker_are_told():
    with workers(2) as run, pytest.raises(PacelineError, match="workers died"):
        run(dies_always, [1, 2])
