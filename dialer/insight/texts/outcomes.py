"""The words of the outcomes report."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "outcomes_title": ("What came of the contacts", "联系成效"),
    "outcomes_channels": ("By channel", "按渠道"),
    "outcomes_arms": ("By arm of the experiment", "按实验分组"),
    "outcomes_name": ("", ""),
    "outcomes_by_call": ("calls", "电话"),
    "outcomes_by_sms": ("SMS", "短信"),
    "outcomes_by_email": ("e-mail", "电子邮件"),
    "outcomes_by_letter": ("letters", "信函"),
    "outcomes_by_push": ("app messages", "应用推送"),
    "outcomes_by_visit": ("visits", "上门"),
    "outcomes_accounts": ("Accounts", "账户"),
    "outcomes_attempts": ("Attempts", "外联次数"),
    "outcomes_contacts": ("Contacts", "有效联系"),
    "outcomes_promises": ("Promises", "承诺"),
    "outcomes_kept": ("Kept / over", "履约 ÷ 到期"),
    "outcomes_complaints": ("Complaints per contact", "投诉率"),
    "outcomes_paying": ("Accounts that paid", "还款账户"),
    "outcomes_recovered": ("Recovered", "回款"),
    "outcomes_per_account": ("Per account", "户均回款"),
    "outcomes_cost": ("Cost", "成本"),
    "outcomes_cost_per_unit": ("Cost per recovered unit", "每单位回款成本"),
    "outcomes_money": (
        "Cost {0}, recovered {1}, cost per recovered unit {2}",
        "成本 {0}，回款 {1}，每单位回款成本 {2}",
    ),
    "outcomes_rolls": ("Roll rates", "滚动率"),
    "outcomes_bucket": ("Bucket", "逾期阶段"),
    "outcomes_month": ("Month", "月份"),
    "outcomes_balance": ("Balance", "余额"),
    "outcomes_rate": ("Rolls on", "滚动率"),
    "outcomes_steady": ("On last month's mix", "按上月结构"),
    "outcomes_moved": ("Mix moved", "结构变动"),
    "outcomes_caution": ("Caution", "注意"),
    "outcomes_caution_mix": (
        "the portfolio changed: do not compare with the month before",
        "资产结构已变：勿与上月直接比较",
    ),
    "outcomes_pressure": ("Contact pressure by week", "每周联系强度"),
    "outcomes_week": ("Week from", "周起始日"),
    "outcomes_attempts_each": ("Attempts per account", "户均外联"),
    "outcomes_contacts_each": ("Contacts per account", "户均有效联系"),
    "outcomes_most": ("Most on one account", "单户最多"),
    "outcomes_test": ("Champion and challengers: share of accounts that paid", "冠军与挑战者：还款账户占比"),
    "outcomes_champion": ("Champion", "冠军"),
    "outcomes_challenger": ("Challenger", "挑战者"),
    "outcomes_difference": ("Challenger less champion", "挑战者减冠军"),
    "outcomes_interval": ("Between", "区间"),
    "outcomes_verdict": ("Verdict", "结论"),
    "outcomes_better": ("challenger is better, since {0}", "挑战者更优（自 {0}）"),
    "outcomes_worse": ("challenger is worse, since {0}", "挑战者更差（自 {0}）"),
    "outcomes_open": ("none yet", "尚无结论"),
    "outcomes_test_over_time": ("{0} less {1}: interval that always holds", "{0} 减 {1}：始终有效区间"),
    "outcomes_define_recovered": (
        "Recovered: a payment belongs to the latest attempt on its account before it, if that is at most {0} days ago. "
        "It says who was last, not what the contact caused; only the comparison of arms says that.",
        "回款：归属于此前 {0} 天内该账户最近一次外联。仅说明先后，不代表因果；因果请看分组比较。",
    ),
    "outcomes_define_complaints": (
        "Complaints: persons who asked not to be called again and debts that were disputed, per contact.",
        "投诉：要求停呼及对欠款有异议的次数 ÷ 有效联系。",
    ),
    "outcomes_define_rolls": (
        "Roll rate: share of a bucket's balance that is in a later bucket a month after. It also changes when the "
        "portfolio does, with nobody collecting differently: so it stands beside the rate on last month's mix of "
        "segments, with a caution when more than {0} of the balance is in other segments.",
        "滚动率：某阶段余额一个月后进入更后阶段的占比。资产结构变化也会改变滚动率，即使催收并无不同：故并列按上月客群结构计算的"
        "滚动率；余额变动超过 {0} 时提示注意。",
    ),
    "outcomes_define_test": (
        "Verdict: a sequential test that may be looked at every day. Where there is no difference it tells one in at "
        "most {0} of experiments, however often it is asked.",
        "结论：可每日查看的序贯检验。若实际无差异，无论查看多少次，误判的实验不超过 {0}。",
    ),
}
