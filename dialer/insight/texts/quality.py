"""What is said of call quality, in English and Chinese: in the report, on the terminal, in alerts."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "quality_title": ("Call quality", "通话质检分析报告"),
    "quality_calls": ("Calls", "总通话数"),
    "quality_bad_calls": ("Calls with a violation", "违规通话数"),
    "quality_main": ("Most frequent violation", "主要违规类型"),
    "quality_times": ("{0} ({1} times)", "{0}（{1} 次）"),
    "quality_kinds": ("Violations by kind", "通话违规类型分布"),
    "quality_by_agent": ("By agent", "按坐席"),
    "quality_by_team": ("By team", "按团队"),
    "quality_agent": ("Agent", "坐席"),
    "quality_team": ("Team", "团队"),
    "quality_none": ("No violation.", "无违规。"),
    "quality_note": (
        "A phrase is a hint, no verdict: listen to the call before anybody is blamed. What is not in the phrase packs "
        "is not found.",
        "命中短语仅为线索，定性前须复听录音；短语库之外的内容不会被发现。",
    ),
    "quality_left_out": (
        "{0} rows of the table quality name no call or no violation: left out.",
        "quality 表有 {0} 行未写通话或违规类型，未计入。",
    ),
    "quality_untold": (
        "{0} raised no alert: the id of the call, the agent or the team may be a telephone number.",
        "{0} 条未推送：通话、坐席或团队编号可能是电话号码。",
    ),
    # Alerts
    "alerts_watching": ("connected; alerts appear here", "已连接，等待告警"),
    "alerts_cut_off": ("the broker is lost; trying again", "连接中断，正在重连"),
    "alert": ("{0}: {1}, in call {2}", "{0}：{1}，通话 {2}"),
    "alert_from": (", at {0:.0f} s", "，第 {0:.0f} 秒"),
    "alert_phrase": (" – “{0}”", "——“{0}”"),
}
