"""`paceline rules`: packs and rules in two languages, and what they say at an instant."""

from __future__ import annotations

import pytest

from dialer.__main__ import main
from strategies.compliance.packs import shipped
from tests.chinese import english_in


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(["rules", *words])
    captured = capsys.readouterr()
    assert stopped.value.code == (2 if captured.err else None)
    return captured.err or captured.out


def test_every_pack_is_listed_with_its_place_and_its_reviewer(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(["--language", "en"], capsys)
    rows = {line.split()[0]: line for line in text.splitlines() if line.strip()}
    assert set(shipped()) <= set(rows)
    assert "US-NY-NYC" in rows["us-nyc"] and "nobody" in rows["us-nyc"]
    assert "not legal advice" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ("US-FCC-RING  bounds a setting; secondary source read", "Source: 47 CFR 64.1200(a)(6)", "no final rule"),
        ),
        (
            "zh",
            ("US-TCPA-PREREC-RES  警示；凭记忆，未核实", "有效期 2023-07-20 至 …", "数值凭记忆", "未找到最终规则"),
        ),
    ],
)
def test_the_rules_of_a_pack(language: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    text = said(["us-tcpa-tsr", "--language", language], capsys)
    for word in words:
        assert word in text


def test_all_that_is_shipped_reads_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    for name in shipped():
        told = said([name, "--language", "zh"], capsys)
        assert english_in("\n".join(line for line in told.splitlines() if not line.strip().startswith(name))) == []


def test_a_verdict_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["de", "--at", "2026-06-07 19:30", "--zone", "Europe/Berlin", "--purpose", "telemarketing"]
    assert said([*ask, "--language", "en"], capsys).splitlines() == [
        "denied: DE-BNETZA-SUNDAY: outside of the hours (Bundesnetzagentur, page on predictive diallers)",
        "warning: DE-UWG7: the person has not agreed (UWG s. 7, from memory)",
        "next allowed: 2026-06-08 08:00 CEST",
    ]
    silent = "禁止：这些规则包均没有关于此类联系的规则，因此无从允许\n"
    assert said([*ask, "--place", "AT", "--language", "zh"], capsys) == silent
    noon = ["house", "de", "--at", "2026-06-03 12:00", "--zone", "Europe/Vienna", "--place", "AT"]
    assert said([*noon, "--language", "en"], capsys).splitlines() == [
        "allowed; 7 rules were asked",
        "no rule here is about AT: only what binds everywhere was asked",
    ]
    china = ["cn-cba", "--at", "2026-06-01 12:00", "--zone", "Asia/Shanghai", "--party", "contact", "--language", "zh"]
    assert said(china, capsys).splitlines() == [
        "禁止：CN-CBA-3P-GATE：尚未满足债务人失联条件（中国银行业协会指引，2026-01-30）",
        "等待无效",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["de", "--zone", "Europe/Berlin"], 'a contact is described, but not when (add --at "2026-06-01 20:30")'),
        (
            ["us-fl", "--at", "2026-06-01 12:00", "--zone", "America/New_York", "--place", "us-fl"],
            "--place us-fl is no place (write an ISO 3166 code such as GB or US-FL",
        ),
        (
            ["us-fl", "--at", "2026-06-01 12:00", "--zone", "America/New_York", "--place", "UX-FL"],
            "US-NY-NYC for a city; with rules of their own here: US-FL)",
        ),
        (["house", "house"], "paceline: the rule pack house is named twice (name each pack once)"),
        (["uk"], "there is no rule pack named uk (write au, ca,"),
        (["de", "--at", "2026-06-01 12:00"], "no time zone is given (write --zone with an IANA name"),
        (
            ["de", "--at", "noon", "--zone", "Europe/Berlin"],
            '--at noon is no local time (write --at "2026-06-01 20:30")',
        ),
        (["de", "--at", "2026-06-01", "--zone", "CET+1"], "there is no time zone CET+1"),
    ],
)
def test_errors_say_what_to_write(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in said(words, capsys)
