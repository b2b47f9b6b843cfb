"""Write the tables of the rule packs into their page, from the packs themselves."""

from __future__ import annotations

from pathlib import Path

from dialer.insight.language import say
from dialer.insight.rules import effect_of
from strategies.compliance.packs import load_packs, shipped
from strategies.compliance.rulebook import PackChoice, Rule

PAGE = "docs/compliance.md"
START, END = "<!-- tables: python tools/rule_tables.py -->", "<!-- end of tables -->"


def page(text: str) -> str:
    """Return the page `text` with its tables made anew."""
    before, rest = text.split(START)
    return f"{before}{START}\n{''.join(map(_pack, shipped()))}\n{END}{rest.split(END)[1]}"


def _pack(name: str) -> str:
    rulebook = load_packs([PackChoice(name, accept_unreviewed=True)])
    (pack,) = rulebook.packs
    layer = say("en", f"layer_{pack.layer}")
    review = f"reviewed by {pack.reviewed_by}" if pack.reviewed_by else "reviewed by nobody"
    place = "everywhere" if pack.jurisdiction == "any" else pack.jurisdiction
    rows = "".join(map(_row, rulebook.rules))
    return (
        f"\n### {name}\n\n{layer.capitalize()}; {place}; version {pack.version}; {review}.\n\n"
        f"| rule | effect | status | says | source |\n|---|---|---|---|---|\n{rows}"
    )


def _row(rule: Rule) -> str:
    return f"| {rule.id} | {effect_of(rule)} | {rule.status} | {_says(rule)} | {rule.source} |\n"


def _says(rule: Rule) -> str:
    since = f" From {rule.valid_from}." if rule.valid_from else ""
    until = f" Until {rule.valid_to}." if rule.valid_to else ""
    pending = f" Pending: {rule.pending}" if rule.pending else ""
    return f"{rule.says}{since}{until}{pending}"


if __name__ == "__main__":
    path = Path(__file__).resolve().parents[1] / PAGE
    path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")
