"""The words of call flows."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "flow_sound": ("{0} can be followed", "{0} 可以使用"),
    "flow_walked": (
        "walked {0} situations in {1} states; {2} texts in {3}",
        "已走查 {1} 个状态中的 {0} 种情形；{2} 段话术，语言：{3}",
    ),
    "flow_spoken": ("{0} texts spoken, {1} as before, in {2}", "已合成 {0} 段语音，{1} 段沿用，位于 {2}"),
    "flow_state": ("State", "状态"),
    "flow_hearer": ("May be heard by", "谁可听到"),
    "flow_say": ("The robot says", "语音"),
    "flow_on": ("Then", "之后"),
    "flow_person": ("who said to be the person", "自称本人者"),
    "flow_anybody": ("anybody", "任何人"),
    "flow_number": ("a number, {0} to {1} → {2}", "数字 {0} 至 {1} → {2}"),
    "flow_intent": ("says {0} → {1}", "说出“{0}”→ {1}"),
    "flow_record": ("recorded until #, {0:g} s at most → {1}", "录音至按 # 键，最长 {0:g} 秒 → {1}"),
    "flow_silence": ("silence, {0} times again → {1}", "无按键，重复 {0} 次后 → {1}"),
    "flow_goes_on": ("→ {0}", "→ {0}"),
    "flow_transfer": ("→ an agent", "→ 转人工"),
    "flow_ends": ("ends: {0}", "结束：{0}"),
}
