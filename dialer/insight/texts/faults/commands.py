"""What a command refuses."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "{} is no day": "{} 不是日期",
    "the portfolio has no account {}": "案件中没有账户 {}",
    "rows that were rejected are in {}": "被拒绝的行见 {}",
    "write an account_id of the portfolio": "请写案件中的 account_id",
    "a contact is described, but not when": "描述了联系，但没有写时间",
    'add --at "2026-06-01 20:30"': '请加 --at "2026-06-01 20:30"',
    "there is no time zone {}": "没有时区 {}",
    "no time zone is given": "没有写时区",
    "write --zone with an IANA name such as {}": "请写 --zone 及 IANA 名称，如 {}",
    "--place {} is no place": "--place {} 不是地区",
    "write an ISO 3166 code such as GB or US-FL, US-NY-NYC for a city; with rules of their own here: {}": (
        "请写 ISO 3166 代码，如 GB 或 US-FL，城市如 US-NY-NYC；此处另有规则的地区：{}"
    ),
    "write an ISO 3166 code such as GB or US-FL, US-NY-NYC for a city": (
        "请写 ISO 3166 代码，如 GB 或 US-FL，城市如 US-NY-NYC"
    ),
    "--at {} is no local time": "--at {} 不是当地时间",
    'write --at "2026-06-01 20:30"': '请写 --at "2026-06-01 20:30"',
    "{} is not written in {}": "{} 没有语言 {} 的内容",
    "there is no script {}": "没有话术脚本 {}",
    "write a path, or one of {}": "请写路径，或以下之一：{}",
    "{} exists already": "{} 已存在",
    "{} cannot be written: {}": "无法写入 {}：{text}",
    "name another file": "请换一个文件名",
    "a condition of the strategy {} fails for these accounts: {}": "策略 {} 的条件不适用于这些账户：{text}",
    "the strategies give the field {} different types": "两个策略中字段 {} 的类型不同",
    "{} and {} cannot be read from one column": "{} 与 {} 不能取自同一列",
    "this file cannot be written": "该文件无法写入",
    "name a file in a folder that can be written to and has room": "请使用可写且有空间的文件夹",
}
