"""Faults of portfolios and of what stands beside them: whole files, and single rows."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # Whole files
    "the column {} is missing": "缺少列 {}",
    "the column {} is there twice": "列 {} 出现两次",
    "the column {} has the type {}": "列 {} 的类型为 {}",
    "expected: {}; separated by commas, names in the first line": "应有：{text}；以逗号分隔，首行为列名",
    "expected: {}": "应有：{}",
    "the column phones is missing": "缺少列 phones",
    "numbers such as +12125550123, separated by semicolons, or in columns phone_1, phone_2, ...": (
        "号码如 +12125550123，以分号分隔，或写入列 phone_1、phone_2 等"
    ),
    "the accounts have endpoints and these persons do not": "案件文件以联系点代替号码，此文件却没有联系点",
    "write a Parquet file with the lists endpoints, zones and places, or plan with telephone numbers": (
        "请写含列表 endpoints、zones、places 的 Parquet 文件，或使用有号码的案件文件"
    ),
    "needed are {}; known besides are {}": "须有 {}；此外可有 {}",
    "store it as {}": "请存为 {}",
    "store one plain value a row; phones, zones and places may be lists of texts": (
        "每行只存一个普通值；phones、zones、places 可为文本列表"
    ),
    "store instants in UTC without a zone, ids and words as texts, and inbound as true or false": (
        "时刻请存为不带时区的 UTC，编号与词存为文本，inbound 存为真假值"
    ),
    "this is neither CSV nor Parquet nor SQLite": "不是 CSV、Parquet 或 SQLite",
    "name the file *.csv, *.parquet or *.sqlite": "文件名请以 .csv、.parquet 或 .sqlite 结尾",
    "the file must be a SQLite database with the table {}": "须为含有表 {} 的 SQLite 数据库",
    "the first line cannot be read: {}": "首行无法读取：{}",
    "names separated by commas": "请写以逗号分隔的列名",
    "no row can be used": "没有可用的行",
    "write accounts below the first line": "请在首行之下写账户",
    "row {}: {}; allowed: {}; all of them are in {}": "第 {} 行：{text}；可用：{text}；全部见 {}",
    "the rejected rows cannot be written: {}": "无法写入被拒绝的行：{text}",
    "make its folder writable": "请使其文件夹可写",
    "check the file and its path": "请检查文件及其路径",
    "check the path": "请检查路径",
    "this is no file of assigned accounts": "不是分案文件",
    "name the .parquet or .csv file that `paceline assign` wrote": (
        "请写 `paceline assign` 生成的 .parquet 或 .csv 文件"
    ),
    # Rows
    "{} is missing": "缺少 {}",
    "{} cannot be an id": "{} 不能作为编号",
    "{} cannot be a key": "{} 不能作为键",
    "{} is the same as in row {}": "{} 与第 {} 行相同",
    "{} is there for this account in row {}": "{} 在第 {} 行已用于该账户",
    "{} is none": "{} 不在可用值之内",
    "{} is not a whole number": "{} 不是整数",
    "{} is not a number": "{} 不是数字",
    "{} is not a finite number": "{} 不是有限的数字",
    "{} is not an amount exact to the cent": "{} 不是精确到分的金额",
    "{} is not four digits": "{} 不是四位数字",
    "{} is not true or false": "{} 不是真假值",
    "{} is not a date": "{} 不是日期",
    "{} is not an instant": "{} 不是时刻",
    "{} is not a telephone number": "{} 不是电话号码",
    "{} is not an e-mail address": "{} 不是电子邮箱",
    "{} is not a time zone": "{} 不是时区",
    "{} is not a place": "{} 不是地区",
    "{} is not an endpoint": "{} 不是端点",
    "{} is too small": "{} 过小",
    "{} is too large": "{} 过大",
    "{} holds bytes that are not UTF-8": "{} 含有非 UTF-8 的字节",
    "{} is nobody who may be called": "{} 不是可以致电的对象",
    "{} is no account of the portfolio": "{} 不是案件中的账户",
    "{} owes on this account": "{} 即该账户的债务人",
    "{} is no word that the rules know": "{} 不是规则所用的词",
    "cannot be taken apart": "无法拆分成列",
    "cannot be taken apart, with all lines up to {}": "直至第 {} 行均无法拆分成列",
    "has {} cells instead of {}": "有 {} 列，应为 {} 列",
    # What is allowed in a row
    "at least {}": "不小于 {}",
    "at most {}": "不大于 {}",
    "1 to 64 letters, digits and . _ : # - without spaces or slashes": (
        "1 至 64 个字母、数字或 . _ : # -，无空格与斜杠"
    ),
    "an id of its own for every account": "每个账户须有不同的编号",
    "an id without spaces or slashes": "不含空格与斜杠的编号",
    "a whole number up to {}": "不超过 {} 的整数",
    "a number such as 1234.56, without separators or units": "如 1234.56 的数字，不含分隔符与单位",
    "a finite number": "有限的数字",
    "an amount up to {} such as 1234.56, without separators or units": (
        "不超过 {} 的金额，如 1234.56，不含分隔符与单位"
    ),
    "the last four digits, and never more of them": "后四位，不得更多",
    "true or false": "true 或 false",
    "year, month and day such as 2026-11-30": "年月日，如 2026-11-30",
    "an instant in UTC such as 2026-11-20 09:30:00": "UTC 时刻，如 2026-11-20 09:30:00",
    "numbers in international form such as +12125550123, separated by semicolons": (
        "国际格式的号码，如 +12125550123，以分号分隔"
    ),
    "addresses such as name@example.org, separated by semicolons": "如 name@example.org 的邮箱，以分号分隔",
    "IANA names of places such as America/New_York, separated by semicolons": (
        "IANA 时区名，如 America/New_York，以分号分隔"
    ),
    "ISO 3166 codes such as GB, US-FL or US-NY-NYC, separated by semicolons": (
        "ISO 3166 代码，如 GB、US-FL 或 US-NY-NYC，以分号分隔"
    ),
    "text in UTF-8": "UTF-8 文本",
    "guarantor or contact": "guarantor 或 contact",
    "person, account or number": "person、account 或 number",
    "the id of a row that was not rejected": "未被拒绝的行的编号",
    "somebody else than the person who owes": "债务人以外的人",
    "one row for each account": "每个账户一行",
    "a contact has all of them": "联系记录须全部具备",
    "a consent has all of them": "同意记录须全部具备",
    "an id or an endpoint such as p17/0, as in the portfolio": "编号或联系点，如 p17/0，与案件文件一致",
    "the id of the person or account, or the number": "客户或账户的编号，或号码",
    "an id, an endpoint such as p17/0 or a number such as +12125550123": (
        "编号、如 p17/0 的端点，或如 +12125550123 的号码"
    ),
    "{}, or nothing for all": "{}；全部渠道则留空",
    "{}, or nothing": "{}，或留空",
    "{} cells separated by commas, quotes in pairs": "{} 列，以逗号分隔，引号成对",
    "a list of endpoints, empty where there is none": "端点列表，没有则为空列表",
    "a list of time zones, empty where none is known": "时区列表，不知则为空列表",
    "a list of places, empty where none is known": "地区列表，不知则为空列表",
    "a person's id, a slash and a number, such as p17/0": "客户编号、斜杠与数字，如 p17/0",
    "a person's id, a slash, the letter {} and a number, such as p17/{}0": "客户编号、斜杠、字母 {} 与数字，如 p17/{}0",
    "account_id, person_id, phones (or phone_1, phone_2, ...), {}, emails, post, zones and places (optional)": (
        "account_id、person_id、phones（或 phone_1、phone_2 等）、{}；可有 emails、post、zones、places"
    ),
}
