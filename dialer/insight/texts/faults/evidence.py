"""What cannot be sealed, and what is wrong with a folder of evidence."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "the history knows no account {}": "历史数据中没有账户 {}",
    "the journal knows no account {}": "日志中没有账户 {}",
    "the journal is damaged at entry {}: {}": "日志在第 {} 条处损坏：{}",
    "the history holds telephone numbers or addresses: import the log with keyed references": (
        "历史数据含电话号码或地址：请用密钥引用重新导入"
    ),
    "--packs goes with --history": "--packs 只能与 --history 同用",
    "evidence from a journal has the rules of its run": "由日志生成的证据已含运行时的规则",
    "{} is not empty: name a new folder": "{} 不是空的：请换一个新文件夹",
    "the evidence cannot be written: {}": "证据无法写入：{}",
    "{} holds no private key; make one with paceline evidence key": "{} 中没有私钥；请用 `paceline evidence key` 生成",
    "{} holds a key of another kind; make one with paceline evidence key": (
        "{} 中的密钥类型不对；请用 `paceline evidence key` 生成"
    ),
    "the key cannot be written: {}; name a file that is not there": "密钥无法写入：{}；请换一个不存在的文件名",
    "{} holds no public key": "{} 中没有公钥",
    "{} holds a key of another kind than Ed25519": "{} 中的密钥不是 Ed25519",
    "this is no folder of evidence, or it lacks the file": "这不是证据文件夹，或缺少该文件",
    "this is no manifest of evidence: {}": "这不是证据清单：{}",
    "{} has format {}, this version reads {} and {}": "{} 的格式为 {}，本版本可读 {} 和 {}",
    "the signature is not of this text by this key": "签名与此内容和密钥不符",
    "signed by {}, and not by {}": "由 {} 签名，而不是 {}",
    "the file is missing": "文件缺失",
    "the file is no part of the evidence": "该文件不属于证据",
    "the file was changed": "文件已被改动",
    "this is no entry": "这不是日志条目",
    "entry {} was changed": "第 {} 条已被改动",
    "entry {} stands after entry {}": "第 {} 条排在第 {} 条之后",
    "entry {} does not follow entry {}": "第 {} 条与第 {} 条不相连",
    "this row is none of those that were sealed": "该行不在封存的数据之中",
    "row {} as it was sealed is gone": "封存时的第 {} 行已不存在",
}
