"""Identities are derived from what they name, never drawn: the same run has the same ids."""

from __future__ import annotations


def call_id(campaign: str, lead: str, attempt: int) -> str:
    """Return the id of one attempt, which is also the idempotency key of its placement."""
    return f"{campaign}/{lead}/{attempt}"
