"""Scores against worlds whose truth is known, with no look into the future."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy.stats import binom

from strategies.document import Document
from strategies.errors import ConfigError, ConfigErrors
from strategies.scores.calibration import calibrate
from strategies.scores.habits import OWN, RULE, SEGMENT, habits
from strategies.scores.history import Records, read_records
from strategies.scores.learn import Learned, back_test, learn
from strategies.scores.protected import is_protected
from strategies.scores.rates import STRONGEST, posterior, strength
from strategies.scores.rules import FIRST_HOUR, channels_of, hours_of
from strategies.scores.schema import ScoreSpec, read_scores
from tests.unit.scores.worlds import MEAN, SEGMENTS, STRENGTH, World, make

SPEC = ScoreSpec(name="x", segment=("bucket",), features=("balance",), horizon_days=7)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def records(world: World) -> Records:
    with duckdb.connect() as database:
        return read_records(world.portfolio, world.history, SPEC, database)


@pytest.fixture(scope="module")
def learned(records: Records) -> Learned:
    return learn(records, SPEC.horizon_days)


def test_what_was_predicted_came_true(learned: Learned) -> None:
    for calibration in (learned.reach_calibration, learned.pay_calibration):
        assert calibration is not None
        held = sum(bin_.holds for bin_ in calibration.bins)
        # Each of ten intervals holds with 95 %: fewer than 7 have a chance of 1 in 10,000.
        assert binom.cdf(held, 10, 0.95) > 1e-4
        assert calibration.brier.mean < calibration.brier_of_rate.low
        assert calibration.log_loss.mean < calibration.log_loss_of_rate.low


def test_the_intervals_hold_the_true_rates(learned: Learned, world: World) -> None:
    assert learned.reach is not None
    inside = (learned.reach.low <= world.rate) & (world.rate <= learned.reach.high)
    assert inside.mean() > 0.92
    width = learned.reach.high - learned.reach.low
    assert width[world.calls == 40].mean() < 0.6 * width[world.calls == 0].mean()


def test_an_account_without_history_is_like_its_segment(learned: Learned, world: World) -> None:
    assert learned.reach is not None
    for number, name in enumerate(SEGMENTS):
        alike = learned.reach.mean[(world.calls == 0) & (world.segment == number)]
        assert alike.mean() == pytest.approx(MEAN[name], abs=0.04)
        assert alike.std() < 0.05
    often = world.calls == 40
    assert np.corrcoef(learned.reach.mean[often], world.rate[often])[0, 1] > 0.9


def test_no_hour_is_better_where_all_are_equal(learned: Learned) -> None:
    assert (learned.best_hour.source == RULE).mean() > 0.99
    assert set(hours_of(learned.best_hour)) >= {FIRST_HOUR}


def test_nothing_after_the_split_is_used(records: Records) -> None:
    contacts = records.contacts
    cut = np.sort(contacts.day)[int(len(contacts.day) * 0.75)]
    truth = back_test(contacts, contacts.reached, 0)
    changed = np.where(contacts.day >= cut, 1 - contacts.reached, contacts.reached)
    other = back_test(contacts, changed, 0)
    assert truth is not None
    assert other is not None
    assert [bin_.predicted for bin_ in truth.bins] == [bin_.predicted for bin_ in other.bins]
    assert truth.brier != other.brier
    # What was not known by then, because its horizon had not ended, is not used either.
    late = np.where((contacts.day >= cut - 7) & (contacts.day < cut), 1 - contacts.paid, contacts.paid)
    one, two = back_test(contacts, contacts.paid, 7), back_test(contacts, late, 7)
    assert one == two


def test_too_little_history_says_nothing(records: Records) -> None:
    few = records.contacts.where(np.arange(len(records.contacts.day)) < 150)
    assert back_test(few, few.reached, 0) is None


def test_the_strength_is_recovered() -> None:
    rng = np.random.default_rng(3)
    rate = rng.beta(STRENGTH * 0.3, STRENGTH * 0.7, 4000)
    tried = np.full(4000, 10.0)
    found = strength(np.full(4000, 0.3), tried, rng.binomial(10, rate).astype(float))
    assert found == pytest.approx(STRENGTH, rel=0.15)
    assert strength(np.array([0.3]), np.array([1.0]), np.array([1.0])) == STRONGEST


def test_shrinkage_is_the_weighted_mean() -> None:
    half = np.full(3, 0.5)
    got = posterior(half, 4.0, np.array([0.0, 4.0, 400.0]), np.array([0.0, 4.0, 400.0]), half)
    assert got.mean == pytest.approx([0.5, 6 / 8, 402 / 404])
    assert (got.low < got.mean).all()
    assert (got.mean < got.high).all()
    # The own record is a factor of the odds when circumstances have changed: 3:1 times 1:3.
    moved = posterior(np.array([0.5]), 4.0, np.array([4.0]), np.array([4.0]), np.array([0.25]))
    assert moved.mean == pytest.approx([0.5])


def test_a_better_hour_is_found_for_all_and_for_one() -> None:
    rng = np.random.default_rng(5)
    accounts, hours = 400, 10
    account = np.repeat(np.arange(accounts), 200)
    hour = rng.integers(0, hours, len(account))
    rate = np.where(hour == 7, 0.5, 0.2)
    owl = account < 40  # are reached at hour 9 only, whatever the others do
    rate = np.where(owl, np.where(hour == 9, 0.95, 0.02), rate)
    segment_of = (np.arange(accounts) >= 395).astype(np.int64)
    success = (rng.random(len(account)) < rate).astype(float)
    found = habits(account, segment_of, segment_of[account], hour, success, hours)
    assert (found.choice[:40] == 9).mean() > 0.9
    assert (found.source[:40] == OWN).mean() > 0.9
    assert (found.choice[40:] == 7).mean() > 0.95
    assert SEGMENT in found.source[40:395]


def test_starting_rules_hold_where_nothing_is_known() -> None:
    nobody = np.array([], dtype=np.int64)
    found = habits(nobody, np.zeros(4, dtype=np.int64), nobody, nobody, np.array([]), 3)
    assert list(hours_of(found)) == [FIRST_HOUR] * 4
    assert channels_of(found, ("a", "b", "c")) == ["sms"] * 4
    ages = np.array([20.0, 45.0, 70.0, np.nan])
    assert channels_of(found, ("a", "b", "c"), ages) == ["push", "sms", "letter", "sms"]


def test_a_perfect_forecast_loses_nothing() -> None:
    outcome = np.tile([0.0, 1.0], 50)
    got = calibrate(outcome, outcome, np.arange(100), 0.5)
    assert got.brier.mean == 0
    assert got.brier_of_rate == (0.25, 0.25, 0.25)
    assert all(bin_.holds or bin_.predicted in (0, 1) for bin_ in got.bins)


@pytest.mark.parametrize(
    "name",
    [
        "age",
        "customer_age",
        "Gender",
        "maritalStatus",
        "birth_date",
        "ethnic_group",
        "年龄",
        "客户性别",
        "xingbie",
        "AGE",
    ],
)
def test_protected_names_are_known(name: str) -> None:
    assert is_protected(name)


@pytest.mark.parametrize("name", ["balance", "days_past_due", "percentage", "racetrack", "usage", "余额", "逾期天数"])
def test_other_names_are_not(name: str) -> None:
    assert not is_protected(name)


def test_a_protected_attribute_needs_a_declaration() -> None:
    text = "name: x\nsegment: [region]\nfeatures: [balance, age]\n"
    with pytest.raises(ConfigErrors) as caught:
        read_scores(Document("s.yaml", text))
    assert str(caught.value) == (
        "s.yaml:3:21: features[1]: `age` is a protected attribute (leave it out, or write "
        "`protected_allowed: {age: why it may be used, and who decided}`)"
    )
    allowed = read_scores(
        Document("s.yaml", text + "protected_allowed: {age: letters for the old; decided by legal}\n")
    )
    assert allowed.features == ("balance", "age")
    with pytest.raises(ConfigErrors, match="no score uses this column"):
        read_scores(Document("s.yaml", "name: x\nprotected_allowed: {age: because it is needed}\n"))


def files(folder: Path, portfolio: str, history: str) -> tuple[Path, Path]:
    for name, text in (("portfolio", portfolio), ("history", history)):
        (folder / f"{name}.csv").write_text(text)
    return folder / "portfolio.csv", folder / "history.csv"


HISTORY = """\
account_id,at,channel,reached,paid,bucket,balance
A1,2026-05-01 09:30,agent_call,true,false,M1,100
A1,yesterday,agent_call,true,false,M1,100
A9,2026-05-02 18:00,sms,false,,M2,oops
A1,2026-05-03 10:00,ivr,maybe,true,M1,100
"""


def test_rows_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    with duckdb.connect() as database:
        found = read_records(*files(tmp_path, "account_id,bucket,balance\nA1,M1,5\n", HISTORY), SPEC, database)
    assert (found.rejected, found.first_rejected) == (2, 2)
    assert found.accounts.segments == ("M1", "M2")
    assert list(found.contacts.hour) == [9, 18]
    assert found.contacts.account[0] == 0
    assert found.contacts.account[1] < 0
    assert np.isnan(found.contacts.paid[1])
    assert np.isnan(found.contacts.then[1, 1])


@pytest.mark.parametrize(
    ("portfolio", "history", "expected"),
    [
        ("account_id,bucket\nA1,M1\n", HISTORY, "portfolio.csv:1: the column balance is missing"),
        ("account_id,bucket,balance\nA1,M1,5\nA1,M1,6\n", HISTORY, "row 2: account_id is missing, or the same as"),
        ("account_id,bucket,balance\nA1,M1,5\n", "account_id,at\n", "history.csv:1: the column channel is missing"),
        ("account_id,bucket,balance\nA1,M1,5\n", HISTORY.replace("2026-05", "May"), "no contact can be used"),
    ],
)
def test_files_that_cannot_be_used_are_refused(portfolio: str, history: str, expected: str, tmp_path: Path) -> None:
    with duckdb.connect() as database, pytest.raises(ConfigError) as caught:
        read_records(*files(tmp_path, portfolio, history), SPEC, database)
    assert expected in str(caught.value)
