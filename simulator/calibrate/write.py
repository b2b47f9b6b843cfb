"""A calibrated world as a file that a run's configuration can name, with its uncertainty beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import yaml

from simulator.calibrate.behaviour import Behaviour
from simulator.calibrate.estimate import COVERAGE, Estimate
from simulator.calibrate.repayment import Segment, SelfCure
from simulator.world.settings import WorldSettings
from strategies.errors import ConfigError


def write_world(
    path: Path,
    world: WorldSettings,
    found: Sequence[Estimate],
    defaults: Sequence[Estimate],
    repaid: Sequence[Segment] = (),
    cured: SelfCure | None = None,
) -> Path:
    """Write `path`, and beside it ``<name>.calibration.json`` with all estimates; return the latter's path.

    Raises
    ------
    ConfigError
        When they cannot be written.
    """
    side = path.with_suffix(".calibration.json")
    content = world.model_dump(mode="json", exclude={"seed", "grid_s"})
    text = yaml.safe_dump(content, sort_keys=False, default_flow_style=None, width=110)
    record = {
        "coverage": COVERAGE,
        "estimates": [_plain(estimate) for estimate in found],
        "defaults": {estimate.name: estimate.source for estimate in defaults},
        "segments": [
            {
                "name": segment.name,
                "promised": _plain(segment.promised),
                "kept": segment.kept and _plain(segment.kept),
                "median_cents": segment.median_cents,
            }
            for segment in repaid
        ],
        "self_cure": cured
        and {
            "accounts": cured.accounts,
            "knee": cured.knee and _plain(cured.knee),
            **{name: getattr(cured, name).tolist() for name in ("days", "paid", "low", "high")},
        },
    }
    use = "Name this file as `world:` of a run's configuration."
    _write(path, "\n".join([*_remarks(use, found, defaults), "", text]))
    _write(side, msgspec.json.format(msgspec.json.encode(record)).decode())
    return side


def write_behaviour(path: Path, behaviour: Behaviour) -> None:
    """Write how people pay, for `paceline simulate STRATEGY --portfolio ... --behaviour`.

    Raises
    ------
    ConfigError
        When it cannot be written.
    """
    content = behaviour.settings.model_dump(mode="json", include={"cure", "payment"}, exclude_unset=True)
    text = yaml.safe_dump(content, sort_keys=False, default_flow_style=False, allow_unicode=True, width=110)
    use = "Name it: `paceline simulate STRATEGY --portfolio ACCOUNTS --behaviour` and this file."
    remarks = "\n".join(_remarks(use, behaviour.found, behaviour.defaults))
    _write(path, f"{remarks}\n\n{text}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        hint = "name a file in a folder where files may be made"
        raise ConfigError(f"cannot be written: {error.strerror}", file=str(path), hint=hint) from None


def _plain(estimate: Estimate) -> dict[str, str | float]:
    return {name: float(value) if isinstance(value, float) else value for name, value in estimate._asdict().items()}


def _remarks(use: str, found: Sequence[Estimate], defaults: Sequence[Estimate]) -> list[str]:
    lines = [f"# Written by `paceline calibrate`. {use}", "#"]
    lines.append(f"# Estimated, with {COVERAGE:.0%} intervals:")
    lines += [
        f"#   {one.name:<48} {one.value:>11.5g}  {one.low:.5g} to {one.high:.5g}, from {one.observations:,}"
        for one in found
    ]
    lines += ["#", "# Not in the history, so the default stands:"]
    lines += [f"#   {one.name:<48} {one.source}" for one in defaults]
    return lines
