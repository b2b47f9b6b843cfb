"""A pacing decision in words."""

from __future__ import annotations

from dialer.core.effects import Pace, PlaceCall, Why
from dialer.insight.explain import explain_pacing
from pacing import EVERYBODY


def placed(campaign: str) -> PlaceCall:
    why = Why("M1", 7, 1, "", 3)
    return PlaceCall(f"{campaign}/l1/1", campaign, "l1", "p1", "p1/0", 1, 26.0, None, why)


def test_campaigns_that_share_agents_are_explained_one_after_the_other() -> None:
    effects = (
        Pace("cards", "ratio", 1, "policy", {"idle": 3}),
        placed("cards"),
        Pace("loans", "ratio", 1, "guard", {"idle": 3}, "cards"),
        placed("loans"),
        Pace("cars", "ratio", 1, "guard", {"idle": 3}, EVERYBODY),
    )
    rows = [(label, value) for label, value, _ in explain_pacing(effects, "en")]
    assert [value for label, value in rows if label not in ("Calls to place", "Agents idle")] == [
        "ratio · cards",
        "segment M1, priority 7, attempt 1, allowed by 3 rules",
        "ratio · loans",
        "cards",
        "segment M1, priority 7, attempt 1, allowed by 3 rules",
        "ratio · cars",
        "all campaigns that share these agents",
    ]
    assert [label for label, _ in rows if "/" in label] == ["cards/l1/1", "loans/l1/1"]
