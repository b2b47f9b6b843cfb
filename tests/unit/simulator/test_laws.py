"""Laws as quantile functions."""

from __future__ import annotations

from math import e
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulator.world.laws import (
    Constant,
    Exponential,
    Gamma,
    Law,
    Lognormal,
    ShortOrLognormal,
    Uniform,
    beta_quantile,
    chooser,
    log_spread,
    quantile,
)

LAWS = [
    (Constant(value_s=3.0), lambda _: 3.0),
    (Uniform(low_s=20.0, high_s=60.0), stats.uniform(20.0, 40.0).ppf),
    (Exponential(mean_s=7.0), stats.expon(scale=7.0).ppf),
    (Gamma(shape=1.884, scale_s=6.725), stats.gamma(1.884, scale=6.725).ppf),
    (Lognormal(mu=5.047, sigma=0.895), stats.lognorm(0.895, scale=2.718281828459045**5.047).ppf),
]


@pytest.mark.parametrize(("law", "exact"), LAWS)
def test_quantiles_are_those_of_the_law(law: Law, exact) -> None:
    of = quantile(law)
    for u in (0.001, 0.05, 0.25, 0.5, 0.9, 0.99, 0.999):
        assert of(u) == pytest.approx(float(exact(u)), rel=5e-3, abs=5e-3)


@pytest.mark.parametrize(
    ("short_share", "exact"), [(0.0, stats.lognorm(0.9, scale=e**5).ppf), (1.0, stats.expon(scale=9.0).ppf)]
)
def test_a_law_of_two_parts_is_either_of_them_at_its_ends(short_share: float, exact) -> None:
    of = quantile(ShortOrLognormal(short_share=short_share, short_mean_s=9.0, mu=5.0, sigma=0.9))
    for u in (0.01, 0.05, 0.25, 0.5, 0.9, 0.99):
        assert of(u) == pytest.approx(float(exact(u)), rel=1e-2, abs=5e-3)


def test_the_default_ring_law_has_the_mean_of_its_source() -> None:
    of = quantile(Gamma(shape=1.884, scale_s=6.725))
    assert fmean(of((i + 0.5) / 10_000) for i in range(10_000)) == pytest.approx(12.67, rel=1e-3)


CHANCES = st.floats(1e-12, 1 - 1e-12)


@given(st.tuples(CHANCES, CHANCES).map(sorted), st.sampled_from([law for law, _ in LAWS]))
def test_quantile_functions_never_fall_and_never_go_below_zero(us: list[float], law: Law) -> None:
    of = quantile(law)
    assert 0 <= of(us[0]) <= of(us[1])


def test_beta_has_its_mean_and_stays_in_range() -> None:
    of = beta_quantile(0.2, 6.9)
    values = [of((i + 0.5) / 5000) for i in range(5000)]
    assert fmean(values) == pytest.approx(0.2, rel=2e-3)
    assert 0 <= min(values) <= max(values) <= 1


def test_log_spread_has_mean_one() -> None:
    assert fmean(log_spread((i + 0.5) / 20_000, 0.2) for i in range(20_000)) == pytest.approx(1.0, rel=1e-3)


def test_a_chooser_gives_each_name_its_share() -> None:
    choose = chooser({"a": 0.2, "none": 0.0, "b": 0.5, "c": 0.3})
    chosen = [choose((i + 0.5) / 1000) for i in range(1000)]
    assert {name: chosen.count(name) for name in ("a", "none", "b", "c")} == {"a": 200, "none": 0, "b": 500, "c": 300}
