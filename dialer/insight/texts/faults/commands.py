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
    "no log is named": "没有指定日志",
    "two logs are named": "指定了两个日志",
    "write --journal with a file, or --history with a folder": "请写 --journal 加文件，或 --history 加文件夹",
    "{} knows no call, account or agent {}; a call is written as its log writes it": (
        "{} 中没有呼叫、账户或坐席 {}；呼叫编号请照日志书写"
    ),
    "a value is not of its column's type": "有值与列的类型不符",
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
    "name another file with --journal, or remove it": "请用 --journal 换一个文件名，或删除它",
    "name another folder with --output": "请用 --output 换一个文件夹",
    "name another": "请换一个",
    "the folder cannot be made: {}": "文件夹无法建立：{}",
    "this is a file": "这是文件",
    "name a folder for the tables and the report": "请写存放表格与报告的文件夹",
    "months have no journal": "按月模拟没有日志",
    "leave out --journal, or --portfolio": "请去掉 --journal 或 --portfolio",
    "{} is for months": "{} 用于按月模拟",
    "add --portfolio, or say it in the configuration": "请加 --portfolio，或写在配置中",
    "there is no figure {}": "没有指标 {}",
    "`to` is not greater than `from`": "`to` 不大于 `from`",
    "a logarithmic range begins above 0": "对数区间须从大于 0 开始",
    "this bounds nothing": "没有限定任何内容",
    "{} leads nowhere: there is no {}": "{} 无处可指：没有 {}",
    "--until {} is no instant": "--until {} 不是时刻",
    "--head {} is no hash": "--head {} 不是哈希",
    "copy it from an earlier `journal verify`": "请复制先前 `journal verify` 的输出",
    "--campaign {} names no purpose": "--campaign {} 没有写用途",
    "--evidence {} is no table": "--evidence {} 不是表格文件",
    "let it end in .csv or .parquet": "请以 .csv 或 .parquet 结尾",
    "{} is {}, which is no share": "{} 为 {}，不是比例",
    "ask about fewer agents, a higher answer rate or a lower limit": "请减少坐席、提高接听率或降低上限",
    "the script cannot be read": "脚本无法读取",
    "there is no adapter {}": "没有适配器 {}",
    "this run names no program that speaks": "该运行没有写明语音合成程序",
    "what was learned cannot be read: {}": "学到的内容无法读取：{}",
    "this is not what pacing has learned: {}": "这不是调速学到的内容：{}",
    "name the file that a run of this version wrote, or one that does not exist yet": (
        "请写本版本运行写出的文件，或尚不存在的文件"
    ),
    "a condition of the strategy {} fails for these accounts: {}": "策略 {} 的条件不适用于这些账户：{text}",
    "the strategies give the field {} different types": "两个策略中字段 {} 的类型不同",
    "{} and {} cannot be read from one column": "{} 与 {} 不能取自同一列",
    "this file cannot be written": "该文件无法写入",
    "name a file in a folder that can be written to and has room": "请使用可写且有空间的文件夹",
}
