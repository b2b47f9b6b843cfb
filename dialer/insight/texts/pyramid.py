"""The words of the pyramid by group."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "pyramid_title": ("Collections pyramid by {0}", "催收金字塔（按{0}）"),
    "pyramid_by_total": ("everybody", "全体"),
    "pyramid_by_agent": ("agent", "坐席"),
    "pyramid_by_team": ("team", "团队"),
    "pyramid_by_campaign": ("campaign", "活动"),
    "pyramid_by_segment": ("segment", "客群"),
    "pyramid_by_hour": ("hour", "时段"),
    "pyramid_group": ("Group", "分组"),
    "pyramid_contacts": ("Contacts", "有效联系"),
    "pyramid_not_known": ("not known", "未知"),
    "pyramid_target": ("Target: {0}", "目标：{0}"),
    "pyramid_coach": ("What costs most against the target", "与目标差距中损失最大的一层"),
    "pyramid_level": ("Level", "层级"),
    "pyramid_actual": ("Is", "实际"),
    "pyramid_should": ("Should be", "目标"),
    "pyramid_between": ("Chance explains", "随机范围"),
    "pyramid_cost": ("Costs", "损失"),
    "pyramid_cost_between": ("Cost between", "损失范围"),
    "pyramid_coachable": ("Enough to coach on", "样本足以辅导"),
    "pyramid_yes": ("yes", "是"),
    "pyramid_no": ("too few yet", "样本不足"),
    "pyramid_at_target": ("at target or above", "已达目标"),
    "pyramid_value": ("Value per paid hour", "每付薪工时回款"),
    "pyramid_define_value": (
        "Value per paid hour is the product of the levels: productive share × contacts per productive hour × promise "
        "rate × kept rate × average payment of a kept promise.",
        "每付薪工时回款为各层之积：有效工时占比 × 每有效工时联系数 × 承诺率 × 履约率 × 履约平均还款。",
    ),
    "pyramid_define_kept": (
        "Kept: what was promised came by its day, or within the days of grace. Promises whose time is not over are "
        "left out. A payment belongs to the latest promise before it.",
        "履约：在约定日（含宽限期）内足额还款。未到期的承诺不计入。还款归属于其之前最近的一次承诺。",
    ),
    "pyramid_define_cost": (
        "Cost: what the group would have brought with this level at its target and the others as they are, less what "
        "it brought. 'Enough to coach on': even the better end of the range is below the target; the ranges hold "
        "at {0} for all five levels of a group together.",
        "损失：若该层达标、其余不变可多收回的金额。“样本足以辅导”：随机范围上端仍低于目标；五个层级合计置信度 {0}。",
    ),
}
