"""The words of evidence and erasure."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "evidence_made": (
        "evidence in {0}: {1} files, signed by the key {2}",
        "证据在 {0}：{1} 个文件，签名密钥 {2}",
    ),
    "evidence_sound": (
        "Sound: account {0}, {1} entries that are links of a chain of {2}.",
        "完好：账户 {0}，{1} 条记录均属于共 {2} 条的链。",
    ),
    "evidence_sound_history": (
        "Sound: account {0}, {1} rows of {2} tables. They are from a history, which has no chain of hashes: whether "
        "they were changed before only its {3} files can tell, whose hashes are in the manifest.",
        "完好：账户 {0}，{2} 个数据表共 {1} 行。数据来自历史数据，没有哈希链：封存之前是否被改动，"
        "只能用清单中 {3} 个来源文件的哈希核对。",
    ),
    "evidence_signer": ("Signed by the trusted key {0}.", "由受信任的密钥 {0} 签名。"),
    "evidence_signer_unknown": (
        "Signed by the key {0}; compare it with the operator's, or name that with --trust.",
        "签名密钥 {0}；请与机构公布的密钥核对，或用 --trust 指定。",
    ),
    "erase_kept": ("{0} wants records to be kept until {1} ({2})", "{0} 要求记录保存至 {1}（{2}）"),
    "erase_not": (
        "Nothing was erased. Who decides otherwise adds --despite.",
        "未删除任何内容。如另有决定，请加 --despite。",
    ),
    "erase_done": ("{0}: {1} rows and {2} recordings erased", "{0}：已删除 {1} 行数据、{2} 个录音"),
    "evidence_key": ("key in {0}, fingerprint {1}", "密钥在 {0}，指纹 {1}"),
}
