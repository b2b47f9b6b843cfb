"""What is said of a running engine and its journals."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # A running engine
    "offline": ("Offline", "离线"),
    "calls": ("Calls in progress", "进行中的呼叫"),
    "campaign_paused": ("paused", "已暂停"),
    "campaign_running": ("running", "运行中"),
    "draining": ("Draining: no new calls", "收尾中：不再发起新呼叫"),
    "node_up": ("up", "正常"),
    "node_draining": ("draining: it fails to dial and gets no new calls", "排空：呼出失败，不再分配新呼叫"),
    "node_down": ("down", "断开"),
    "node_calls": ("{0} of {1} lines, since {2}", "线路 {0}/{1}，自 {2}"),
    "telephony_down": ("Telephony is down: no new calls", "线路中断：不再发起新呼叫"),
    # Journals
    "journal_entries": ("entries 1 to {0} are sound: {1} to {2}", "第 1 至 {0} 条完好：{1} 至 {2}"),
    "journal_head": ("head {0}", "末端哈希 {0}"),
    "journal_sound": ("sound: every entry is what was written", "完好：每一条均与写入时一致"),
    "journal_broken": ("broken at entry {0} ({1}): {2}", "第 {0} 条已损坏（{1}）：{2}"),
    "replay_equal": ("equal: {0} entries gave the recorded effects", "一致：{0} 条均得出所记录的结果"),
    "replay_different": ("different after {0} equal entries", "{0} 条一致之后出现差异"),
}
