"""`paceline evidence --history`: rows sealed, checked elsewhere, every change found, and what cannot be sealed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from dialer.__main__ import main
from dialer.insight.evidence.check import check_evidence
from dialer.insight.evidence.keys import public_text, read_key
from dialer.insight.faults import fault_text
from dialer.ports.history import TABLES
from tests.chinese import english_in
from tests.unit.audit.histories import history
from tests.unit.timeline.lives import Table, attempt, lives

QUOTED = {"paceline", "key", "pub", "history", "nobody", "nowhere", "broken", "attempts", "parquet", "packs", "journal"}
"""Words that an error in Chinese may quote."""

ROWS = tuple(f"{table}.jsonl" for table in TABLES if table != "agents")


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def write(folder: Path, tables: dict[str, Table]) -> Path:
    folder.mkdir()
    past = history(**tables)
    for table in tables:
        past.database.execute(f"COPY {table} TO '{folder}/{table}.parquet' (FORMAT PARQUET)")
    past.database.close()
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a history, two keys, a recording, and sound evidence about an account."""
    folder = tmp_path_factory.mktemp("evidence")
    write(folder / "history", lives())
    (folder / "calls" / "tapes").mkdir(parents=True)
    (folder / "calls" / "tapes" / "c2.wav").write_bytes(b"heard")
    for name in ("key.pem", "other.pem"):
        assert run("evidence", "key", "-o", folder / name) == 0
        (folder / name.replace(".pem", ".pub")).write_bytes(public_text(read_key(folder / name).public_key()))
    words = ("--history", folder / "history", "--key", folder / "key.pem", "--recordings", folder / "calls")
    assert run("evidence", "a1", *words, "--packs", "house", "us-reg-f", "-o", folder / "a1") == 0
    return folder


@pytest.fixture
def copy(home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(home / "a1", tmp_path / "a1"))


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_text().splitlines()]


def test_sound_evidence_holds_the_account_s_rows_and_no_other_s(home: Path) -> None:
    folder = home / "a1"
    names = {path.name for path in folder.iterdir()}
    shared = {"manifest.json", "manifest.sig", "public_key.pem", "recordings.json", "rules.json", "verdicts.json"}
    assert names == {*ROWS, *shared, "timeline.en.html", "timeline.zh.html"}
    attempts = rows(folder, "attempts")
    assert [row["attempt"] for row in attempts] == ["c1", "c2", "c3", "c4", "c5"]
    assert attempts[1]["placed_at"] == "2026-06-17T12:05:00Z" and attempts[1]["promise_due"] == "2026-06-20"
    assert attempts[1]["fields"] == {"product": "card"} and "ended_at" not in attempts[2]
    assert [row["cents"] for row in rows(folder, "payments")] == [5000]
    assert {row["account"] for table in ("attempts", "leads", "accounts") for row in rows(folder, table)} == {"a1"}
    text = "".join((folder / name).read_text() for name in names - {"manifest.sig"})
    assert not any(f'"{other}"' in text for other in ("a2", "a7", "p2", "c6"))
    (recording,) = json.loads((folder / "recordings.json").read_text())
    assert recording == {"call": "c2", "reference": "tapes/c2", "sha256": sha256(b"heard").hexdigest()}


def test_every_file_of_the_history_is_named_with_its_hash(home: Path) -> None:
    sources = json.loads((home / "a1" / "manifest.json").read_text())["sources"]
    there = {path.name: sha256(path.read_bytes()).hexdigest() for path in (home / "history").iterdir()}
    assert sources == there


def test_it_is_checked_elsewhere_in_both_languages(home: Path, copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("evidence", "verify", copy, "--trust", home / "key.pub", "--language", "en") == 0
    told = capsys.readouterr().out
    assert "Sound: account a1, 23 rows of 9 tables" in told and "no chain of hashes" in told and "trusted key" in told
    assert run("evidence", "verify", copy, "--language", "zh") == 0
    told = capsys.readouterr().out
    assert "完好" in told and "没有哈希链" in told and set(english_in(told)) <= {"trust"}
    assert run("evidence", "verify", copy, "--trust", home / "other.pub") == 1


def test_verdicts_say_what_was_broken_and_what_is_not_known(home: Path) -> None:
    told = json.loads((home / "a1" / "verdicts.json").read_text())
    standing = {verdict["rule"]: verdict["standing"] for verdict in told["verdicts"]}
    assert standing["HOUSE-GAP"] == "violated"
    assert standing["HOUSE-HOURS"] == "unknown"
    assert {one["rule"] for one in told["violations"]} <= {rule for rule, now in standing.items() if now == "violated"}
    assert {one["attempt"] for one in told["violations"]} <= {"c1", "c2", "c3", "c4", "c5"}


def in_lines(change: Callable[[list[bytes]], Any]) -> Callable[[Path], Any]:
    def changed(file: Path) -> None:
        lines = file.read_bytes().splitlines()
        change(lines)
        file.write_bytes(b"".join(line + b"\n" for line in lines))

    return changed


ALTERED = in_lines(lambda lines: lines.__setitem__(0, lines[0].replace(b'":"', b'":"x', 1)))
CHANGES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "altered": (ALTERED, "{0}:1: this row is none of those that were sealed"),
    "removed": (in_lines(lambda lines: lines.pop(0)), "{0}: row 1 as it was sealed is gone"),
    "added": (in_lines(lambda lines: lines.append(b"{}")), ": this row is none of those that were sealed"),
    "doubled": (in_lines(lambda lines: lines.append(lines[0])), "{0}: the file was changed"),
    "no line": (lambda file: file.write_bytes(file.read_bytes() + b"\n"), "{0}: the file was changed"),
    "emptied": (lambda file: file.write_bytes(b""), "{0}: row 1 as it was sealed is gone"),
    "deleted": (lambda file: file.unlink(), "{0}: the file is missing"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", ROWS)
def test_every_change_of_a_row_is_found(copy: Path, name: str, change: str) -> None:
    how, says = CHANGES[change]
    how(copy / name)
    faults = check_evidence(copy).faults
    assert any(says.format(name) in fault for fault in faults), faults
    assert all(name in fault for fault in faults)
    told = (fault_text("zh", fault) for fault in faults)
    assert all(name in text and english_in(text.replace(name, "")) == [] for text in told)


def test_rows_in_another_order_are_found(copy: Path) -> None:
    in_lines(lambda lines: lines.reverse())(copy / "attempts.jsonl")
    assert check_evidence(copy).faults == ("attempts.jsonl: the file was changed",)


def test_one_letter_anywhere_is_found(copy: Path) -> None:
    for path in sorted(copy.iterdir()):
        whole = path.read_bytes()
        for place in {0, len(whole) // 3, len(whole) - 2}:
            changed = bytearray(whole)
            changed[place] ^= 1
            path.write_bytes(changed)
            try:
                faults = check_evidence(copy).faults
            except Exception as error:
                faults = (str(error),)
            assert any(path.name in fault or "manifest.json" in fault for fault in faults), (path, place)
        path.write_bytes(whole)
    assert check_evidence(copy).faults == ()


def test_an_added_file_is_found(copy: Path) -> None:
    (copy / "agents.jsonl").write_text("{}\n")
    assert check_evidence(copy).faults == ("agents.jsonl: the file is no part of the evidence",)


def test_a_manifest_that_was_signed_anew_is_not_trusted(copy: Path, home: Path) -> None:
    text = (copy / "manifest.json").read_bytes().replace(b'"a1"', b'"a9"')
    (copy / "manifest.json").write_bytes(text)
    assert check_evidence(copy).faults == ("manifest.json: the signature is not of this text by this key",)
    other = read_key(home / "other.pem")
    (copy / "manifest.sig").write_bytes(other.sign(text))
    (copy / "public_key.pem").write_bytes(public_text(other.public_key()))
    assert check_evidence(copy).faults == ()
    assert check_evidence(copy, home / "key.pub").faults


def test_a_format_of_another_version_is_refused(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = copy / "manifest.json"
    file.write_bytes(file.read_bytes().replace(b'"format": 2', b'"format": 3'))
    assert run("evidence", "verify", copy) == 1
    assert "has format 3, this version reads 1 and 2" in capsys.readouterr().err


def test_what_a_history_does_not_know_has_no_file_and_what_it_knows_to_be_nothing_has_an_empty_one(
    home: Path, tmp_path: Path
) -> None:
    write(tmp_path / "few", {"attempts": [attempt("c1", 0)], "payments": [{"account": "a2", "paid_at": None}]})
    assert run("evidence", "a1", "--history", tmp_path / "few", "--key", home / "key.pem", "-o", tmp_path / "e") == 0
    checked = check_evidence(tmp_path / "e")
    assert checked.faults == () and checked.sound == 1
    assert (tmp_path / "e" / "payments.jsonl").read_bytes() == b""
    assert not (tmp_path / "e" / "consents.jsonl").exists()
    assert "consents" in (unknown := getattr(checked.manifest, "unknown", ())) and "payments" not in unknown
    assert "contacts from before the log" in (tmp_path / "e" / "timeline.en.html").read_text()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("nobody", "--history", "history"), 1, "the history knows no account nobody"),
        (("c2", "--history", "history"), 1, "the history knows no account c2"),
        (("g1", "--history", "history"), 1, "the history knows no account g1"),
        (("a1",), 2, "no log is named"),
        (("a1", "--history", "history", "--journal", "x.journal"), 2, "two logs are named"),
        (("a1", "--history", "nowhere"), 2, "nowhere: there is no such folder"),
        (("a1", "--journal", "x.journal", "--packs", "house"), 2, "--packs goes with --history"),
        (("a1", "--history", "history", "--packs", "none"), 2, "none"),
        (("a1", "--history", "history", "--key", "key.pub"), 1, "holds no private key"),
        (("a1", "--history", "history", "-o", "history"), 1, "history is not empty"),
        (("a1", "--history", "numbers"), 1, "the history holds telephone numbers or addresses"),
        (("a1", "--history", "broken"), 2, "cannot be read"),
    ],
)
def test_what_cannot_be_sealed_is_told_in_both_languages(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(shutil.copytree(home, tmp_path / "home"))
    write(Path("numbers"), {"attempts": [attempt("c1", 0, endpoint="+44 20 7946 0000")]})
    broken = Path(shutil.copytree("history", "broken")) / "attempts.parquet"
    whole = bytearray(broken.read_bytes())
    whole[10:900] = bytes(890)
    broken.write_bytes(whole)
    for language in ("en", "zh"):
        before = sorted(Path().iterdir())
        given = ("--key", "key.pem") if "--key" not in words else ()
        out = ("-o", "e") if "-o" not in words else ()
        assert run("evidence", *words, *given, *out, "--language", language) == code
        told = capsys.readouterr().err
        assert language == "zh" or says in told
        if language == "zh" and says not in ("none", "cannot be read"):  # these quote others
            assert set(english_in(told)) <= QUOTED, told
        assert "7946" not in told and "Traceback" not in told
        assert sorted(Path().iterdir()) == before, "nothing is left behind"
