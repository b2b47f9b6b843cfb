"""Pages in a real browser: Chromium without a window, which tells what a reader of the page would stumble over."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from pathlib import Path

import msgspec

_MEASURE = Path(__file__).with_name("measure.js").read_text()


class Found(msgspec.Struct):
    """What is wrong with a page.

    Attributes
    ----------
    wide : list of str
        What reaches beyond the right edge of the window.
    outside : list of str
        Texts that leave the frame of their plot.
    overlapping : list of str
        Pairs of texts of a plot that cover each other.
    asked : list of str
        What the page fetches from elsewhere.
    texts : int
        Texts in plots that were looked at.
    """

    wide: list[str]
    outside: list[str]
    overlapping: list[str]
    asked: list[str]
    texts: int


def lacking() -> str | None:
    """Return what is missing to look at pages; None when nothing is."""
    return None if shutil.which("chromium") else "pages are looked at in Chromium: apt-get install chromium"


def look(page: str, width: int, folder: Path) -> Found:
    """Return what a window of `width` pixels shows of a page; 500 is the narrowest that Chromium opens."""
    file = folder / "page.html"
    file.write_text(page.replace("</body>", f"<script>{_MEASURE}</script></body>"), encoding="utf-8")
    # As root Chromium runs without its sandbox only; the pages are our own.
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    words = ["chromium", "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", *root]
    own = [f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900", "--dump-dom", file.as_uri()]
    shown = subprocess.run([*words, *own], capture_output=True, text=True, check=True).stdout
    (found,) = re.findall(r'data-found="([^"]*)"', shown)
    return msgspec.json.decode(html.unescape(found), type=Found)
