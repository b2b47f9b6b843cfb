"""The tables of a history on Spark, asked by the same queries as on DuckDB, for logs that live on a cluster.

Queries are written once, in DuckDB's words; `to_spark` says in Spark's what the two write differently. An integration
test holds the reports of one history to one another.

Needs ``pip install paceline[spark]`` and a Java runtime.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from itertools import accumulate, islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

import duckdb
import sqlglot
from sqlglot import exp

from dialer.ports.history import TABLES
from strategies.errors import ConfigError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "false"}

_SECONDS = {"MINUTE": 60, "HOUR": 3600}

_GIVEN = re.compile(r"SELECT (unnest\(\?::\w+[][]*\) AS \w+,?\s*)+")
_COLUMN = re.compile(r"unnest\(\?::(\w+[][]*)\[\]\) AS (\w+)")
"""How a query takes in columns that are given to it as lists."""

_NOTHING_THERE = ("PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA")
"""What Spark says of a path without a file: there is none, or an empty folder."""

_WHOLE = "check that it is whole"

_FETCHED = 10_000
"""Rows that are brought to this process at a time."""

_WIDER = {"UTINYINT": "SMALLINT", "USMALLINT": "INT", "UINT": "BIGINT", "UBIGINT": "BIGINT"}
"""What holds a number without a sign; of a hash the first bit becomes its sign."""


class SparkHistory(NamedTuple):
    """What `dialer.insight.tables.History` is on DuckDB."""

    database: SparkDatabase
    known: frozenset[str]

    @property
    def in_process(self) -> bool:
        """It is not."""
        return False

    def local(self, table: str) -> duckdb.DuckDBPyConnection:
        """Return a new DuckDB with the rows of a table."""
        return self.database.copied(table)


class SparkRows(NamedTuple):
    """The result of a query; it is computed when it is fetched."""

    rows: Any

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return its rows; decimal numbers as floats, as DuckDB divides."""
        return [tuple(map(_plain, row)) for row in self.rows.collect()]


class SparkDatabase:
    """Runs queries on a session.

    Parameters
    ----------
    session : SparkSession
        Has a view for every table of a history.
    """

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._given = 0

    def execute(self, query: str, parameters: Sequence[Sequence[Any]] | None = None, /) -> SparkRows:
        """Run a query in DuckDB's words. What a table holds is computed once, when it is made or added to."""
        parsed = sqlglot.parse_one(self._with_given(query, list(parameters or ())), read="duckdb")
        match parsed:
            case exp.Create(this=exp.Schema() as schema):
                columns = (f"{column.name} {_signed(column.kind).sql('spark')}" for column in schema.expressions)
                self._session.createDataFrame([], ", ".join(columns)).createOrReplaceTempView(schema.this.name)
            case exp.Create(kind="VIEW"):
                self._session.sql(to_spark(parsed.expression)).createOrReplaceTempView(parsed.this.name)
            case exp.Create():
                rows = self._session.sql(to_spark(parsed.expression))
                _kept(rows, rows.columns).createOrReplaceTempView(parsed.this.name)
            case exp.Insert():
                self._add(parsed)
            case _:
                return SparkRows(self._session.sql(to_spark(parsed)))
        return SparkRows(self._session.range(0))

    def copied(self, table: str) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB with the rows of a table, which are fetched some at a time."""
        rows = self._session.table(table)
        kinds = {
            field.name: exp.DataType.build(field.dataType.simpleString(), dialect="spark").sql("duckdb")
            for field in rows.schema
        }
        instants = {name for name, kind in kinds.items() if kind == "TIMESTAMPTZ"}
        fetched = rows.selectExpr(*(f"unix_micros({name}) AS {name}" if name in instants else name for name in kinds))
        cells = ", ".join(
            "make_timestamptz(unnest(?::BIGINT[]))" if name in instants else f"unnest(?::{kind}[])"
            for name, kind in kinds.items()
        )
        database = duckdb.connect()
        database.execute("SET TimeZone = 'UTC'")
        database.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
        come = fetched.toLocalIterator()
        while some := list(islice(come, _FETCHED)):
            database.execute(
                f"INSERT INTO {table} SELECT {cells}", [list(column) for column in zip(*some, strict=True)]
            )
        return database

    def _add(self, parsed: exp.Insert) -> None:
        target, name = parsed.this, parsed.this.find(exp.Table).name
        table = self._session.table(name)
        names = [column.name for column in target.expressions] if isinstance(target, exp.Schema) else table.columns
        found = self._session.sql(to_spark(parsed.expression)).toDF(*names)
        cells = (
            f"CAST({field.name if field.name in names else 'NULL'} AS {field.dataType.simpleString()}) AS {field.name}"
            for field in table.schema
        )
        table.union(_kept(found.selectExpr(*cells), table.columns)).createOrReplaceTempView(name)

    def _with_given(self, query: str, parameters: list[Sequence[Any]]) -> str:
        """Return the query with a table in place of every set of columns that is given to it."""

        def named(found: re.Match[str]) -> str:
            columns = _COLUMN.findall(found[0])
            names = [name for _, name in columns]
            own = [parameters.pop(0) for _ in columns]
            rows = [dict(zip(names, row, strict=True)) for row in zip(*own, strict=True)]
            fields = ", ".join(f"{name}: {_kind(kind)}" for kind, name in columns)
            self._given += 1
            self._session.sql(
                f"SELECT inline(from_json(:rows, 'ARRAY<STRUCT<{fields}>>'))", {"rows": json.dumps(rows)}
            ).createOrReplaceTempView(f"given_{self._given}")
            return f"SELECT {', '.join(names)} FROM given_{self._given} "

        return _GIVEN.sub(named, query)


def open_on_spark(folder: Path | str, session: SparkSession, told: Collection[str] = ()) -> SparkHistory:
    """Open a history that `session` can read: a folder of Parquet files, or of folders of parts.

    The tables `told` are known to be empty where they are missing.

    Raises
    ------
    ConfigError
        When there is no table ``attempts``, or a file cannot be read or lacks a required column.
    """
    own = session.newSession()
    for key, value in _SETTINGS.items():
        own.conf.set(key, value)
    known = {table for table in TABLES if _make_view(table, str(folder), own)}
    if "attempts" not in known:
        hint = "name a folder with attempts.parquet, as `paceline history import` writes it"
        raise ConfigError("a history needs the table attempts", file=str(folder), hint=hint)
    return SparkHistory(SparkDatabase(own), frozenset(known) | frozenset(told))


def reason_of(error: Exception) -> str:
    """Return in a line what Spark says of an error, without where in Spark it happened."""
    thrown = getattr(error, "java_exception", None)
    return str(error if thrown is None else thrown.getMessage()).splitlines()[0]


def to_spark(parsed: exp.Expr) -> str:
    """Return a query as Spark writes it."""
    return parsed.transform(_translated).sql(dialect="spark")


def _translated(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.Cast() if node.to.this.name in _WIDER:
            node.set("to", _signed(node.to))
        case exp.Anonymous() if node.name.lower() == "epoch_us":
            node.set("this", "unix_micros")
        case exp.Anonymous() if node.name.lower() == "hash":
            node.set("this", "xxhash64")
            if len(node.expressions) > 1:  # Spark's hash passes over what is null, wherever it stands
                node.set("expressions", [*node.expressions, *(one.is_(exp.null()) for one in node.expressions)])
        case exp.Filter(this=exp.ArrayAgg(this=exp.Order() as order), expression=where):
            return _ordered(order, where)
        case exp.ArrayAgg(this=exp.Order() as order):
            return _ordered(order, None)
        case exp.TimeToUnix():
            return sqlglot.parse_one(f"unix_micros({node.this.sql('duckdb')}) / 1e6", read="spark")
        case exp.DateBin(this=exp.Interval() as width):
            seconds = int(width.this.name) * _SECONDS[width.text("unit").upper()]
            instant = node.expression.sql("duckdb")
            return sqlglot.parse_one(
                f"timestamp_seconds(floor(unix_micros({instant}) / 1000000 / {seconds}) * {seconds})", read="spark"
            )
        case exp.Anonymous() if node.name.lower() == "timezone":
            zone, instant = node.expressions
            # As in DuckDB: what a clock on the wall shows becomes an instant, an instant what the clock shows.
            name = "from_utc_timestamp"
            if isinstance(instant, exp.Cast):
                name, instant = "to_utc_timestamp", exp.cast(instant.this, "timestamptz")
            return exp.Anonymous(this=name, expressions=[instant, zone])
        case _:
            pass
    return node


def _ordered(order: exp.Order, where: exp.Expr | None) -> exp.Expr:
    """Return an aggregate that lists values in order; Spark orders a list only by itself."""
    if isinstance(order.this, exp.Distinct):
        (value,) = order.this.expressions
        return sqlglot.parse_one(f"array_sort(collect_set({value.sql('spark')}))", read="spark")
    by = ", ".join(to_spark(one.this.copy()) for one in order.expressions)
    rows = f"collect_list(struct({by}, {to_spark(order.this.copy())} AS its_value))"
    chosen = "" if where is None else f" FILTER (WHERE {to_spark(where.this.copy())})"
    return sqlglot.parse_one(f"transform(array_sort({rows}{chosen}), row -> row.its_value)", read="spark")


def _signed(kind: exp.DataType) -> exp.DataType:
    return exp.DataType.build(_WIDER.get(kind.this.name, kind))


def _kept(rows: DataFrame, names: Sequence[str]) -> DataFrame:
    """Return rows as they are now, without their past.

    The plans of a hundred tables that are made of one another would outgrow the rows. Columns are named anew, or a join
    with what they come from would take both for one.
    """
    return rows.toDF(*names).localCheckpoint()


def _make_view(table: str, folder: str, session: SparkSession) -> bool:
    """Make the view of a table, complete in columns; return whether the folder has the table."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    for place in (f"{folder}/{table}.parquet", f"{folder}/{table}"):
        try:
            rows = session.read.option("mergeSchema", "true").parquet(place)
            break
        except (Py4JError, PySparkException) as error:
            if isinstance(error, PySparkException) and error.getCondition() in _NOTHING_THERE:
                continue
            raise ConfigError(f"cannot be read: {reason_of(error)}", file=place, hint=_WHOLE) from None
    else:
        rows = session.createDataFrame([], "nothing INT")
    found, known = set(rows.columns), "nothing" not in rows.columns
    lost = [column.name for column in TABLES[table] if known and column.required and column.name not in found]
    if lost:
        raise ConfigError(f"{table} lacks the column {lost[0]}", file=f"{folder}/{table}", hint="import the log again")
    cells = [
        f"CAST({f'`{column.name}`' if column.name in found else 'NULL'} AS {_kind(column.type)}) AS `{column.name}`"
        for column in TABLES[table]
    ]
    rows.selectExpr(*cells).createOrReplaceTempView(table)
    if table == "attempts" and known:
        _number(rows, session).selectExpr("n", *cells).createOrReplaceTempView("numbered")
    return known


def _number(rows: DataFrame, session: SparkSession) -> DataFrame:
    """Return the rows with their place as ``n``, from 1, in the order of the files' names as on DuckDB."""
    placed = rows.selectExpr("*", "_metadata.file_path AS its_file", "_metadata.row_index AS its_row")
    sizes = {row["its_file"]: row["count"] for row in placed.groupBy("its_file").count().collect()}
    files = sorted(sizes, key=lambda file: PurePosixPath(unquote(urlsplit(file).path)))
    before = list(accumulate((sizes[file] for file in files), initial=1))
    starts = session.createDataFrame(list(zip(files, before, strict=False)), "its_file STRING, before BIGINT")
    return placed.join(starts.hint("broadcast"), "its_file").selectExpr("*", "before + its_row AS n")


def _kind(kind: str) -> str:
    built = exp.DataType.build(kind, dialect="duckdb")
    return _signed(built).sql("spark")


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
