"""Faults of a run's configuration."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "there is no such folder": "没有该文件夹",
    "make the folder first": "请先建立该文件夹",
    "there is no such strategy": "没有该策略",
    "write the path of a YAML file, or one of {}": "请写 YAML 文件的路径，或以下之一：{}",
    "write the path of a CSV, Parquet or SQLite file, relative to this file": (
        "请写相对于本文件的 CSV、Parquet 或 SQLite 文件路径"
    ),
    "write the path of a file of {}, relative to this file, or leave it out": (
        "请写相对于本文件的路径（{text}），或去掉"
    ),
    "contacts": "联系记录",
    "other parties": "其他对象",
    "persons, accounts and numbers that are not contacted": "禁止联系的客户、账户与号码",
    "consents": "同意记录",
    "accounts with their agents, as `paceline assign` writes it": "`paceline assign` 生成的分案文件",
    "write the path of a file, relative to this file": "请写相对于本文件的文件路径",
    "this is a folder": "这是文件夹",
    "write the path of a file in it": "请写其中某个文件的路径",
    "there is something else at this path": "该路径已被占用",
    "write a path at which there is nothing: an engine removes what it finds there": (
        "请写空闲的路径：引擎会删除该处已有的内容"
    ),
    "another campaign has this name": "另一活动已用此名称",
    "give every campaign a name of its own": "每个活动须有不同的名称",
    "nobody is planned for {}": "没有为 {} 安排任何人",
    "the strategy {} plans {}": "策略 {} 安排了 {text}",
    "no calls": "没有外呼",
    "the strategy makes {}s in several modes": "策略以多种模式进行 {}",
    "write `mode:` {}": "请写 `mode:` {}",
    "another campaign makes the {}s": "{} 已由另一活动进行",
    "keep one campaign for each channel and mode, or share its accounts out by `segments`": (
        "每种渠道与模式只留一个活动，或以 `segments` 分配账户"
    ),
    "the rule {} does not allow this": "规则 {} 不允许",
    "write at least {}": "请写不小于 {} 的值",
    "write at most {}": "请写不大于 {} 的值",
    "the strategy {} declares {}": "策略 {} 声明了 {}",
    "freeswitch does not whisper": "freeswitch 不支持耳语提示",
    "leave it out": "请去掉",
    "there is no sound for the message {}": "提示语 {} 没有录音",
    "add {} to telephony.sounds, with where it is": "请在 telephony.sounds 中加入 {} 及其位置",
    "the robot of {} cannot be asked for an agent": "{} 的机器人无法转人工",
    "use the embedded carrier, or another mode": "请使用内置线路，或换用其他模式",
    "there is no segment `{}` of {}s": "没有用于 {1} 的客群 `{0}`",
    "the strategy {} plans {}s for {}": "策略 {} 为以下客群安排了 {}：{}",
    "`{}` is named twice": "`{}` 写了两次",
    "let one campaign work each segment": "每个客群只由一个活动处理",
    "no campaign works the segments {}": "没有活动处理客群 {}",
    "name them in a campaign, or let one with `channel: {}` name no segments": (
        "请在某个活动中写明，或让一个 `channel: {}` 的活动不写 segments"
    ),
    "no campaign makes the {} {}s that the strategy plans": "没有活动进行策略所安排的 {} {}",
    "add a campaign with `channel: {}` and `mode: {}`": "请增加 `channel: {}`、`mode: {}` 的活动",
    "robot calls need no agents": "机器人外呼不需要坐席",
    "remove `pool`": "请去掉 `pool`",
    "campaigns that share agents have one number of lines per agent": "共用坐席的活动须有相同的每坐席线路数",
    "write {} in every campaign of the pool {}": "请在坐席池 {1} 的每个活动中写 {0}",
    "no shift is planned so far from today": "不安排离今天这么远的班次",
    "write a day from {} to {}": "请写 {} 至 {} 之间的日期",
    "hours overlap": "时段重叠",
    "a rolling window is at least a day, and lends nothing": "滚动窗口至少一天，且不可透支",
    "the shift is longer than the window of the abandon limit": "班次长于呼损上限的统计窗口",
    "there is no such adapter": "没有该适配器",
    "there are no sounds for call flows": "没有通话流程的语音",
    "add `flows: FOLDER` to telephony: where the texts of flows are": (
        "请在 telephony 中加上 `flows: 文件夹`，即流程语音所在之处"
    ),
    "name a `flow`, use the embedded carrier, or another mode": "请写明 `flow`，或使用内置运营商，或换一种模式",
}
