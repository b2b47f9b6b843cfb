"""Faults of scores and of assignment."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # Scores
    "`{}` is a protected attribute": "`{}` 是受保护的属性",
    "leave it out, or write `protected_allowed: {{}: why it may be used, and who decided}`": (
        "请去掉，或写 `protected_allowed: {{}: 为何可以使用、由谁决定}`"
    ),
    "no score uses this column": "没有评分使用该列",
    "leave it out: only what is used needs a reason": "请去掉：只有用到的列才须说明理由",
    "this cannot be a column": "不能作为列名",
    "no contact can be used": "没有可用的联系记录",
    "at: a local time such as 2026-11-30 18:05; reached: true or false; paid: true, false or empty": (
        "at：当地时间，如 2026-11-30 18:05；reached：true 或 false；paid：true、false 或空"
    ),
    "row {}: account_id is missing, or the same as in an earlier row": "第 {} 行：缺少 account_id，或与前面的行相同",
    "this is neither CSV nor Parquet": "既不是 CSV 也不是 Parquet",
    "this file is empty": "该文件为空",
    "this file cannot be read: {}": "该文件无法读取：{}",
    "name the file .csv or .parquet": "文件名请以 .csv 或 .parquet 结尾",
    "needed: {}": "须有：{}",
    "check its permissions, and that it is CSV in UTF-8 or Parquet": "请检查权限，以及是否为 UTF-8 的 CSV 或 Parquet",
    "the output is not Parquet": "输出不是 Parquet",
    "name it .parquet": "文件名请以 .parquet 结尾",
    "the result cannot be written": "结果无法写入",
    "check the folder and its permissions": "请检查文件夹及其权限",
    # Assignment
    "agent_id cannot be an id": "agent_id 不能作为编号",
    "write up to 64 letters, digits, `_`, `.` or `-`": "至多 64 个字母、数字、`_`、`.`、`-`",
    "a skill cannot be a name": "技能不能作为名称",
    "write names separated by semicolons, such as legal;cantonese": "名称以分号分隔，如 legal;cantonese",
    "ability is no number above 0": "ability 不是大于 0 的数字",
    "write 1 for a common agent, 1.2 for a better one": "普通坐席写 1，更好的写 1.2",
    "{} is no whole number": "{} 不是整数",
    "write how many cases, such as 40": "请写案件数，如 40",
    "the agent {} is here twice": "坐席 {} 出现两次",
    "write a row of {}": "请写一行：{}",
    "write a first line with some of {}": "第一行请写以下各列中的若干：{}",
    "the column {} is missing": "缺少列 {}",
    "there is no agent": "没有坐席",
    "this is not CSV in UTF-8: {}": "不是 UTF-8 的 CSV：{}",
    "save it as CSV UTF-8": "请另存为 CSV UTF-8",
    "the column `{}` is unknown or here twice": "列 `{}` 未知，或出现两次",
    "allowed, each once: {}": "可用，各一次：{}",
    "a rule of assignment of {} fails for these accounts: {}": "{} 的分案规则不适用于这些账户：{text}",
    "the output is neither CSV nor Parquet": "输出既不是 CSV 也不是 Parquet",
    "name it .csv or .parquet": "文件名请以 .csv 或 .parquet 结尾",
}
