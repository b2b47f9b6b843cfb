"""What is said of simulated months, in English and Chinese: on the terminal and in the report."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "months_running": ("days", "天"),
    "months_written": ("tables and report in {0}", "表格与报告：{0}"),
    "months_title": ("Months of a portfolio, simulated", "组合数月模拟"),
    "months_span": ("{0}, {1} days", "{0} 起 {1} 天"),
    "months_simulated": ("Nobody was contacted: all of this is simulated.", "本报告全部为模拟，未联系任何人。"),
    "months_assumed": (
        "Payment, promise and cure figures are the world's settings; unless they were calibrated, they are house "
        "estimates.",
        "还款、承诺与自愈参数取自模拟设定；未经校准者为经验估计。",
    ),
    "months_scenario_usual": ("usual economy", "常态经济"),
    "months_scenario_downturn": ("downturn", "经济下行"),
    "months_scenario_upswing": ("upswing", "经济上行"),
    # Figures
    "months_overdue": ("Overdue on the first day", "首日逾期金额"),
    "months_paid": ("Paid", "回款"),
    "months_recovered": ("Paid / overdue on the first day", "回款 ÷ 首日逾期金额"),
    "months_cost": ("Cost", "成本"),
    "months_cost_each": ("Cost per unit paid", "每单位回款成本"),
    "months_planned": ("Planned: {0}", "计划触达：{0}"),
    "months_kept_share": ("Promises kept, of those that fell due", "承诺履约率（已到期）"),
    "months_complaints": ("Complaints", "投诉"),
    "months_busy": ("Agents busy, of what the floor can do", "坐席工时占产能"),
    "months_left_over": ("Calls for which the day was too short", "当日产能不足未拨"),
    # Plots
    "months_by_channel": ("Contacts planned per day, by channel", "各渠道每日计划触达"),
    "months_recovery": ("Recovered, as a share of what was overdue on the first day", "累计回收 ÷ 首日逾期金额"),
    "months_all": ("all", "全部"),
    "months_late": ("Accounts past due", "逾期账户数"),
    "months_capacity": ("Agents' busy time, share of what the floor can do", "坐席工时占用（占产能）"),
    "months_promises": ("Promises, per day", "每日承诺"),
    "months_made": ("made", "作出"),
    "months_kept": ("kept", "履约"),
    "months_broken": ("broken", "违约"),
    "months_pressure": ("Contact pressure: calls to a person in a week", "触达压力：每人每周呼叫次数"),
    "months_person_weeks": ("person-weeks", "人周"),
    # Tables
    "months_arms": ("Arms", "实验组对比"),
    "months_segment": ("Segment", "分层"),
    "months_arm": ("Arm", "组"),
    "months_account_days": ("Account-days", "账户日"),
    "months_attempts": ("Attempts", "拨打"),
    "months_conversations": ("Conversations", "有效联系"),
    "months_promised": ("Promises", "承诺"),
    "months_paid_per_day": ("Paid per 1,000 account-days", "每千账户日回款"),
    "months_rolls": ("Roll rates: accounts by bucket, 30 days later", "迁徙率：30 天前后的账龄"),
    "months_month": ("Days", "天数"),
    "months_from": ("From", "期初"),
    "months_accounts": ("Accounts", "账户数"),
    "months_current": ("current", "正常"),
    "months_composition": (
        "Roll rates compare only portfolios of the same mix: new accounts and hand-overs change them without anybody "
        "paying better or worse.",
        "迁徙率只在组合结构相同时可比：新增与移交会改变迁徙率，而还款表现并未改变。",
    ),
}
