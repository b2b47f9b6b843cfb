"""Attributes of persons that must not decide how somebody is treated, unless it is declared why they may.

The names are those of the grounds in the EU's Charter (art. 21), the US Equal Credit Opportunity Act
(15 USC 1691) and China's Personal Information Protection Law (art. 28, sensitive information), in English,
Chinese and pinyin. A name is only a name: what stands in for such an attribute is not found.
"""

from __future__ import annotations

import re

WORDS = (
    "age", "birth", "birthday", "birthdate", "birthyear", "sex", "gender", "race", "racial", "colour", "color",
    "ethnic", "ethnicity", "nationality", "citizenship", "religion", "religious", "belief", "marital", "married",
    "marriage", "disability", "disabled", "health", "medical", "pregnant", "pregnancy", "orientation", "political",
    "politics", "union", "genetic", "biometric",
    "nianling", "xingbie", "minzu", "zongjiao", "hunyin", "canji", "guoji", "huji", "shengri",
)  # fmt: skip
"""English and pinyin words; a name is protected when one of its parts is among them."""

CHINESE = (
    "年龄", "出生", "生日", "性别", "民族", "种族", "肤色", "国籍", "户籍", "籍贯", "宗教", "信仰",
    "婚姻", "婚否", "残疾", "健康", "病史", "怀孕", "孕", "性取向", "政治", "工会", "基因", "生物识别",
)  # fmt: skip
"""Chinese words; a name is protected when it contains one."""


def is_protected(name: str) -> bool:
    """Tell whether the column `name` is called like a protected attribute."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    return any(part.lower() in WORDS for part in parts) or any(word in name for word in CHINESE)
