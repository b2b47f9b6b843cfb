"""What the commands about histories, calibration and back-tests say, in English and Chinese."""

from __future__ import annotations

LABORATORY: dict[str, tuple[str, str]] = {
    "history_rows": ("{0}: {1} rows", "{0}：{1} 行"),
    "history_rejected": ("{0} rows cannot be used; all of them are in {1}", "{0} 行无法使用，详见 {1}"),
}
