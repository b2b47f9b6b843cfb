"""Portfolios: good rows are loaded, bad rows are explained, and none is lost."""

from __future__ import annotations

import csv
import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.leads.file.client import Portfolio, read_portfolio
from dialer.core.errors import PortError
from strategies.compiled import AccountField
from strategies.compliance.whereabouts import whereabouts
from strategies.errors import ConfigError

FIELDS = (
    AccountField("days", "integer", min=0),
    AccountField("balance", "number", min=0),
    AccountField("rate", "number", min=0, max=1),
    AccountField("vip", "boolean"),
    AccountField("due", "date"),
    AccountField("job", "text"),
)
HEADER = "account_id,person_id,phones,zones,days,balance,rate,vip,due,job"
GOOD = "a1,p1,+12125550101,,15,10.5,0.9,true,2026-11-30,nurse"
NUMBER_ALLOWED = "a number such as 1234.56, without separators or units, at least 0"


def load(path: Path, text: str) -> Portfolio:
    path.write_text(text, encoding="utf-8")
    return read_portfolio(path, FIELDS)


def rejected(path: Path, *rows: str) -> list[tuple[str, ...]]:
    portfolio = load(path, "\n".join([HEADER, GOOD, *rows]))
    assert portfolio.accounts == 1
    assert portfolio.rejected_file is not None
    assert portfolio.rejected_file.name == "people.rejected.csv"
    with portfolio.rejected_file.open(newline="") as file:
        head, *found = [tuple(line) for line in csv.reader(file)]
    assert head == ("row", "field", "reason", "allowed")
    assert portfolio.rejected == len({line[0] for line in found})
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def test_a_good_row_has_typed_fields_and_keyed_endpoints(path: Path) -> None:
    portfolio = load(path, f"{HEADER}\n{GOOD}\n")
    rows = portfolio.database.execute(
        "SELECT account_id, person_id, endpoints, zones, days, balance, rate, vip, CAST(due AS VARCHAR), job "
        "FROM accounts"
    ).fetchall()
    expected = ("a1", "p1", ["p1/0"], ["America/New_York"], 15, 10.5, 0.9, True, "2026-11-30", "nurse")
    assert rows == [expected]
    assert (portfolio.accounts, portfolio.rejected, portfolio.rejected_file) == (1, 0, None)
    assert portfolio.book.number("p1/0") == "+12125550101"


BAD_ROWS = [
    (
        ",p2,,,,,,,,",
        "account_id",
        "is missing",
        "1 to 64 letters, digits and . _ : # - without spaces or slashes",
    ),
    ("a/2,p2,,,,,,,,", "account_id", "cannot be an id", "1 to 64 letters"),
    ("b1,,,,,,,,,", "person_id", "is missing", "1 to 64 letters"),
    ("a1,p2,,,,,,,,", "account_id", "is the same as in row 2", "an id of its own for every account"),
    ("b2,p2,,,x,,,,,", "days", "is not a whole number", "a whole number up to 1000000000000, at least 0"),
    ("b3,p2,,,1.5,,,,,", "days", "is not a whole number", "a whole number"),
    ("b4,p2,,,-3,,,,,", "days", "is too small", "a whole number up to 1000000000000, at least 0"),
    ("b5,p2,,,9999999999999,,,,,", "days", "is too large", "a whole number up to 1000000000000"),
    ("b6,p2,,,,NaN,,,,", "balance", "is not a finite number", NUMBER_ALLOWED),
    ("b7,p2,,,,-inf,,,,", "balance", "is not a finite number", NUMBER_ALLOWED),
    ("b8,p2,,,,1e999,,,,", "balance", "is not a finite number", NUMBER_ALLOWED),
    ("b9,p2,,,,-5,,,,", "balance", "is too small", NUMBER_ALLOWED),
    ('b10,p2,,,,"1,000",,,,', "balance", "is not a number", NUMBER_ALLOWED),
    ("b11,p2,,,,1_000,,,,", "balance", "is not a number", NUMBER_ALLOWED),
    ("b12,p2,,,,,1.01,,,", "rate", "is too large", f"{NUMBER_ALLOWED}, at most 1"),
    ("b13,p2,,,,,,maybe,,", "vip", "is not true or false", "true or false"),
    ("b14,p2,,,,,,,2026-02-30,", "due", "is not a date", "year, month and day such as 2026-11-30"),
    ("b15,p2,,,,,,,30/11/2026,", "due", "is not a date", "year, month and day such as 2026-11-30"),
    ("b16,p2,,Mars/Olympus,,,,,,", "zones", "is not a time zone", "IANA names of places such as America/New_York"),
    ("b17,p2,,Etc/GMT+5,,,,,,", "zones", "is not a time zone", "IANA names of places"),
    ("b18,p2,12345,,,,,,,", "phones", "is not a telephone number", "numbers in international form"),
    ("b19,p2,2125550102,,,,,,,", "phones", "is not a telephone number", "numbers in international form"),
    ("b20,p2,+1212555010,,,,,,,", "phones", "is not a telephone number", "numbers in international form"),
    ("b21,p2,+99912345678,,,,,,,", "phones", "is not a telephone number", "numbers in international form"),
    ("b22,p2,+12125550102;x,,,,,,,", "phones", "is not a telephone number", "separated by semicolons"),
    ("b23,p2,,,,,,,", "", "has 9 cells instead of 10", "10 cells separated by commas, quotes in pairs"),
    ('b24,"p"2,,,,,,,,', "", "cannot be taken apart", "10 cells separated by commas, quotes in pairs"),
    ("b25,p2,,,,,,,,\ufffd", "job", "holds bytes that are not UTF-8", "text in UTF-8"),
]


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, ...]]:
    """All bad rows in one file, each with the line that explains it."""
    found = rejected(tmp_path_factory.mktemp("bad") / "people.csv", *(row for row, *_ in BAD_ROWS))
    assert [int(line[0]) for line in found] == list(range(3, 3 + len(BAD_ROWS)))
    return {row: line for (row, *_), line in zip(BAD_ROWS, found, strict=True)}


@pytest.mark.parametrize(("row", "field", "reason", "allowed"), BAD_ROWS)
def test_a_bad_row_is_explained_and_not_loaded(
    explained: dict[str, tuple[str, ...]], row: str, field: str, reason: str, allowed: str
) -> None:
    line = explained[row]
    assert line[1:3] == (field, reason)
    assert allowed in line[3]


def test_every_fault_of_a_row_is_named(path: Path) -> None:
    found = rejected(path, "a2,p2,911,Nowhere,x,nan,2,,,")
    assert [line[:2] for line in found] == [("3", f) for f in ("balance", "days", "phones", "rate", "zones")]


def test_no_reason_repeats_a_cell(path: Path) -> None:
    load(path, "\n".join([HEADER, GOOD, "a2,Zhang San,+1 555 secret,Zhangland,Zhang,Zhang,Zhang,Zhang,Zhang,x"]))
    explained = path.with_name("people.rejected.csv").read_text()
    assert "Zhang" not in explained
    assert "555 secret" not in explained


def test_row_numbers_are_the_lines_of_the_file(path: Path) -> None:
    found = rejected(path, "", 'a2,p2,,,x,,,,,"two\nlines"', "a3,p3,,,x,,,,,")
    assert [line[0] for line in found] == ["4", "6"]


def test_a_quote_that_is_never_closed_costs_the_lines_that_it_swallows_and_says_so(path: Path) -> None:
    (line,) = rejected(path, 'a2,"p2,,,,,,,,', "a3,p3,,,,,,,,")
    assert line[2] == "cannot be taken apart, with all lines up to 4"


def test_a_good_portfolio_may_lie_on_read_only_media(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", refuse)
    assert load(path, f"{HEADER}\n{GOOD}").accounts == 1


def test_an_earlier_side_file_does_not_outlive_its_faults(path: Path) -> None:
    rejected(path, "a2,p2,,,x,,,,,")
    load(path, f"{HEADER}\n{GOOD}")
    assert not path.with_name("people.rejected.csv").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1: the column account_id is missing (expected: account_id, person_id, phones"),
        ("account_id,phones", "1: the column person_id is missing"),
        ("account_id,person_id,phones,days,balance,rate,vip,due", "1: the column job is missing"),
        (HEADER.replace("phones", "fax"), "1: the column phones is missing (numbers such as +12125550123"),
        (f"{HEADER},days", "1: the column days is there twice (keep one of the two)"),
        (HEADER, "no row can be used (write accounts below the first line)"),
        (
            f"{HEADER}\na1,p1,,,many,,,,,\na2,p2,,,few,,,,,",
            "no row can be used (row 2: days is not a whole number; allowed: a whole number up to 1000000000000",
        ),
        ('"account_id', "1: the first line cannot be read"),
    ],
)
def test_files_that_cannot_be_used_name_the_column(path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(path, text)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_files_that_are_no_portfolio(tmp_path: Path) -> None:
    for name, message in (
        ("x.xlsx", "neither CSV nor Parquet nor SQLite"),
        ("x.csv", "no such file"),
        ("x.parquet", "cannot be read"),
    ):
        with pytest.raises(ConfigError, match=message):
            read_portfolio(tmp_path / name, FIELDS)
    (tmp_path / "x.parquet").write_bytes(b"not parquet")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_portfolio(tmp_path / "x.parquet", FIELDS)


def test_numbers_of_a_person_are_keyed_across_accounts(path: Path) -> None:
    rows = [
        "a1,p1,+12125550101; +1 (312) 555-0102,,,,,,,",
        "a2,p1,+13125550102;+12125550103;+12125550103,,,,,,,",
        "a3,p1,911,,,,,,,",
    ]
    portfolio = load(path, "\n".join([HEADER, *rows]))
    found = portfolio.database.execute("SELECT endpoints, zones FROM accounts ORDER BY account_id").fetchall()
    zones = ["America/Chicago", "America/New_York"]
    assert found == [(["p1/0", "p1/1"], zones), (["p1/1", "p1/2"], zones)]
    numbers = [portfolio.book.number(f"p1/{index}") for index in range(3)]
    assert numbers == ["+12125550101", "+13125550102", "+12125550103"]


@pytest.mark.parametrize("endpoint", ["p1/1", "p2/0", "p1", "p1/-1", "p1/x", ""])
def test_the_address_book_knows_nothing_else(path: Path, endpoint: str) -> None:
    portfolio = load(path, f"{HEADER}\n{GOOD}")
    with pytest.raises(PortError, match="no endpoint") as caught:
        portfolio.book.number(endpoint)
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("phones", "zones", "expected"),
    [
        ("+12125550101", "", ["America/New_York"]),
        ("+12125550101", "Asia/Tokyo; US/Eastern", ["Asia/Tokyo", "US/Eastern"]),
        ("+12125550101;+13125550101", "", ["America/Chicago", "America/New_York"]),
        ("+12705550101", "", ["America/Chicago", "America/New_York"]),
        ("+19305550101", "", ["America/Chicago", "America/New_York"]),
        ("+8613812345678", "", ["Asia/Shanghai"]),
        ("+18005550101", "", []),
        ("+12125550101;+18005550101", "", []),
        ("", "", []),
    ],
)
def test_zones_are_stated_or_every_one_that_the_numbers_allow(
    path: Path, phones: str, zones: str, expected: list[str]
) -> None:
    portfolio = load(path, f"{HEADER}\na1,p1,{phones},{zones},,,,,,")
    assert portfolio.database.execute("SELECT zones FROM accounts").fetchall() == [(expected,)]


def test_one_number_of_unknown_place_makes_the_persons_place_unknown(path: Path) -> None:
    rows = ["a1,p1,+12125550101,,,,,,,", "a2,p1,+18005550101,,,,,,,", "a3,p2,+18005550101,Asia/Tokyo,,,,,,"]
    portfolio = load(path, "\n".join([HEADER, *rows]))
    found = portfolio.database.execute("SELECT zones FROM accounts ORDER BY account_id").fetchall()
    assert found == [([],), ([],), (["Asia/Tokyo"],)]


@pytest.mark.parametrize(
    ("phones", "places", "expected"),
    [
        ("+13055550101", "", ["US-FL"]),
        ("+15125550101", "", ["US-TX"]),
        ("+15125550101;+13055550101", "", ["US-FL", "US-TX"]),
        ("+15125550101", "US-FL; GB", ["GB", "US-FL", "US-TX"]),
        ("+8613812345678", "", ["CN"]),
        ("+18005550101", "US-FL", []),  # a number of no place can end anywhere, whatever else is known
        ("", "US-FL", ["US-FL"]),
        ("", "", []),
    ],
)
def test_places_are_those_of_the_numbers_and_those_that_are_stated(
    path: Path, phones: str, places: str, expected: list[str]
) -> None:
    portfolio = load(path, f"{HEADER},places\na1,p1,{phones},,,,,,,,{places}")
    assert portfolio.database.execute("SELECT places FROM accounts").fetchall() == [(expected,)]


@settings(max_examples=30, deadline=None)
@given(
    numbers=st.lists(st.sampled_from(("+12125550101", "+19045550101", "+18005550101", "+8613812345678")), unique=True),
    address=st.sampled_from(("", "US-FL", "US-IN", "CN", "US")),
)
def test_the_portfolio_finds_persons_where_the_rules_look_for_them(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[str], address: str
) -> None:
    path = tmp_path_factory.mktemp("people") / "people.csv"
    portfolio = load(path, f"{HEADER},places\na1,p1,{';'.join(numbers)},,,,,,,,{address}")
    found = portfolio.database.execute("SELECT zones, places FROM accounts").fetchall()
    assert found == [tuple(map(list, whereabouts(tuple(numbers), address)))]


def test_a_place_that_nobody_knows_is_a_fault_and_not_elsewhere(path: Path) -> None:
    rows = ["a1,p1,+15125550101,,,,,,,,US-TX", "a2,p2,+15125550101,,,,,,,,US-FLA"]
    portfolio = load(path, "\n".join([f"{HEADER},places", *rows]))
    assert (portfolio.accounts, portfolio.rejected) == (1, 1)
    assert "3: places is not a place (allowed: ISO 3166 codes such as" in str(portfolio.first_faults[0])


def test_all_accounts_of_a_person_say_where_the_person_may_be(path: Path) -> None:
    portfolio = load(path, f"{HEADER}\na1,p1,+13055550101,,,,,,,\na2,p1,+15125550101,Asia/Tokyo,,,,,,")
    assert portfolio.database.execute("SELECT DISTINCT places FROM accounts").fetchall() == [(["US-FL", "US-TX"],)]


def test_a_field_may_begin_like_a_number(path: Path) -> None:
    path.write_text("account_id,person_id,phones,phone_quality\na1,p1,+12125550101,5\n")
    portfolio = read_portfolio(path, [AccountField("phone_quality", "integer")])
    assert portfolio.database.execute("SELECT endpoints, phone_quality FROM accounts").fetchall() == [(["p1/0"], 5)]


def test_money_is_exact_to_the_cent_and_four_digits_are_four(path: Path) -> None:
    good = {"0": "0.00", "1234.5": "1234.50", "-3.100": "-3.10", "1000000000000": "1000000000000.00", "": None}
    bad = ["1.005", "12.345", "1e3", "1,000.00", "1000000000000.01", "CNY 5", "nan"]
    rows = [f"a{n},p{n},+12125550101,{amount},0012,Wang Li" for n, amount in enumerate(good)]
    rows += [f'b{n},p{n},+12125550101,"{amount}",0012,Wang Li' for n, amount in enumerate(bad)]
    rows += ["c1,p1,+12125550101,5,12,Wang Li", "c2,p1,+12125550101,5,6222020012,Wang Li"]
    path.write_text("account_id,person_id,phones,owed,tail,called\n" + "\n".join(rows))
    fields = [AccountField("owed", "money"), AccountField("tail", "last_four"), AccountField("called", "name")]
    portfolio = read_portfolio(path, fields)
    found = portfolio.database.execute("SELECT CAST(owed AS VARCHAR), tail, called FROM accounts").fetchall()
    assert found == [(amount, "0012", "Wang Li") for amount in good.values()]
    assert portfolio.rejected == len(bad) + 2


def test_numbers_may_stand_in_columns_of_their_own(path: Path) -> None:
    path.write_text(
        "account_id,person_id,phone_1,phone_2\na1,p1,+12125550101,+12125550102\na2,p2,,+12125550103\na3,p3,1,\n"
    )
    portfolio = read_portfolio(path, ())
    found = portfolio.database.execute("SELECT endpoints FROM accounts ORDER BY account_id").fetchall()
    assert found == [(["p1/0", "p1/1"],), (["p2/0"],)]
    assert "phone_1, phone_2" in path.with_name("people.rejected.csv").read_text()


def test_parquet_is_read_like_csv(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    query = """
        SELECT 'a' || i AS account_id, i AS person_id, ['+12125550101', '+12125550102'] AS phones,
            NULL::VARCHAR[] AS zones, i AS days,
            CASE i WHEN 2 THEN 'nan'::DOUBLE WHEN 3 THEN 0.1 ELSE 1e22 END AS balance, 0.5::DECIMAL(4, 2) AS rate,
            TRUE AS vip, TIMESTAMP '2026-11-30 00:00:00' AS due, 'cook' AS job
        FROM range(1, 4) t(i)
    """
    with duckdb.connect() as database:
        database.execute(f"COPY ({query}) TO '{path}' (FORMAT PARQUET)").fetchall()
    portfolio = read_portfolio(path, FIELDS)
    found = portfolio.database.execute(
        "SELECT source_row, endpoints, days, balance, rate, vip, CAST(due AS VARCHAR) FROM accounts"
    ).fetchall()
    assert found == [
        (1, ["1/0", "1/1"], 1, 1e22, 0.5, True, "2026-11-30"),
        (3, ["3/0", "3/1"], 3, 0.1, 0.5, True, "2026-11-30"),
    ]
    assert path.with_name("people.rejected.csv").read_text().splitlines()[1].startswith("2,balance,is not a finite")


def test_a_parquet_column_of_another_kind_is_named(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    with duckdb.connect() as database:
        query = "SELECT 'a1' AS account_id, 'p1' AS person_id, '' AS phones, {'x': 1} AS days"
        database.execute(f"COPY ({query}) TO '{path}' (FORMAT PARQUET)").fetchall()
    with pytest.raises(ConfigError, match=r"the column days has the type STRUCT\(x INTEGER\) \(store one plain value"):
        read_portfolio(path, FIELDS[:1])


CELLS = st.sampled_from(
    ["", "a1", "a2", "p1", "+12125550101", "+1", "x", "nan", "5", '"', "\n", ",", "\r", "\x00", "é", "US/Pacific"]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=9, max_size=11).map(",".join), max_size=4).map("\n".join) | st.text())
def test_no_file_raises_anything_but_config_errors_and_no_row_is_lost(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(f"{HEADER}\n{GOOD.replace('a1', 'first')}\n{text}", encoding="utf-8", errors="replace", newline="")
    try:
        portfolio = read_portfolio(path, FIELDS)
    except ConfigError as error:
        pytest.fail(f"the good first row was lost: {error}")
    assert portfolio.accounts >= 1
    swallowed = path.with_name("any.rejected.csv").read_text() if portfolio.rejected_file else ""
    if '"' not in text and "\r" not in text and "\x00" not in text:
        lines = [line for line in text.split("\n") if line]
        assert portfolio.accounts + portfolio.rejected == 1 + len(lines), swallowed


def test_a_sqlite_table_is_read_like_csv(tmp_path: Path) -> None:
    path = tmp_path / "people.sqlite"
    with closing(sqlite3.connect(path)) as source:
        source.execute(f"CREATE TABLE accounts ({HEADER})")
        rows = [
            GOOD.split(","),
            ["a2", "p2", None, None, "many", 1.5, 0.5, 1, "2026-11-30", "cook"],
            ["a1"] + [None] * 9,
        ]
        source.executemany(f"INSERT INTO accounts VALUES ({', '.join('?' for _ in rows[0])})", rows)
        source.commit()
    portfolio = read_portfolio(path, FIELDS)
    assert (portfolio.accounts, portfolio.rejected) == (1, 2)
    assert portfolio.database.execute("SELECT account_id, days, vip FROM accounts").fetchall() == [("a1", 15, True)]
    explained = path.with_name("people.rejected.csv").read_text().splitlines()
    assert explained[1].startswith("2,days,is not a whole number")
    assert explained[2].startswith("3,account_id,is the same as in row 1")


def test_addresses_are_keyed_by_their_kind(path: Path) -> None:
    text = (
        "account_id,person_id,phones,emails,post\n"
        'a1,p1,+12125550101,ann@example.org; a.b@example.org,"1 High Street; London"\n'
        "a2,p1,,a.b@example.org;new@example.org,\n"
        "a3,p3,,nobody,\n"
    )
    path.write_text(text)
    portfolio = read_portfolio(path, ())
    rows = portfolio.database.execute("SELECT account_id, endpoints, emails, post FROM accounts").fetchall()
    assert rows == [("a1", ["p1/0"], ["p1/e0", "p1/e1"], ["p1/p0"]), ("a2", [], ["p1/e1", "p1/e2"], [])]
    assert str(portfolio.first_faults[0]).startswith(f"{path}:4: emails is not an e-mail address (allowed: ")
    found = [portfolio.book.number(endpoint) for endpoint in ("p1/0", "p1/e2", "p1/p0")]
    assert found == ["+12125550101", "new@example.org", "1 High Street; London"]
    for unknown in ("p1/e3", "p1/ee0", "p1/x0", "p3/e0"):
        with pytest.raises(PortError, match=f"the address book has no endpoint {unknown}"):
            portfolio.book.number(unknown)
