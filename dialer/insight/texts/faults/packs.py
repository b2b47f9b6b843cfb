"""Faults of rule packs."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "nobody has reviewed the pack {}": "规则包 {} 尚未经人审阅",
    "write {name: {}, accept_unreviewed: true} to let it deny all the same, or {name: {}, mode: warn}; "
    "or let a person review it and sign `reviewed_by`": (
        "请写 {name: {}, accept_unreviewed: true} 使其照样生效，或 {name: {}, mode: warn}；"
        "或由专人审阅后在 `reviewed_by` 署名"
    ),
    "there is already a rule {} in pack {}": "规则 {} 已见于规则包 {}",
    "give each rule an id of its own": "每条规则须有不同的编号",
    "the rule pack {} is named twice": "规则包 {} 写了两次",
    "name each pack once": "每个规则包只写一次",
    "there is no rule pack named {}": "没有名为 {} 的规则包",
    "write {}, or the path of a YAML file": "请写 {}，或 YAML 文件的路径",
    "the rule ends before it begins": "规则的结束早于开始",
    "let valid_from be no later than valid_to": "valid_from 不得晚于 valid_to",
    "{} has no such region": "{} 没有该地区",
    "write one of {}, or leave it out": "请写以下之一：{}，或去掉",
    "the setting has no bound": "该参数没有上下限",
    "write at_least or at_most": "请写 at_least 或 at_most",
    "there is no such time zone": "没有该时区",
    "write an IANA name such as {}": "请写 IANA 名称，如 {}",
    "the holidays of this country are not known": "不了解该国的节假日",
    "write small letters and digits joined by dashes, such as us-reg-f": "请以连字符连接小写字母与数字，如 us-reg-f",
    "write capitals and digits joined by dashes, such as HOUSE-HOURS": "请以连字符连接大写字母与数字，如 HOUSE-HOURS",
    "write an ISO 3166 code such as GB or US-FL, US-NY-NYC for a city, or any": (
        "请写 ISO 3166 代码，如 GB 或 US-FL，城市如 US-NY-NYC，或写 `any`"
    ),
    "write an ISO 3166 code such as US or CN": "请写 ISO 3166 代码，如 US 或 CN",
    'write "08:00-21:00": hours and minutes with two digits, in quotes, up to "24:00"': (
        '请写 "08:00-21:00"：时与分各两位，加引号，至多 "24:00"'
    ),
    "write mon, tue, wed, thu, fri, sat, sun, or a range such as mon-fri": (
        "请写 `mon`、`tue`、`wed`、`thu`、`fri`、`sat`、`sun`，或范围，如 `mon-fri`"
    ),
    "write `hours: 24` or `minutes: 90`": "请写 `hours: 24` 或 `minutes: 90`",
    "write at least one": "至少写一项",
    "these are not calling hours": "不是时段",
    "a day has 24 hours": "一天只有 24 小时",
    "it ends before it begins": "结束早于开始",
    "split hours that go past midnight: one part per day": "跨越午夜的时段请按天拆开",
    "{} is here twice": "{} 出现两次",
    "give each day once; a day that is left out is closed": "每天只写一次；未写的日子不得联系",
    "{} are not weekdays": "{} 不是星期",
    "this is not a rule id": "不是规则编号",
    "this is not a pack's name": "不是规则包名称",
    "this is no place": "不是地区",
    "what never left counts nowhere": "未发出的联系不计入任何规则",
    "start from busy": "请从 busy 开始",
    "the list is empty": "列表为空",
    "what the person began has no {}": "对方主动的联系没有 {}",
    "count it per person, account or both": "请按 person、account 或二者计数",
    "hours of one day overlap": "同一天的时段重叠",
    "join them": "请合并",
    "the window has no length": "窗口没有长度",
    "nothing is left to count": "没有可计的内容",
    "exclude less": "请减少排除项",
}
