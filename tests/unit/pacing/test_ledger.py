"""What an abandon limit is a share of."""

from __future__ import annotations

import pytest

import pacing
from pacing import Abandoned, Answered, Connected, Ended, Launched, Transferred
from pacing.ledger import Ledger, ShareOf

CALLS = {
    "served": (Launched(0.0, "a", 0.2), Answered(5.0, "a", True), Connected(5.0, "a"), Ended(9.0, "a")),
    "abandoned": (Launched(0.0, "b", 0.2), Answered(5.0, "b", True), Abandoned(7.0, "b"), Ended(9.0, "b")),
    "machine": (Launched(0.0, "c", 0.2), Answered(5.0, "c", False), Ended(5.0, "c")),
    "nobody": (Launched(0.0, "d", 0.2), Ended(26.0, "d")),
    "asked": (Answered(5.0, "e", True), Transferred(20.0, "e"), Connected(20.0, "e"), Ended(99.0, "e")),
}


def counted(ledger: Ledger, *calls: str) -> tuple[int, int]:
    for call in calls:
        for event in CALLS[call]:
            ledger.observe(event)
    return ledger.counted, ledger.abandoned


@pytest.mark.parametrize(("share_of", "calls"), [("answered", 2), ("connected", 3), ("placed", 4)])
def test_the_share_is_of_the_calls_that_the_setting_names(share_of: ShareOf, calls: int) -> None:
    ledger = Ledger(abandon_share_of=share_of)
    assert counted(ledger, "served", "abandoned", "machine", "nobody") == (calls, 1)
    assert ledger.of == share_of


@pytest.mark.parametrize(("share_of", "calls"), [("answered", 1), ("connected", 3), ("placed", 3)])
def test_where_a_robot_answers_persons_count_when_they_ask(share_of: ShareOf, calls: int) -> None:
    assert counted(Ledger(abandon_share_of=share_of, at_transfer=True), "served", "machine", "asked") == (calls, 0)


@pytest.mark.parametrize("share_of", ["answered", "connected", "placed"])
def test_the_allowance_is_spent_and_never_overspent(share_of: ShareOf) -> None:
    ledger = Ledger(abandon_share_of=share_of, abandon_limit_share=0.1)
    for _ in range(30):
        for call in ("served", "machine", "nobody"):
            counted(ledger, call)
        while ledger.allowance(50.0):
            counted(ledger, "abandoned")
        assert ledger.abandoned <= 0.1 * ledger.counted
    assert ledger.abandoned >= 0.1 * ledger.counted - 1


def test_an_unknown_denominator_is_refused() -> None:
    with pytest.raises(ValueError, match="abandon_share_of must be answered or connected or placed, not all"):
        pacing.create("ratio", abandon_share_of="all")


def test_the_decision_names_the_denominator() -> None:
    pacer = pacing.create("ratio", abandon_share_of="connected")
    pacer.observe(Answered(0.0, "c", False))
    terms = pacer.decide(pacing.PacingInput(1.0, 1, 0, 0, 0, 0, 10)).terms
    assert terms["connected"] == 1 and "answered" not in terms


def machines(ledger: Ledger, count: int, t_s: float = 5.0) -> None:
    for number in range(count):
        ledger.observe(Launched(t_s, f"m{number}", 0.2))
        ledger.observe(Answered(t_s, f"m{number}", False))


def persons(ledger: Ledger, count: int, t_s: float = 5.0) -> None:
    for number in range(count):
        ledger.observe(Answered(t_s, f"p{number}", True))


def test_what_detection_abandons_unseen_is_taken_off_the_limit() -> None:
    exact, wrong = Ledger(), Ledger(detection_false_positive_share=0.01)
    for ledger in (exact, wrong):
        machines(ledger, 900)
        persons(ledger, 1000)
    # Nine persons are expected among the machines, and 1.65 standard deviations of nine are five more.
    assert exact.unseen(5.0) == 0.0
    assert wrong.unseen(5.0) == pytest.approx((9 + 1.65 * 3) / 1000)
    assert (exact.allowance(5.0), wrong.allowance(5.0)) == (30, 16)


def test_more_false_positives_than_the_limit_bears_leave_no_abandon() -> None:
    ledger = Ledger(detection_false_positive_share=0.05)
    machines(ledger, 900)
    persons(ledger, 1000)
    assert ledger.allowance(5.0) == 0


def test_a_new_window_and_a_restart_begin_with_what_they_should() -> None:
    ledger = Ledger(detection_false_positive_share=0.01, abandon_window_s=100.0)
    machines(ledger, 900)
    persons(ledger, 1000)
    twin = Ledger(detection_false_positive_share=0.01, abandon_window_s=100.0)
    twin.load(ledger.state())
    assert twin.unseen(6.0) == ledger.unseen(6.0) > 0
    ledger.roll(106.0)
    assert ledger.unseen(106.0) == 0.0 and ledger.counted == 0


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_of_false_positives_is_a_share(share: float) -> None:
    with pytest.raises(ValueError, match="detection_false_positive_share must be at least 0 and below 1"):
        pacing.create("ratio", detection_false_positive_share=share)


@pytest.mark.parametrize("window_s", [86_400.0, 28 * 86_400.0])
def test_a_rolling_window_forgets_answers_early_and_abandons_late(window_s: float) -> None:
    ledger = Ledger(abandon_window_s=window_s, abandon_windows="rolling")
    persons(ledger, 100, t_s=10.0)
    ledger.observe(Abandoned(12.0, "p0"))
    for part, counts in ((0.0, (100, 1)), (0.98, (100, 1)), (0.9999, (0, 1)), (1.01, (0, 0))):
        ledger.roll(12.0 + part * window_s)
        assert (ledger.counted, ledger.abandoned) == counts, part


def test_a_rolling_window_bears_again_what_has_left_it() -> None:
    ledger = Ledger(abandon_windows="rolling")
    persons(ledger, 100, t_s=0.0)
    for _ in range(3):
        ledger.observe(Abandoned(0.0, "p"))
    persons(ledger, 100, t_s=40_000.0)
    assert ledger.allowance(40_000.0) == 3
    ledger.roll(87_000.0)
    assert (ledger.counted, ledger.abandoned, ledger.allowance(87_000.0)) == (100, 0, 3)


def test_a_restart_in_a_rolling_window_changes_nothing() -> None:
    ledger, twin = (
        Ledger(detection_false_positive_share=0.01, abandon_window_s=30 * 86_400.0, abandon_windows="rolling")
        for _ in range(2)
    )
    for day in range(29):
        machines(ledger, 90, t_s=day * 86_400.0)
        persons(ledger, 100, t_s=day * 86_400.0)
    twin.load(ledger.state())
    for t_s in (28.5 * 86_400.0, 40 * 86_400.0):
        for one in (ledger, twin):
            one.roll(t_s)
        assert (twin.counted, twin.unseen(t_s)) == (ledger.counted, ledger.unseen(t_s))
        assert twin.counted > 0 and twin.unseen(t_s) > 0


def test_campaigns_that_share_agents_roll_as_the_one_with_the_shortest_window() -> None:
    day, month = Ledger(abandon_windows="rolling"), Ledger(abandon_window_s=30 * 86_400.0)
    together = month.together([day])
    persons(together, 1, t_s=0.0)
    together.roll(90_000.0)
    assert together.counted == 0 and "rolling" in together.state()


@pytest.mark.parametrize("settings", [{"abandon_window_s": 3600.0}, {"shift_s": 60.0}])
def test_a_rolling_window_is_long_and_lends_nothing(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="a rolling window is at least a day"):
        pacing.create("ratio", abandon_windows="rolling", **settings)


def test_unknown_windows_are_refused() -> None:
    with pytest.raises(ValueError, match="abandon_windows must be successive or rolling, not sliding"):
        pacing.create("ratio", abandon_windows="sliding")
