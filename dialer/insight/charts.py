"""The plots of a shift, as SVG text drawn with Altair."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby, pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import altair as alt
import vl_convert

from dialer.insight.language import Language, say
from dialer.insight.tally import Tally, Totals

WIDTH, HEIGHT = 500, 260
STATE_COLOURS = {
    "in_call": "#1f6f8b",
    "wrap": "#7fb3c8",
    "reserved": "#b08fc7",
    "ready": "#f0c05a",
    "paused": "#d9d9d9",
}
BLUE, PALE_BLUE, ORANGE, RED = "#1f6f8b", "#a9cbd8", "#d98324", "#c0392b"
_PERIOD_MINUTES = 5
_DRAWN_FROM = 200
"""Answered calls before a cumulative share is drawn: earlier it jumps with every call and says nothing."""

Row = dict[str, Any]


class Reach(NamedTuple):
    """How far the plots of a day reach, so that two days can be drawn on the same scales."""

    start: datetime
    end: datetime
    agents: float
    lines: float
    abandoned: float


class Charts:
    """The plots of one run.

    Parameters
    ----------
    tally : Tally
        The run.
    zone : ZoneInfo
        The clock of the time axes.
    limit_share : float
        Limit of the abandon share, drawn as a line.
    language : Language
        Of titles and legends.
    """

    def __init__(self, tally: Tally, zone: ZoneInfo, limit_share: float, language: Language) -> None:
        self.tally, self.zone, self.limit_share, self.language = tally, zone, limit_share, language
        self.end = tally.totals()
        marks = [sample for sample in tally.samples[::_PERIOD_MINUTES] if sample.elapsed_s < self.end.elapsed_s]
        self.periods = [
            (self._clock(earlier.elapsed_s), later.since(earlier)) for earlier, later in pairwise([*marks, self.end])
        ]

    def all(self) -> list[str]:
        """Return every plot that this run has data for."""
        return [*self.day(), *(svg(chart) for chart in (self.abandon(), self.contacts()))]

    def day(self, *beside: Charts) -> list[str]:
        """Return the floor over time: agents by state, lines and launches, abandoned calls; scaled as those beside."""
        reaches = zip(*(charts.reach() for charts in (self, *beside)), strict=True)
        starts, *others = reaches
        reach = Reach(min(starts), *(max(values) for values in others))
        return [svg(draw(reach)) for draw in (self.agents, self.lines_and_launches, self.abandoned)]

    def reach(self) -> Reach:
        """Return how far this run's own plots reach."""
        periods = [period for _, period in self.periods]
        staffed = (sum(period.state_s(state) for state in STATE_COLOURS) / period.elapsed_s for period in periods)
        return Reach(
            self._clock(0.0),
            self._clock(self.end.elapsed_s),
            max(staffed, default=0.0),
            max((max(_lines(period), _launches(period)) for period in periods), default=0.0),
            max((period.abandoned for period in periods), default=0),
        )

    def agents(self, reach: Reach) -> alt.Chart:
        """Return the mean number of agents in each state, stacked."""
        order = list(STATE_COLOURS)
        rows: list[Row] = [
            {"t": t, "state": self._say(state), "rank": rank, "n": period.state_s(state) / period.elapsed_s}
            for t, period in self._steps()
            for rank, state in enumerate(order)
        ]
        colour = alt.Color("state:N", title=None, sort=[self._say(state) for state in order]).scale(
            domain=[self._say(state) for state in order], range=list(STATE_COLOURS.values())
        )
        chart = alt.Chart(data(rows), title=self._say("by_state")).mark_area(interpolate="step-after")
        return chart.encode(_time_axis(reach), _upward(reach.agents), colour, alt.Order("rank:O"))

    def lines_and_launches(self, reach: Reach) -> alt.Chart:
        """Return lines in use (mean of each period) and calls placed per period."""
        rows: list[Row] = []
        for t, period in self._steps():
            rows.append({"t": t, "what": self._say("lines"), "n": _lines(period)})
            rows.append({"t": t, "what": self._say("launches"), "n": _launches(period)})
        colour = alt.Color("what:N", title=None).scale(
            domain=[self._say("lines"), self._say("launches")], range=[BLUE, ORANGE]
        )
        chart = alt.Chart(data(rows), title=self._say("lines_and_launches"))
        chart = chart.mark_line(strokeWidth=1.6, interpolate="step-after")
        return chart.encode(_time_axis(reach), _upward(reach.lines), colour)

    def abandoned(self, reach: Reach) -> alt.Chart:
        """Return how many were abandoned in each period."""
        rows: list[Row] = [{"t": t, "n": period.abandoned} for t, period in self._steps()]
        chart = alt.Chart(data(rows), title=self._say("abandoned_by_time"))
        most = max(1, int(reach.abandoned))
        whole = alt.Axis(values=list(range(0, most + 1, 1 + most // 6)), format="d")
        bars = chart.mark_area(interpolate="step-after", color=RED)
        return bars.encode(_time_axis(reach), _upward(most).axis(whole))

    def abandon(self) -> alt.LayerChart:
        """Return the cumulative abandon share by both denominators, against its limit."""
        rows: list[Row] = [
            {"t": self._clock(sample.elapsed_s), "what": self._say(what), "share": value}
            for sample in self.tally.samples
            if sample.answered >= _DRAWN_FROM
            for what, value in (
                ("of_answered", sample.abandon_share),
                ("of_placed", sample.abandon_share_of_placed),
            )
        ]
        highest = max([self.limit_share, *(row["share"] for row in rows)])
        limit = self._say("limit", f"{self.limit_share:.1%}")
        lines = alt.Chart(data(rows), title=self._say("abandon_over_time")).mark_line()
        lines = lines.encode(
            _time_axis(self.reach()),
            alt.Y("share:Q", title=None).axis(format=".1%").scale(domain=[0, highest * 1.25]),
            alt.Color("what:N", title=None).scale(
                domain=[self._say("of_answered"), self._say("of_placed")], range=[BLUE, PALE_BLUE]
            ),
        )
        mark: list[Row] = [{"limit": self.limit_share, "text": limit}]
        rule = alt.Chart(data(mark)).mark_rule(color=RED, strokeDash=[5, 3]).encode(alt.Y("limit:Q"))
        label = alt.Chart(data(mark)).mark_text(color=RED, align="right", baseline="bottom", dy=-3)
        label = label.encode(alt.Y("limit:Q"), alt.Text("text:N"), x=alt.value("width"))
        return alt.LayerChart(layer=[lines, rule, label])

    def contacts(self) -> alt.Chart:
        """Return contacts by hour of the clock, promises apart."""
        rows: list[Row] = []
        for hour, pairs in groupby(self.periods, key=lambda pair: pair[0].strftime("%H:00")):
            periods = [period for _, period in pairs]
            promises, contacts = sum(p.promises for p in periods), sum(p.contacts for p in periods)
            rows.append({"hour": hour, "what": self._say("promises"), "n": promises, "rank": 0})
            rows.append({"hour": hour, "what": self._say("other_contacts"), "n": contacts - promises, "rank": 1})
        colour = alt.Color("what:N", title=None).scale(
            domain=[self._say("promises"), self._say("other_contacts")], range=[BLUE, PALE_BLUE]
        )
        chart = alt.Chart(data(rows), title=self._say("contacts_by_hour")).mark_bar()
        hour = alt.X("hour:O", title=None).axis(labelAngle=0)
        return chart.encode(hour, alt.Y("n:Q", title=None), colour, alt.Order("rank:O"))

    def _say(self, key: str, *values: object) -> str:
        return say(self.language, key, *values)

    def _clock(self, elapsed_s: float) -> datetime:
        moment = self.tally.start_ns / 1e9 + elapsed_s
        return datetime.fromtimestamp(moment, self.zone)

    def _steps(self) -> list[tuple[datetime, Totals]]:
        """Return the periods, each from its beginning on; the last one stands at the end too, and so is drawn."""
        return [*self.periods, *((self._clock(self.end.elapsed_s), period) for _, period in self.periods[-1:])]


def _lines(period: Totals) -> float:
    return period.line_s / period.elapsed_s


def _launches(period: Totals) -> float:
    return period.placed / period.elapsed_s * 60


def _time_axis(reach: Reach) -> alt.X:
    ends = [_as_utc(reach.start), _as_utc(reach.end)]
    return alt.X("t:T", title=None, scale=alt.Scale(type="utc", domain=ends)).axis(
        format="%H:%M", grid=False, tickCount="hour", labelOverlap=True, labelSeparation=8
    )


def _upward(most: float) -> alt.Y:
    return alt.Y("n:Q", title=None).scale(domain=[0, most or 1.0], nice=True)


def _as_utc(moment: datetime) -> str:
    """Return a time of the clock as if it were UTC: Vega knows no other zone."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def data(rows: list[Row]) -> alt.Data:
    """Return inline data; times are those of the clock."""
    for row in rows:
        if isinstance(row.get("t"), datetime):
            row["t"] = _as_utc(row["t"])
    return alt.Data(values=rows)


def svg(chart: alt.Chart | alt.LayerChart, width: int = WIDTH, height: int = HEIGHT) -> str:
    """Return a chart as SVG text of so many pixels, in the looks of all reports."""
    config = {
        "font": "Noto Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Helvetica, Arial, sans-serif",
        "view": {"stroke": None},
        "title": {"anchor": "start", "fontSize": 14, "offset": 10},
        "legend": {"orient": "bottom"},
        "axis": {"gridColor": "#e6e6e6", "domainColor": "#999", "tickColor": "#999"},
    }
    fit = alt.AutoSizeParams(type="fit", contains="padding")
    spec = chart.properties(width=width, height=height, autosize=fit).to_dict()
    return vl_convert.vegalite_to_svg(spec, config=config)
