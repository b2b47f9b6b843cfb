"""What the commands about histories, calibration and back-tests say, in English and Chinese."""

from __future__ import annotations

LABORATORY: dict[str, tuple[str, str]] = {
    "history_rows": ("{0}: {1} rows", "{0}：{1} 行"),
    "history_rejected": ("{0} rows cannot be used; all of them are in {1}", "{0} 行无法使用，详见 {1}"),
    "history_extent": (
        "{0} to {1} ({2}): {3} attempts on {4} leads, {5} agents, {6} days",
        "{0} 至 {1}（{2}）：{3} 次拨打，{4} 个案件，{5} 名坐席，{6} 天",
    ),
    "history_by_hour": ("By hour", "按小时"),
    "history_by_day": ("By day", "按日"),
    "history_answered": ("Answered", "接听率"),
    "history_evidence": ("What it can calibrate", "可用于校准的内容"),
    "history_law": ("Law", "规律"),
    "history_observations": ("Observations", "观测数"),
    "history_use": ("", ""),
    "history_can": ("can be estimated", "可以估计"),
    "history_default": ("too few: the cited default stands", "样本不足：采用注明出处的默认值"),
    "law_answer": ("Who answers, by hour and weekday", "接听率（按时段、星期）"),
    "law_machine": ("Machines", "语音信箱比例"),
    "law_ring": ("Ringing until an answer", "接听前振铃时长"),
    "law_set_up": ("From dialling to ringing", "拨号至振铃时长"),
    "law_timeout": ("Ringing without an answer", "无人接听振铃时长"),
    "law_talk": ("Talk", "通话时长"),
    "law_outcome": ("How conversations end", "通话结果"),
    "law_patience": ("Patience with nobody on the line", "等待坐席的耐心"),
    "law_detection": ("Time to tell a person from a machine", "真人识别用时"),
    "law_wrap": ("Work after a call", "话后处理时长"),
    "law_speed": ("Differences between agents (agents)", "坐席差异（坐席数）"),
    "law_person": ("Differences between persons (repeated attempts)", "客户差异（重复拨打）"),
    "law_promise": ("Amounts promised", "承诺金额"),
    "law_callback": ("When to call back", "约定回拨时间"),
    "law_log_in": ("Shifts and breaks (states of agents)", "班次与小休（坐席状态）"),
    "law_payment": ("Payments", "还款"),
    "law_self_cure": ("Accounts left alone (days of accounts)", "未联系账户（账户日）"),
    "law_list": ("Leads that were loaded", "已导入案件"),
}
