"""What is said of strategy files, call scripts, assignment and scores."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # Strategy files
    "error": ("error", "错误"),
    "warning": ("warning", "警告"),
    "strategy": ("Strategy", "策略"),
    "about": ("What it does", "用途"),
    "origin": ("Source", "来源"),
    "limits": ("Limits", "局限"),
    "strategy_sound": (
        "{0}: {1} segments, {2} steps, {3} texts, no faults, {4} warnings",
        "{0}：{1} 个客群，{2} 个步骤，{3} 个文本，无错误，{4} 个警告",
    ),
    "strategy_refused": ("{0} cannot be used; faults: {1}", "{0} 无法使用，错误 {1} 处"),
    "strategy_written": (
        "{0} is written; change it, then run: paceline strategy check {0}",
        "已写入 {0}；修改后运行：paceline strategy check {0}",
    ),
    # Call scripts
    "script_sound": (
        "{0} is sound: no way through it tells of the debt before the person is confirmed.",
        "{0} 通过：任何走向都不会在核实本人之前透露欠款。",
    ),
    "script_walked": (
        "{0} positions of {1} states were walked: {2} states before the confirmation, {3} after it.",
        "已遍历 {1} 个状态的 {0} 种情形：核实前可到 {2} 个状态，核实后可到 {3} 个。",
    ),
    "script_confirmed": (
        "Confirmed means: says to be the person, and {0} of these match: {1}.",
        "核实标准：自称本人，且以下各项中有 {0} 项相符：{1}。",
    ),
    "script_confirms_nobody": (
        "It confirms nobody: {0} hears nothing of the debt.",
        "本脚本不核实任何人：对{0}不提欠款。",
    ),
    "reader_third_party": ("a third party", "第三方"),
    "reader_guarantor": ("a guarantor", "担保人"),
    "script_state": ("State", "状态"),
    "script_hearer": ("Heard by", "听者"),
    "script_say": ("Says", "话术"),
    "script_screen": ("On the screen", "屏幕显示"),
    "script_answers": ("Answers", "选项"),
    "script_anybody": ("anybody", "任何人"),
    "script_person": ("the person only", "仅本人"),
    "script_ends": ("ends: {0}", "结束：{0}"),
    # Assignment
    "assignment": ("Assignment on {0}", "{0} 分案"),
    "agent": ("Agent", "坐席"),
    "skills": ("Skills", "技能"),
    "held_before": ("Held before", "原有案件"),
    "new_cases": ("New", "新分案件"),
    "desk_size": ("At most", "上限"),
    "desk_value": ("Value of the new ones", "新分案件价值"),
    "dispatched": ("Dispatched", "已派发"),
    "to_claim": ("For agents to claim", "待抢案"),
    "no_skill": ("Nobody has the skills", "无人具备所需技能"),
    "no_room": ("Nobody has room", "无人有余量"),
    "written_to": ("Written to {0}", "已写入 {0}"),
    # Scores
    "reach_score": ("Reached by a call", "电话触达"),
    "pay_score": ("Pays after a contact", "联系后还款"),
    "calibration": ("{0}: predicted against what came later", "{0}：预测与事后结果"),
    "score_n": ("Contacts", "联系次数"),
    "score_predicted": ("Predicted", "预测"),
    "score_observed": ("Observed", "实际"),
    "score_interval": ("95% interval", "95% 区间"),
    "score_holds": ("Within", "区间内"),
    "score_loss": ("{0} {1} (95%: {2} to {3}); of the plain rate {4}", "{0} {1}（95%：{2} 至 {3}）；按总体比率 {4}"),
    "score_too_few": ("{0}: too few contacts to say how well it predicts", "{0}：联系次数太少，无法评估预测效果"),
    "score_sources": (
        "{0}: {1} by their own record, {2} by their segment, {3} by the starting rule",
        "{0}：{1} 个按本人记录，{2} 个按客群，{3} 个按起始规则",
    ),
    "score_contacts_rejected": (
        "{0} contacts could not be used, the first in row {1}",
        "{0} 条联系记录无法使用，首条在第 {1} 行",
    ),
    "best_hour": ("Best hour", "最佳时段"),
    "preferred_channel": ("Preferred channel", "偏好渠道"),
    "diagram_at": ("Reliability diagram: {0}", "可靠性图：{0}"),
    "perfect": ("as predicted", "完全相符"),
}
