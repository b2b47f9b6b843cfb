"""Faults in Chinese, by the English text: ``{}`` stands for what a text quotes, ``{text}`` for a text of its own."""

from __future__ import annotations

from dialer.insight.texts.faults import (
    commands,
    conditions,
    evidence,
    files,
    flows,
    histories,
    packs,
    portfolios,
    runs,
    scores,
    scripts,
    strategies,
)

CHINESE: dict[str, str] = {
    **strategies.TEXTS,
    **scripts.TEXTS,
    **flows.TEXTS,
    **conditions.TEXTS,
    **packs.TEXTS,
    **files.TEXTS,
    **portfolios.TEXTS,
    **histories.TEXTS,
    **scores.TEXTS,
    **runs.TEXTS,
    **commands.TEXTS,
    **evidence.TEXTS,
}
