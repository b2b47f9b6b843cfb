"""The pyramid's two published examples, and what a single day can tell."""

from __future__ import annotations

import msgspec
import pytest

from dialer.insight.figures import pyramid_levels
from dialer.insight.pyramid.levels import Pyramid, of_totals
from dialer.insight.tally import Tally
from tests.unit.insight.plausible import plausible_shift

LOW_RISK = Pyramid(
    1, productive_share=0.85, contacts_per_productive_h=10, promise_share=0.85, kept_share=0.65, payment=140
)
HIGH_RISK = Pyramid(
    1, productive_share=0.85, contacts_per_productive_h=5, promise_share=0.75, kept_share=0.5, payment=100
)


@pytest.mark.parametrize(("pyramid", "value"), [(LOW_RISK, 657), (HIGH_RISK, 159)])
def test_the_published_table_comes_out(pyramid: Pyramid, value: int) -> None:
    assert int(pyramid.value_per_paid_h or 0) == value


@pytest.mark.parametrize(
    "level", ["productive_share", "contacts_per_productive_h", "promise_share", "kept_share", "payment"]
)
def test_a_level_that_is_not_known_leaves_the_value_unknown(level: str) -> None:
    assert msgspec.structs.replace(LOW_RISK, **{level: None}).value_per_paid_h is None


def test_the_day_tells_the_pyramid_up_to_the_promises() -> None:
    tally = Tally()
    for event, effects in plausible_shift(agents=4, hours=2):
        tally.take(event, effects)
    total = tally.totals()
    pyramid = of_totals(total)
    productive = total.paid_s - total.paused_s
    assert pyramid.paid_h == pytest.approx(total.paid_s / 3600)
    assert pyramid.productive_share == pytest.approx(productive / total.paid_s)
    assert pyramid.contacts_per_productive_h == pytest.approx(total.contacts / (productive / 3600))
    assert pyramid.promise_share == pytest.approx(tally.dispositions["promise"] / total.contacts)
    assert (pyramid.kept_share, pyramid.payment, pyramid.value_per_paid_h) == (None, None, None)


def test_unknown_levels_say_so_instead_of_showing_a_number() -> None:
    known = {figure.label: figure.value for figure in pyramid_levels(LOW_RISK, "en")}
    today = {
        figure.label: figure.value
        for figure in pyramid_levels(msgspec.structs.replace(LOW_RISK, kept_share=None), "en")
    }
    assert (known["Kept rate"], known["Value per paid hour"]) == ("65.0%", "657")
    assert (today["Kept rate"], today["Value per paid hour"]) == ("not known on the day", "not known on the day")
    assert today["Average payment"] == "140"
