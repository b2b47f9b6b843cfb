"""Faults of call flows, of the program that speaks them, and of what understands the answers."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # Files
    "no phrase in {} means {}": "没有语言 {} 的说法表示 {}",
    "nothing is written in {}": "没有语言 {} 的话术",
    "there is no constant `{}`": "没有常量 `{}`",
    "write the text out; a robot reads out no field of an account": "请直接写出文字；机器人不播报账户信息",
    "write the texts, or leave it": "请写出话术，或去掉这一项",
    "write {name} for a constant, and {{ for a brace": "常量写 {name}，花括号写 {{",
    "write {}: {{}: [...]} under `phrases:`": "请在 `phrases:` 下写 {}: {{}: [...]}",
    "min is above max, so that no number fits": "min 大于 max，没有数字符合",
    "a state has one way on": "一个状态只有一种去向",
    "write one of `keys:` and `intents:`, `number:`, `record:`, `to:`, `transfer: true` and `end:`": (
        "请写其中之一：`keys:` 与 `intents:`、`number:`、`record:`、`to:`、`transfer: true`、`end:`"
    ),
    "what follows silence is said where something is asked for": "仅在提问之处须写明无应答时的去向",
    "write `otherwise: {again: 1, to: STATE}` beside `keys:`, `intents:` or `number:`, and nowhere else": (
        "请在 `keys:`、`intents:` 或 `number:` 旁写 `otherwise: {again: 1, to: 状态}`，别处不写"
    ),
    # Every way through one
    "`{}` tells of a debt before the person has said who they are": "在对方表明身份之前，`{}` 透露了债务",
    "say it after a key with `party: person`, or use a neutral word": (
        "请放在 `party: person` 的按键之后，或改用中性的词"
    ),
    "a promise is asked for of nobody knows whom": "在不知对方是谁时要求承诺",
    "lead here by a key with `party: person`": "请经 `party: person` 的按键到达此处",
    "a promise without {}": "承诺缺少 {}",
    "ask for it by `number:` on every way here": "请在到达此处的每条路径上用 `number:` 询问",
    "the call ends as {}, and nobody has said that they are the person": "通话以 {} 结束，而对方未表明是本人",
    "nothing leads here": "没有路径到达此处",
    "lead a key here, or leave it out": "请让某个按键到达此处，或去掉它",
    "no way from here ends the call": "从此处没有结束通话的路径",
    "lead one of its ways towards a state with `end:` or `transfer: true`": (
        "请让其中一条路径到达有 `end:` 或 `transfer: true` 的状态"
    ),
    "nobody can ask for no more calls": "无法要求不再来电",
    "lead a key to a state with `end: do_not_call`": "请让某个按键到达 `end: do_not_call` 的状态",
    "this would make a second recording of the call, and a call has one": "这会产生第二段录音，而一次通话只有一段",
    "record at the end of a way": "请在路径的末尾录音",
    # Runs
    "there is no such call flow": "没有该通话流程",
    "no robot speaks in the mode {}": "模式 {} 中没有机器人说话",
    "leave `flow` out, or let a robot call": "请去掉 `flow`，或改为机器人外呼",
    "{} leads to an agent, and robot calls have none": "{} 会转人工，而机器人外呼没有坐席",
    "take a flow without `transfer`, or the mode robot_then_human": (
        "请选不含 `transfer` 的流程，或 robot_then_human 模式"
    ),
    "{} listens to words, and this adapter hears keys only": "{} 需听懂说话，而该适配器只接收按键",
    "take a flow without `intents`, or Asterisk with a recogniser beside it": (
        "请选不含 `intents` 的流程，或使用 Asterisk 并自备语音识别"
    ),
    "{} records, and this run's telephony does not": "{} 需要录音，而本次运行的话务不录音",
    "take a flow without `record`, or Asterisk with a section `recording`": (
        "请选不含 `record` 的流程，或使用 Asterisk 并写明 `recording`"
    ),
    # Speech
    "a command begins with a program": "命令须以程序开头",
    "a command is one line": "命令须为一行",
    "the quotes cannot be read: {}": "引号无法识别：{}",
    "nothing is put in for {}": "{} 没有可代入的内容",
    "{} must be one word of the command, once": "{} 须单独作为命令的一个词，且仅一次",
    "write a line such as that of espeak-ng in docs/flows.md": "请写一行，如 docs/flows.md 中 espeak-ng 的那行",
    "this is no address of a service": "这不是服务的地址",
    "write such as https://speech.example.com/intents": "例如写 https://speech.example.com/intents",
    "what people say would cross the network unprotected": "客户所说内容会以明文经过网络",
    "write https://": "请写 https://",
    # Names
    "there is no flow {}": "没有流程 {}",
}
