"""Faults of conditions, DuckDB's own words among them, and what is warned of in a strategy."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # Conditions
    "declared: {}": "已声明：{}",
    "this is more than one condition": "不止一个条件",
    "this is nested too deeply": "嵌套过深",
    "split the segment, or use IN": "请拆分客群，或使用 IN",
    "this is not SQL: {}": "不是 SQL：{text}",
    "this is a value of type {}, not a number": "这是类型为 {} 的值，不是数字",
    "write a sum or product of numbers": "请写数字的和或积",
    "this is a value of type {}, not a condition": "这是类型为 {} 的值，不是条件",
    "write a comparison, such as x > 0": "请写比较式，如 x > 0",
    "this cannot be computed: {}": "无法计算：{text}",
    "compare fields with constants of their own type": "请将字段与同类型的常量比较",
    "the function `{}` is not allowed": "不允许函数 `{}`",
    "a cast of a field is not allowed": "不允许转换字段的类型",
    "declare the field with the type you need": "请以所需类型声明该字段",
    "subquery is not allowed": "不允许子查询",
    "window is not allowed": "不允许窗口函数",
    "lambda is not allowed": "不允许 lambda",
    "star is not allowed": "不允许星号",
    "array extract is not allowed": "不允许取列表元素",
    "struct extract is not allowed": "不允许取结构成员",
    "allowed: the declared fields, today, constants, comparisons, AND, OR, NOT, IN, BETWEEN, IS NULL, CASE, "
    "COALESCE, LIKE, + - * /, {}": (
        "可用：已声明的字段、today、常量、比较式、AND、OR、NOT、IN、BETWEEN、IS NULL、CASE、COALESCE、LIKE、+ - * /、{}"
    ),
    "nothing is written here": "此处没有写条件",
    # DuckDB
    "syntax error at or near {}": "{} 附近有语法错误",
    "syntax error at end of input": "末尾有语法错误",
    "unterminated quoted string at or near {}": "{} 附近的引号没有配对",
    "unterminated quoted identifier at or near {}": "{} 附近的引号没有配对",
    "Conversion Error: Could not convert string {} to {}": "文本 {} 不能作为 {}",
    "Conversion Error: date field value out of range: {}": "没有日期 {}",
    "Conversion Error: invalid date field format: {}, expected format is (YYYY-MM-DD)": "{} 不是日期（YYYY-MM-DD）",
    "Conversion Error: {}": "不能转换类型（{}）",
    "Binder Error: Cannot compare values of type {} and type {} - an explicit cast is required": (
        "类型 {} 与类型 {} 不能比较"
    ),
    "Binder Error: Cannot combine types of {} and {} - an explicit cast is required": "类型 {} 与类型 {} 不能并用",
    "Binder Error: No function matches the given name and argument types '{}'. You might need to add explicit "
    "type casts.": "没有适用于这些类型的 {}",
    "Binder Error: Cannot mix values of type {} and {} in {} operator - an explicit cast is required": (
        "类型 {} 与类型 {} 不能并用于 {}"
    ),
    'Binder Error: Could not choose a best candidate function for the function call "{}". In order to select one, '
    "please add explicit type casts.": "无法判断 {} 中的类型",
    "Binder Error: {}": "类型不符（{}）",
    "Out of Range Error: Overflow in {} of {}": "结果超出范围",
    "Out of Range Error: {}": "超出范围（{}）",
    # Warnings
    "no account can fit {}": "没有账户能符合 {}",
    "no account was found for {}": "没有找到符合 {} 的账户",
    "change the condition, or leave the segment out": "请修改条件，或去掉该客群",
    "{} gets no account: all that can fit go to {}": "{} 得不到账户：能符合的全部归 {}",
    "{} gets no account: all that were found go to {}": "{} 得不到账户：找到的全部归 {}",
    "put it before {}, or change the condition": "请把它放在 {} 之前，或修改条件",
    "an account with {} fits {} and {}; {} takes it": "{text} 的账户同时符合 {} 与 {}；归 {}",
    "any account": "任意值",
    "write into one of the conditions what tells them apart": "请在其中一个条件中写明二者的区别",
    "this step is never due: no account of {} fits it": "该步骤永远不会执行：{} 中没有账户符合",
    "this step is perhaps never due: no account of {} fits it": "该步骤可能永远不会执行：{} 中没有账户符合",
    "change its days or condition, or the segment's": "请修改其天数或条件，或客群的条件",
    "{}; not proven: a condition computes, compares two fields or uses LIKE, or there are too many cases": (
        "{text}；未经证明：条件含计算、两个字段的比较或 LIKE，或情形过多"
    ),
    "no segment or arm uses this": "没有客群或实验组使用它",
    "no step or party uses this": "没有步骤或对象使用它",
    "no template uses this": "没有文本使用它",
    "leave it out, or use it": "请去掉，或加以使用",
    "nothing says when an account is left alone for {}": "没有写明账户何时因 {} 停止联系",
    'write `{}:` with its condition under `stop`, or "false" if no such account is in the portfolio': (
        '请在 `stop` 下写明 `{}:` 及其条件；若案件中没有此类账户，写 "false"'
    ),
    "{} stands in one language only": "{} 只出现在一种语言中",
    "{} stand in one language only": "{} 只出现在一种语言中",
    "say the same in every language": "请使各语言的内容一致",
}
