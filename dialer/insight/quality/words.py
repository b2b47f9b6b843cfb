"""What is said of call quality, in English and Chinese: in the report, on the terminal, in alerts."""

from __future__ import annotations

from dialer.insight.figures import number, percent
from dialer.insight.language import Language
from dialer.insight.quality.counts import Counts

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Call quality", "通话质检分析报告"),
    "calls": ("Calls", "总通话数"),
    "bad_calls": ("Calls with a violation", "违规通话数"),
    "main": ("Most frequent violation", "主要违规类型"),
    "times": ("{0} ({1} times)", "{0}（{1} 次）"),
    "kinds": ("Violations by kind", "通话违规类型分布"),
    "by_agent": ("By agent", "按坐席"),
    "by_team": ("By team", "按团队"),
    "agent": ("Agent", "坐席"),
    "team": ("Team", "团队"),
    "none": ("No violation.", "无违规。"),
    "note": (
        "A phrase is a hint, no verdict: listen to the call before anybody is blamed. What is not in the phrase packs "
        "is not found.",
        "命中短语仅为线索，定性前须复听录音；短语库之外的内容不会被发现。",
    ),
    "insult": ("insult", "辱骂"),
    "threat": ("threat", "威胁"),
    "impersonation": ("impersonation of an authority", "冒充公检法"),
    "third_party_disclosure": ("disclosure to a third party", "向第三方泄露债务"),
    "missing_identification": ("did not say who is calling", "未表明身份"),
    "untold": (
        "{0} raised no alert: the id of the call, the agent or the team may be a telephone number.",
        "{0} 条未推送：通话、坐席或团队编号可能是电话号码。",
    ),
    "watching": ("connected; alerts appear here", "已连接，等待告警"),
    "cut_off": ("the broker is lost; trying again", "连接中断，正在重连"),
    "alert": ("{0}: {1}, in call {2}", "{0}：{1}，通话 {2}"),
    "alert_from": (", at {0:.0f} s", "，第 {0:.0f} 秒"),
    "alert_phrase": (" – “{0}”", "——“{0}”"),
    "missing_identity_check": ("spoke of the debt unchecked", "未核实身份即谈债务"),
}


def say(language: Language, key: str, *values: object) -> str:
    """Return a text; a kind of violation that only others know is its own word."""
    return _WORDS[key][language == "zh"].format(*values) if key in _WORDS else key


def figures(counts: Counts, language: Language) -> list[tuple[str, str]]:
    """Return the key figures as pairs of label and value."""
    rows = [
        (say(language, "calls"), number(counts.calls)),
        (
            say(language, "bad_calls"),
            f"{number(counts.bad_calls)} ({percent(counts.bad_calls / counts.calls if counts.calls else None)})",
        ),
    ]
    if counts.main is not None:
        times = say(language, "times", say(language, counts.main), counts.by_kind[counts.main])
        rows.append((say(language, "main"), times))
    return rows
