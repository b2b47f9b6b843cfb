"""The frame of every report: one HTML file that asks for nothing from outside, for screen and paper."""

from __future__ import annotations

import csv
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from io import StringIO

from dialer.insight.language import Language


def page(title: str, language: Language, body: str) -> str:
    """Return a whole page around `body`, which is HTML; `title` is plain text."""
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style></head><body>
{body}
</body></html>
"""


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Return an HTML table of text cells; the columns in `numbers` are set to the right."""
    mark = [" class=n" if column in numbers else "" for column in range(len(head))]
    heads = "".join(f"<th{mark[column]}>{escape(text)}</th>" for column, text in enumerate(head))
    body = "".join(
        "<tr>" + "".join(f"<td{mark[column]}>{escape(text)}</td>" for column, text in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def figures(rows: Iterable[Sequence[str]]) -> str:
    """Return key figures as an HTML table: label and value, and a remark where there is one."""
    looks = ("", " class=n", " class=note")
    body = "".join(
        "<tr>" + "".join(f"<td{look}>{escape(text)}</td>" for look, text in zip(looks, row, strict=False)) + "</tr>"
        for row in rows
    )
    return f"<table class=figures><tbody>{body}</tbody></table>"


def downloads(label: str, tables: Mapping[str, Mapping[str, Sequence[object]]]) -> str:
    """Return links to `tables` (columns by name) as CSV files, which stand in the page itself."""
    links = []
    for name, columns in tables.items():
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
        # With a byte-order mark, without which spreadsheets take Chinese for something else.
        content = b64encode(text.getvalue().encode("utf-8-sig")).decode()
        file = escape(f"{name}.csv")
        links.append(f'<a download="{file}" href="data:text/csv;charset=utf-8;base64,{content}">{file}</a>')
    return f"<p class=downloads>{escape(label)} {' · '.join(links)}</p>"


_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  color: #222; background: #fff; max-width: 1060px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .5rem; }
header p { margin: .2rem 0; color: #666; } header .remark { color: #8a5a00; }
table { border-collapse: collapse; width: 100%; }
td, th { padding: .25rem .5rem; border-bottom: 1px solid #e6e6e6; text-align: left; vertical-align: top; }
th { font-weight: 600; color: #555; } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.n { white-space: normal; }
.bar { width: 22%; } .bar i { display: block; height: .8em; margin-top: .3em; background: #7fb3c8; }
* { print-color-adjust: exact; }
.when { white-space: nowrap; font-variant-numeric: tabular-nums; }
small { display: block; color: #666; }
.note { color: #777; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr)); gap: 0 2.5rem;
  align-items: start; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(460px, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; break-inside: avoid; } figure svg { max-width: 100%; height: auto; }
.pyramid { width: 100%; max-width: 470px; } .pyramid line { stroke: #bbb; }
.pyramid .unknown { fill: #fff; stroke: #9bbccb; stroke-dasharray: 4 3; }
.pyramid text { font-size: 12px; fill: #555; } .pyramid .value { font-size: 15px; font-weight: 600; fill: #222; }
ul { color: #555; padding-left: 1.2rem; }
.downloads { color: #666; } .downloads a { color: #1f6f8b; }
h3 { font-size: .95rem; margin: 1rem 0 0; } p.note { margin: .1rem 0 .4rem; }
header .verdict { font-weight: 600; margin: .6rem 0; padding: .4rem .7rem; color: #222; border-left: 6px solid #2e8b57;
  background: #f4f8f4; }
.verdict.code1 { border-color: #c0392b; background: #fbf2f1; }
.verdict.code3 { border-color: #d98324; background: #fdf7ef; }
@media screen and (max-width: 700px) { table { display: block; overflow-x: auto; } }
@media print { .downloads { display: none; }
  body { margin: 0; max-width: none; font-size: 11px; } h2 { break-after: avoid; }
  table { break-inside: avoid; } .two, .plots { grid-template-columns: 1fr 1fr; gap: 0 1rem; } }
"""
