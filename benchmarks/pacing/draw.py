"""Draw occupancy against the number of agents from the figures that ``run --json`` wrote.

The limit of a memoryless floor is exact (`pacing.optimal`). For a realistic floor none is known; its reference is
our rule with the constant theta that abandons 3 % over all days together, bad days forgiven: it is drawn when
the figures of ``run --fixed`` are given too.

Run: ``python -m benchmarks.pacing.draw figures.json fixed.json docs/images/occupancy.png``
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np

from benchmarks.pacing import scenarios
from benchmarks.pacing.policies import LIMIT_SHARE
from benchmarks.pacing.report import limit_at
from benchmarks.pacing.run import FIXED_THETAS

Cells = dict[str, dict[str, Any]]
"""By policy, its figures, as of `report.Cell`."""

PANELS = {
    "memoryless": "Memoryless floor: the limit is known",
    "stationary": "Realistic floor: no day over 3 % abandoned",
}
LIMIT, CONSTANT = "exact limit", "3 % on average"
POLICIES = {"look_ahead": "Paceline", "vicidial kept": "VICIdial, tuned", "progressive": "progressive"}
COLOURS = {
    LIMIT: "#222222",
    CONSTANT: "#8a8a8a",
    "Paceline": "#1f6f8b",
    "VICIdial, tuned": "#d98324",
    "progressive": "#9b6fb5",
}
CONSTANTS = {f"look_ahead {theta}" for theta in FIXED_THETAS}
DASHED = (LIMIT, CONSTANT)
LEAST_AND_MOST = (0.6, 1.0)
"""Range of the occupancy axis: progressive dialling lies above the one, and nothing above the other."""


def read(files: list[Path]) -> dict[str, Cells]:
    """Return the figures of all files together: by floor ("kind agents") and policy."""
    floors: dict[str, Cells] = {}
    for file in files:
        for floor, cells in json.loads(file.read_text()).items():
            floors.setdefault(floor, {}).update(cells)
    return floors


def points(floors: dict[str, Cells], kind: str) -> Iterator[dict[str, Any]]:
    """Yield the points of one panel.

    A policy with a day over the limit has none: what it reaches beyond the limit is not to be compared.
    """
    for floor, cells in floors.items():
        if not floor.startswith(f"{kind} "):
            continue
        agents = int(floor.split()[1])
        found = {
            said: cells[label]["occupancy"][0]
            for label, said in POLICIES.items()
            if label in cells and cells[label]["over_days"] == 0
        }
        if kind == "memoryless":
            found[LIMIT] = limit_at(scenarios.make(kind, agents))
        elif (constant := at_limit(cells)) is not None:
            found[CONSTANT] = constant
        for said, occupancy in found.items():
            yield {"agents": agents, "policy": said, "occupancy": occupancy}


def at_limit(cells: Cells) -> float | None:
    """Return the occupancy of a constant theta that abandons 3 %, between the two that were run next to it."""
    run = sorted((cell["of_answers"][0], cell["occupancy"][0]) for label, cell in cells.items() if label in CONSTANTS)
    shares, occupancies = np.array(run).reshape(-1, 2).T
    if len(run) < 2 or not shares[0] <= LIMIT_SHARE <= shares[-1]:
        return None
    return float(np.interp(LIMIT_SHARE, shares, occupancies))


def draw(floors: dict[str, Cells]) -> alt.HConcatChart:
    """Return the picture, a panel for each kind of floor."""
    panels = [panel(list(points(floors, kind)), title) for kind, title in PANELS.items()]
    return alt.hconcat(*panels, spacing=30).configure_view(stroke=None).configure_axis(gridColor="#e6e6e6")


def panel(rows: list[dict[str, Any]], title: str) -> alt.LayerChart:
    """Return the lines of one kind of floor."""
    sizes = sorted({row["agents"] for row in rows})
    x = alt.X("agents:Q", title="agents").scale(type="log", domain=[sizes[0], sizes[-1]])
    x = x.axis(values=sizes, grid=False, labelFlush=False)
    y = alt.Y("occupancy:Q", title="busy share of staffed time").axis(format=".0%").scale(domain=LEAST_AND_MOST)
    legend = alt.Legend(title=None, orient="bottom", symbolType="stroke", symbolSize=400, labelFontSize=12)
    colour = alt.Color("policy:N", legend=legend).scale(domain=list(COLOURS), range=list(COLOURS.values()))
    dash = alt.StrokeDash("policy:N", legend=legend).scale(
        domain=list(COLOURS), range=[[5, 4] if said in DASHED else [1, 0] for said in COLOURS]
    )
    lines = alt.Chart(alt.Data(values=rows), title=title, width=380, height=320).encode(x, y, colour)
    return alt.layer(lines.mark_line(strokeWidth=2).encode(dash), lines.mark_point(filled=True, size=28, opacity=1))


def main(arguments: list[str] | None = None) -> None:
    """Draw what the options say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures", nargs="+", type=Path, help="what `run --json` wrote, with and without --fixed")
    parser.add_argument("picture", type=Path, help="the file to write, .svg or .png")
    options = parser.parse_args(arguments)
    draw(read(options.figures)).save(options.picture, scale_factor=2)


if __name__ == "__main__":
    main()
