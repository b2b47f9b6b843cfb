"""Faults of call scripts."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # Call scripts
    "a third party is never confirmed": "第三方永远不能被核实为本人",
    "leave `identity` out; nothing of the debt can be said then": "请去掉 `identity`；此后不得提及债务",
    "nothing confirms the person": "没有核实本人的办法",
    "write `identity: {facts: [...], needed: 2}`, or `reader: third_party`": (
        "请写 `identity: {facts: [...], needed: 2}`，或 `reader: third_party`"
    ),
    "leave it out: this script confirms nobody": "请去掉：本脚本不核实任何人",
    "end with unverified, third_party, wrong_number, callback or do_not_call": (
        "请以 unverified、third_party、wrong_number、callback 或 do_not_call 结束"
    ),
    "the script {} is for the reader {}": "话术脚本 {} 的对象是 {}",
    "write a script with `reader: {}`": "请写 `reader: {}` 的话术脚本",
    "a step leads its agents by a script, and nothing leads them with this party": (
        "有步骤以话术脚本引导坐席，而与该联系对象通话时没有脚本"
    ),
    "write `script:` and one with `reader: {}`, such as {}": "请写 `script:`，其 `reader: {}`，例如 {}",
    "write `script:` and one with `reader: {}`": "请写 `script:`，其 `reader: {}`",
    "a party has a template or a script, one of the two": "联系对象须有文本模板或话术脚本之一",
    "write `template:`, or `script:`": "请写 `template:` 或 `script:`",
    "no agent speaks by {}": "{} 没有坐席说话",
    "leave the script out, or let an agent call": "请去掉 script，或改为人工外呼",
    "`script` and `template` are both here": "`script` 与 `template` 不能同时出现",
    "keep the script, which leads the agent, or the template, which is one text": "请保留话术脚本或单一文本之一",
    "there is no such call script": "没有该话术脚本",
    "write a path relative to this file, or one of {}": "请写相对于本文件的路径，或以下之一：{}",
    "the script {} needs the field `{}`": "话术脚本 {} 需要字段 `{}`",
    "the script {} needs `{}` of another type": "话术脚本 {} 需要另一类型的 `{}`",
    "write `{}: {}` under `fields`": "请在 `fields` 下写 `{}: {}`",
    "`{}` need not be exact to the cent": "`{}` 不一定精确到分",
    "declare it as {type: money, currency: CNY}, or as integer": "请声明为 {type: money, currency: CNY} 或整数",
    "`{}` is true or false, which nobody can read out": "`{}` 是真假值，无法读出",
    "lead to two states by an answer": "请用选项引向两个状态",
    "there is no such state": "没有该状态",
    "there is no field `{}`": "没有字段 `{}`",
    "there is no state `{}`": "没有状态 `{}`",
    "known: {}": "现有：{}",
    "so many can never match": "不可能有这么多项相符",
    "write at most {}, or add facts": "最多写 {}，或增加核实项",
    "`{}` is no identity fact": "`{}` 不是核实项",
    "write one of {}, or name it under `identity: facts:`": "请写以下之一：{}，或列入 `identity: facts:`",
    "a comparison has a matching answer, and nothing else has one": "只有比对状态才有相符选项，且必须有",
    "`compare:` and the answer `{}:` go together: it proves the fact": "`compare:` 与选项 `{}:` 须同时出现",
    "a match says nothing of who speaks": "相符并不说明谁在说话",
    "ask who is on the line in a state of its own": "请用单独的状态询问接听者身份",
    "this fact is here twice": "该核实项出现两次",
    "a {} proves nobody": "{} 不能证明身份",
    "choose what only the person knows: an integer, text, date or last_four": (
        "请选只有本人知道的：integer、text、date 或 last_four"
    ),
    "there is a field of this name": "已有同名字段",
    "give it another name": "请换一个名称",
    "write the text in {} too, as elsewhere in the file": "请与文件其他各处一样补上语言 {}",
    "`{}` is told before the person is confirmed": "在核实本人之前说出了 `{}`",
    "`{}` is shown before the person is confirmed": "在核实本人之前显示了 `{}`",
    "`{}` tells of a debt before the person is confirmed": "在核实本人之前，`{}` 透露了债务",
    "show it only after {} of {} matched": "请在以下各项中有 {} 项相符之后再显示：{}",
    "say it in a state after the confirmation, or use a neutral word": "请在核实之后再说，或换用中性词",
    "a third party is asked for an identity fact": "向第三方询问了核实项",
    "ask a third party nothing about the person; end the call, or ask for a call back": (
        "不要向第三方询问本人信息；请结束通话，或请其转告回电"
    ),
    "the call ends as {}, and the person is not confirmed": "通话以 {} 结束，但本人未经核实",
    "end with unverified, third_party, wrong_number, callback or do_not_call; or confirm the person first": (
        "请以 unverified、third_party、wrong_number、callback 或 do_not_call 结束，或先核实本人"
    ),
    "the call ends as {}, and the person is confirmed": "通话以 {} 结束，但本人已经核实",
    "write `end: contact`": "请写 `end: contact`",
    "no answer leads here": "没有选项通向此处",
    "lead an answer here, or leave it out": "请让某个选项通向此处，或去掉",
    "no way from here ends the call": "从此处无法结束通话",
    "lead one of its answers towards a state with `end:`": "请让其某个选项通向带 `end:` 的状态",
    "a state has answers or an end, one of the two": "状态须有选项或结束之一",
    "write `answers:`, or `end:` and a disposition": "请写 `answers:`，或 `end:` 及结果",
}
