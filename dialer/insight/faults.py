"""What is wrong with a strategy or a call script, in Chinese; a text that is not here stays in English.

Faults are found in `strategies`, which writes them in English. ``{}`` stands for what a text quotes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dialer.insight.language import Language
from strategies.errors import ConfigError, ConfigErrors

_CHINESE = {
    # Names, fields and numbers
    "this name has a meaning of its own": "该名称另有含义",
    "choose a name other than {}": "请使用以下之外的名称：{}",
    "only numbers have bounds": "只有数字才有上下限",
    "leave min and max out": "请去掉 min 与 max",
    "only money has a currency": "只有金额才有币种",
    "write `type: money`": "请写 `type: money`",
    "this name is a word of SQL": "该名称是 SQL 保留字",
    "choose a name that is no word of SQL": "请换一个非 SQL 保留字的名称",
    "this cannot be a name": "不能作为名称",
    "write up to 64 letters, digits, `_`, `.` or `-`, without spaces": "至多 64 个字母、数字、`_`、`.`、`-`，无空格",
    "this cannot be a field's name": "不能作为字段名",
    "write a small letter, then small letters, digits or `_`": "以小写字母开头，后接小写字母、数字或 `_`",
    "this is not a currency": "不是币种",
    "write three capitals of ISO 4217, such as CNY or USD": "请写 ISO 4217 的三个大写字母，如 CNY、USD",
    "min is above max, so that no value fits": "min 大于 max，没有值能满足",
    "write the smaller one as min": "请将较小者写为 min",
    # Segments, steps, calls
    "segments[{}] has the same name": "与 segments[{}] 同名",
    "give every segment a name of its own": "每个客群须有不同的名称",
    "there is no such cadence": "没有该节奏",
    "write its steps under `cadences`": "请在 `cadences` 下写明其步骤",
    "write one of {}": "请写以下之一：{}",
    "write some of {}": "请从以下选择：{}",
    "write {}": "请写 {}",
    "`{}` is not a declared field": "`{}` 不是已声明的字段",
    "`{}` is of type {}": "`{}` 的类型为 {}",
    "days are counted by a field of type integer or date: {}": "天数须由 integer 或 date 字段计算：{}",
    "`stop` says nothing of this": "`stop` 未说明该情形",
    "write `{}:` with its condition under `stop`": "请在 `stop` 下写明 `{}:` 及其条件",
    "nobody is named": "未写移交给谁",
    "{} hands nothing over": "{} 不移交案件",
    "`channel: hand_over` and `to:` go together: say who takes the account over": (
        "`channel: hand_over` 与 `to:` 须同时出现：写明由谁接手"
    ),
    "{} cannot be made in the mode {}": "{} 不能使用模式 {}",
    "leave the mode out: only calls have one": "请去掉 mode：只有外呼才有模式",
    "`calls` says nothing about {}": "`calls` 未说明 {}",
    "write `{}: {}` under `calls`": "请在 `calls` 下写 `{}: {}`",
    "`calls` has several modes for {}": "`calls` 中适用于 {} 的模式不止一个",
    "`calls` has no mode for {}": "`calls` 中没有适用于 {} 的模式",
    "write `mode:` {}, also under `calls`": "请写 `mode:` {}，并在 `calls` 下写明",
    "write `mode:` {}": "请写 `mode:` {}",
    "no step uses this mode": "没有步骤使用该模式",
    "leave it out, or give a step this mode": "请去掉，或让某一步骤使用该模式",
    "this window has no hours": "该时段为空",
    'write hours, such as {mon-fri: ["09:00-12:00"]}, or leave the window out': (
        '请写时段，如 {mon-fri: ["09:00-12:00"]}，或去掉 window'
    ),
    "this window never opens": "该时段与规则包的时段没有交集",
    "write hours within these: {}": "请写在以下时段之内：{}",
    "`steps` and `cadence` are both here": "`steps` 与 `cadence` 不能同时出现",
    "keep one of the two": "请保留其一",
    "{} is not dialled": "{} 不是外呼",
    "leave it out: only calls are tried again": "请去掉：只有外呼才会重拨",
    "no {} ends as {}": "{} 不会以 {} 结束",
    "leave it out: only an agent finds that out": "请去掉：只有坐席才能得知",
    # Experiments, parties, packs
    "the arms' shares add up to {}": "各组份额合计为 {}",
    "change the shares so that they add up to 1, such as 0.9 and 0.1": "请使份额合计为 1，如 0.9 与 0.1",
    "there is no such segment": "没有该客群",
    "the segment is in the experiment {} already": "该客群已在实验 {} 中",
    "keep it in one of them": "请只保留在其中一个",
    "nothing counts the failures to reach the person": "没有字段记录联系本人失败的次数",
    "write `{}: integer` under `fields`": "请在 `fields` 下写 `{}: integer`",
    "this party is here twice": "该对象出现两次",
    "no rule pack that binds says when a third party may be called": "没有生效的规则包说明何时可以致电第三方",
    "add the one of its jurisdiction ({}), or take this party out": "请加入所在法域的规则包（{}），或去掉该对象",
    "there is no such rule pack": "没有该规则包",
    "nobody has reviewed this rule pack": "该规则包尚未经人审阅",
    # Texts
    "there is no template `{}`": "没有文本 `{}`",
    "templates: {}": "现有文本：{}",
    "the template `{}` is not for {}": "文本 `{}` 不用于 {}",
    "write another template, or add {} to the channels of `{}`": "请换一个文本，或把 {} 加入 `{}` 的渠道",
    "the template `{}` is for the reader {}": "文本 `{}` 的读者是 {}",
    "write a template with `reader: {}`": "请使用 `reader: {}` 的文本",
    "nothing says what the {} says": "{} 没有写明内容",
    "write `template:` and one of the templates for this channel": "请写 `template:` 及适用于该渠道的文本",
    "there is an account field of this name": "已有同名的账户字段",
    "give the constant another name": "请给常量换一个名称",
    "there is no text in {}": "缺少语言 {} 的文本",
    "write the text in {} too, as the other templates do": "请与其他文本一样补上语言 {}",
    "the braces cannot be read: {}": "花括号无法识别：{}",
    "write {name} for a field, and {{ for a brace": "字段写作 {name}，花括号写作 {{",
    "a third party would read `{}`, which tells of a debt": "第三方会读到透露债务的 `{}`",
    "ask only how to reach the person, or to pass on a request to call back": "只可询问如何联系本人，或请其转告回电",
    "`{}` is neither a declared field nor a constant": "`{}` 既不是已声明的字段，也不是常量",
    "a third party must not learn `{}`": "不得让第三方得知 `{}`",
    "only names and constants may stand in this text": "该文本只能使用姓名与常量",
    "`{}` is a number, which need not be exact to the cent": "`{}` 是小数，不一定精确到分",
    "declare it as `{}: {type: money, currency: CNY}`, or as integer": (
        "请声明为 `{}: {type: money, currency: CNY}` 或整数"
    ),
    "`{}` is true or false, which nobody can read": "`{}` 是真假值，无法读出",
    "write two templates": "请写两个文本",
    "`{}` has no currency": "`{}` 没有币种",
    "declare it as `{}: {type: money, currency: CNY}`": "请声明为 `{}: {type: money, currency: CNY}`",
    # Call scripts
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
    "write the text in {} too, as elsewhere in the script": "请与脚本其他各处一样补上语言 {}",
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
    # Files
    "there is no such file": "没有该文件",
    "write the path of a YAML file, relative to this file, or one of {}": "请写相对本文件的 YAML 路径，或以下之一：{}",
    "this file includes itself: {}": "文件引用了自身：{}",
    "leave one of them out": "请去掉其一",
    "this is not what {} says": "与 {} 的内容不同",
    "give them the same content, or one of them another name": "请使内容相同，或改用另一名称",
    "{} is missing": "缺少 {}",
    "write `{}: ...` among these keys": "请在这些键中写 `{}: ...`",
    "unknown key {}": "未知的键 {}",
    "allowed: {}": "可用：{}",
    "{} is not allowed": "不允许 {}",
    "there are not enough items": "项数不足",
    "write at least {}": "至少写 {} 项",
    "the key {} is here twice; first at {}": "键 {} 出现两次；首次在 {}",
    "the file is empty": "文件为空",
    "the file's top must be keys and values": "文件顶层须为键与值",
    "write `key: value` lines": "请写 `键: 值`",
    "a key must be a plain text": "键须为普通文本",
    "this number is too long": "数字过长",
    "write a smaller number": "请写较小的数字",
    "write a whole number, without quotes": "请写整数，不加引号",
    "write a whole number": "请写整数",
    "write a number, without quotes": "请写数字，不加引号",
    "write a number": "请写数字",
    'write a text; put it in quotes if it looks like a number, such as "12"': '请写文本；若形似数字请加引号，如 "12"',
    "write true or false": "请写 true 或 false",
    "write a list: every item on a line of its own after `- `, or [a, b]": "请写列表：每项一行，或 [a, b]",
    "a tab is not allowed here": "此处不能使用制表符",
    "indent with spaces": "请用空格缩进",
    "check indentation, colons and quotes; quote a text with signs in it": (
        "请检查缩进、冒号与引号；含符号的文本请加引号"
    ),
    "anchors (&) and aliases (*) are not allowed": "不允许锚点 (&) 与别名 (*)",
    "write the value out; quote a text that starts so": "请写出完整的值；以此开头的文本请加引号",
    "cannot be read: {}": "无法读取：{}",
    "check the path and its permissions": "请检查路径及其权限",
    "save the file as plain UTF-8 text": "请以 UTF-8 纯文本保存",
    "this is not a clock time": "不是时刻",
    'write hours and minutes of a 24-hour clock in quotes, such as "09:00"': '请加引号写 24 小时制的时与分，如 "09:00"',
    "this is not a date": "不是日期",
    "there is no such date": "没有该日期",
    "write year, month and day, such as 2026-11-30": "请写年月日，如 2026-11-30",
}

_MEANT = re.compile(r"did you mean `([^`]*)`\? ")
_WAY = re.compile(r" \(the way there: (.*)\)$")


def fault_text(language: Language, text: str) -> str:
    """Return a fault's message or hint in `language`; what it quotes, and where it stands, are left as they are."""
    if language == "en":
        return text
    if meant := _MEANT.match(text):
        return f"是否想写 `{meant[1]}`？{fault_text(language, text[meant.end() :])}"
    if way := _WAY.search(text):
        return f"{fault_text(language, text[: way.start()])}（路径：{way[1]}）"
    if (found := _lookup(text)) is not None:
        return found
    place, colon, rest = text.partition(": ")
    return f"{place}{colon}{fault_text(language, rest)}" if colon else text


def faults_in(language: Language, found: ConfigErrors) -> ConfigErrors:
    """Return `found` in `language`."""
    return ConfigErrors(
        [
            ConfigError(
                fault_text(language, error.message),
                file=error.file,
                line=error.line,
                column=error.column,
                hint=fault_text(language, error.hint),
            )
            for error in found.errors
        ]
    )


def _lookup(text: str) -> str | None:
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(text):
            return "".join(
                part for pair in zip(chinese.split("{}"), (*found.groups(), ""), strict=True) for part in pair
            )
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the texts as patterns, those with the most words of their own first."""
    texts = sorted(_CHINESE, key=lambda text: (text.count("{}") > 0, -len(text)))
    shapes = ("(.*?)".join(map(re.escape, text.split("{}"))) for text in texts)
    return tuple((re.compile(shape, re.DOTALL), _CHINESE[text]) for shape, text in zip(shapes, texts, strict=True))
