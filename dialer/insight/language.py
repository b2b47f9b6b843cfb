"""What people read, in English and Chinese: one small catalogue for the terminal and the report."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "zh"]

_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Shift report", "班次报告"),
    "shift": ("Shift", "班次"),
    "figures": ("Key figures", "关键指标"),
    "pyramid": ("Collections pyramid", "催收金字塔"),
    "over_time": ("Over the shift", "全班走势"),
    "outcomes": ("How attempts ended", "拨打结果"),
    "rules": ("Rules that denied contact", "禁止联系的规则"),
    "definitions": ("How the figures are defined", "指标口径"),
    # Agent states
    "agents": ("Agents", "坐席"),
    "paused": ("On break", "小休"),
    "ready": ("Waiting", "空闲"),
    "reserved": ("Reserved", "预占"),
    "in_call": ("In call", "通话"),
    "wrap": ("Wrap-up", "话后"),
    # Figures
    "leads_called": ("Leads called", "已拨案件"),
    "placed": ("Calls placed", "呼出数"),
    "answered": ("Answered by a person", "真人接听"),
    "abandoned": ("Abandoned", "呼损"),
    "abandon_share": ("Abandoned / answered by a person", "呼损 ÷ 真人接听"),
    "abandon_share_of_placed": ("Abandoned / calls placed", "呼损 ÷ 呼出"),
    "of_answered": ("of answered by a person", "占真人接听"),
    "of_placed": ("of calls placed", "占呼出"),
    "share_of_placed": ("{0} of calls placed", "占呼出 {0}"),
    "limit": ("limit {0}", "上限 {0}"),
    "contacts": ("Contacts", "有效联系"),
    "contacts_per_agent_hour": ("Contacts per agent-hour", "每坐席小时有效联系"),
    "occupancy": ("Occupancy", "坐席利用率"),
    "promises": ("Promises to pay", "承诺还款"),
    "promised": ("Amount promised", "承诺金额"),
    "lines": ("Lines in use", "占用线路"),
    "launches": ("Calls placed per minute", "每分钟呼出"),
    "launches_short": ("Calls/min", "呼出/分"),
    "lines_short": ("Lines", "线路"),
    "contacts_short": ("Contacts/agent-h", "联系/坐席时"),
    "abandoned_short": ("Abandon", "呼损率"),
    "contacts_last_hour": ("Contacts in the last hour", "近一小时有效联系"),
    "of": ("of {0}", "共 {0}"),
    # A pacing decision
    "pacing_policy": ("Policy and campaign", "策略与活动"),
    "pacing_launch": ("Calls to place", "应呼出"),
    "pacing_lead": (
        "segment {0}, priority {1}, attempt {2}, allowed by {3} rules",
        "{0}，优先级 {1}，第 {2} 次，{3} 条规则允许",
    ),
    "pacing_after": ("the attempt before: {0}", "上一次：{0}"),
    "clamp_policy": ("nothing cut the proposal", "未受限制"),
    "clamp_guard": ("cut by the abandon budget", "受呼损预算限制"),
    "clamp_closing": ("nothing more before closing", "即将停拨，不再呼出"),
    "clamp_lines": ("cut by the free lines", "受空闲线路限制"),
    "clamp_rate": ("cut by calls per second", "受每秒呼出限制"),
    "term_idle": ("Agents idle", "空闲坐席"),
    "term_staying": ("Of these, staying for the next call", "其中不会即将离席"),
    "term_in_flight": ("Calls ringing for no agent in particular", "未指定坐席的振铃呼叫"),
    "term_waiting": ("Persons waiting for an agent", "等待坐席的客户"),
    "term_lines_free": ("Lines free", "空闲线路"),
    "term_goal": ("Lines wanted for the idle agents", "目标线路数"),
    "term_theta": ("Risk that one more line may carry", "新增线路可承担的风险"),
    "term_risk_of_next": ("Risk of the next line", "下一条线路的风险"),
    "term_answers_coming": ("Answers expected from the calls that ring", "振铃中预计接听"),
    "term_transfers_coming": ("Persons expected to ask for an agent soon", "预计将要求转人工"),
    "term_with_robot": ("Persons talking with the robot", "正与机器人通话"),
    "term_transfer_share": ("Share who ask the robot for an agent, as estimated", "转人工率估计"),
    "term_transferred": ("Asked for an agent in this window", "本窗口要求转人工"),
    "term_answer_share": ("Answer share, as estimated", "接听率估计"),
    "term_answer_share_sd": ("Its standard deviation", "其标准差"),
    "term_talk_s": ("Mean talk", "平均通话"),
    "term_wrap_s": ("Mean wrap", "平均话后"),
    "term_answered": ("Answered by a person in this window", "本窗口真人接听"),
    "term_abandoned": ("Abandoned in this window", "本窗口呼损"),
    "term_allowance": ("Abandons that the window still bears", "本窗口尚可承受的呼损"),
    # Pyramid
    "paid_h": ("Paid hours", "付薪工时"),
    "productive_share": ("Productive share of paid time", "有效工时占比"),
    "contacts_per_productive_h": ("Contacts per productive hour", "每有效工时联系数"),
    "promise_share": ("Promise rate", "承诺率"),
    "kept_share": ("Kept rate", "履约率"),
    "payment": ("Average payment", "平均还款"),
    "value_per_paid_h": ("Value per paid hour", "每付薪工时回款"),
    "unknown": ("not known on the day", "当日未知"),
    # Tables and charts
    "disposition": ("How it ended", "结果"),
    "attempts": ("Attempts", "次数"),
    "share": ("Share", "占比"),
    "rule": ("Rule", "规则"),
    "source": ("Source", "依据"),
    "times": ("Times", "次数"),
    "leads": ("Leads", "案件数"),
    "none_denied": ("No rule denied a contact.", "没有规则禁止联系。"),
    "by_state": ("Agents by state", "坐席状态"),
    "lines_and_launches": ("Lines and launches", "线路与呼出"),
    "abandon_over_time": ("Abandon share since the start of the shift", "累计呼损率"),
    "contacts_by_hour": ("Contacts by hour", "每小时有效联系"),
    "other_contacts": ("Other contacts", "其他联系"),
    "clock": ("Clock", "时间"),
    "progress": ("Done", "进度"),
    "plan": ("Plan of", "当日计划"),
    "segment": ("Segment", "客群"),
    "accounts": ("Accounts", "账户数"),
    "planned": ("To be called", "计划拨打"),
    "no_segment": ("(no segment)", "（未分层）"),
    "rows_rejected": ("{0} rows were rejected; the reasons are in {1}", "{0} 行被拒绝，原因见 {1}"),
    "demo_intro": (
        "{0} real card accounts, {1} agents, one shift in accelerated time. The people are simulated: "
        "nobody is called.",
        "{0} 个真实信用卡账户，{1} 名坐席，加速演示一个班次。接听者均为模拟，不会拨打任何人。",
    ),
    "demo_remark": (
        "Real accounts (UCI 'Default of Credit Card Clients', CC BY 4.0), simulated people: nobody was called.",
        "账户为真实数据（UCI “Default of Credit Card Clients”，CC BY 4.0），接听者为模拟：未拨打任何人。",
    ),
    "report_at": ("Report ", "报告"),
    "journal_at": ("Journal", "日志"),
    "next": ("Next   ", "下一步"),
    # A running engine
    "offline": ("Offline", "离线"),
    "calls": ("Calls in progress", "进行中的呼叫"),
    "campaign_paused": ("paused", "已暂停"),
    "campaign_running": ("running", "运行中"),
    "draining": ("Draining: no new calls", "收尾中：不再发起新呼叫"),
    "telephony_down": ("Telephony is down: no new calls", "线路中断：不再发起新呼叫"),
    # Dispositions
    "no_answer": ("No answer", "无人接听"),
    "cancelled": ("Hung up by us while ringing", "振铃中取消"),
    "busy": ("Busy", "忙线"),
    "rejected": ("Rejected", "拒接"),
    "not_in_service": ("Not in service", "空号"),
    "congestion": ("Network congestion", "网络拥塞"),
    "failed": ("Failed", "失败"),
    "lost": ("Lost", "去向不明"),
    "machine": ("Answering machine", "语音信箱"),
    "early_hangup": ("Hung up before an agent", "接听后先挂断"),
    "robot_done": ("Robot finished", "机器人完成"),
    "promise": ("Promise to pay", "承诺还款"),
    "contact": ("Contact without promise", "联系未承诺"),
    "refusal": ("Refuses to pay", "拒绝还款"),
    "dispute": ("Disputes the debt", "有异议"),
    "callback": ("Call back later", "约定回电"),
    "do_not_call": ("Do not call again", "要求停呼"),
    "third_party": ("Third party", "第三方"),
    "wrong_number": ("Wrong number", "号码有误"),
    "no_disposition": ("Outcome not entered", "未填结果"),
    # Definitions
    "define_contacts": (
        "Contact: a conversation with the person who owes. Agent-hour: an hour logged in and not on a break.",
        "有效联系：与欠款人本人的通话。坐席小时：签入且不在小休的时间。",
    ),
    "define_occupancy": (
        "Occupancy: (in call + wrap-up) / (time logged in and not on a break). Reserved is not busy.",
        "坐席利用率：（通话＋话后）÷（签入且不在小休的时间）。预占不算忙。",
    ),
    "define_abandon": (
        "Abandoned: a person answered and no agent was there in time. The regulators' share divides by calls "
        "answered by a person (47 CFR 64.1200(a)(7)); the share of calls placed is given for comparison.",
        "呼损：真人接听后未能及时接通坐席。监管口径以真人接听为分母（47 CFR 64.1200(a)(7)）；"
        "以呼出为分母的数值仅供对照。",
    ),
    "define_rules": (
        "Times: how often the gate said no. Leads: how many different leads that were. A lead may meet several rules.",
        "次数：被规则拦下的次数。案件数：涉及的不同案件。同一案件可能同时触发多条规则。",
    ),
    "define_pyramid": (
        "Kept promises and payments arrive on later days, so the day itself tells the pyramid up to the promises.",
        "履约与回款发生在之后的日子，因此当日只能算到承诺一层。",
    ),
}


def say(language: Language, key: str, *values: object) -> str:
    """Return the text of `key` in `language`; a key that the catalogue lacks reads as its own words."""
    texts = _TEXTS.get(key)
    text = key.replace("_", " ") if texts is None else texts[language == "zh"]
    return text.format(*values) if values else text
