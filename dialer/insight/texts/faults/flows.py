"""Faults of call flows, which robots follow."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "nothing is written in {}": "没有语言 {} 的内容",
    "write the texts, or leave it": "请补上文本，或去掉",
    "write the text in {} too, as elsewhere in the flow": "请与流程其他各处一样补上语言 {}",
    "write {name} for a constant, and {{ for a brace": "常量写作 {name}，花括号写作 {{",
    "there is no constant `{}`": "没有常量 `{}`",
    "write the text out; a robot reads out no field of an account": "请直接写出文本；机器人不读出账户字段",
    "nothing leads here": "没有通向此处的走向",
    "lead a key here, or leave it out": "请让某个按键通向此处，或去掉",
    "lead one of its ways towards a state with `end:` or `transfer: true`": (
        "请让其某个走向通向带 `end:` 或 `transfer: true` 的状态"
    ),
    "nobody can ask for no more calls": "无法要求停呼",
    "lead a key to a state with `end: do_not_call`": "请让某个按键通向 `end: do_not_call` 的状态",
    "`{}` tells of a debt before the person has said who they are": "在对方表明身份之前，`{}` 透露了债务",
    "say it after a key with `party: person`, or use a neutral word": "请在 `party: person` 的按键之后说，或换中性词",
    "the call ends as {}, and nobody has said that they are the person": "通话以 {} 结束，但无人表明是本人",
    "lead here by a key with `party: person`": "请以 `party: person` 的按键通向此处",
    "a promise is asked for of nobody knows whom": "不知向谁询问承诺",
    "ask for it by `number:` on every way here": "请在通向此处的每个走向上以 `number:` 询问",
    "a promise without {}": "承诺缺少 {}",
    "min is above max, so that no number fits": "min 大于 max，没有数字能满足",
    "a state has one way on": "每个状态只有一种去向",
    "write one of `keys:`, `number:`, `to:`, `transfer: true` and `end:`": (
        "请写 `keys:`、`number:`、`to:`、`transfer: true`、`end:` 之一"
    ),
    "what follows silence is said where a key is asked for": "无按键时的去向只写在询问按键之处",
    "write `otherwise: {again: 1, to: STATE}` beside `keys:` or `number:`, and nowhere else": (
        "请只在 `keys:` 或 `number:` 旁写 `otherwise: {again: 1, to: STATE}`"
    ),
    "there is no flow {}": "没有流程 {}",
    "there is no such call flow": "没有该流程",
    "no robot speaks in the mode {}": "模式 {} 没有机器人说话",
    "leave `flow` out, or let a robot call": "请去掉 `flow`，或改为机器人外呼",
    "{} leads to an agent, and robot calls have none": "{} 会转人工，而机器人外呼没有坐席",
    "take a flow without `transfer`, or the mode robot_then_human": (
        "请使用不含 `transfer` 的流程，或模式 robot_then_human"
    ),
}
