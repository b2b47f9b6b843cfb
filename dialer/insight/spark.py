"""The tables of a history on Spark, asked by the same queries as on DuckDB, for logs that live on a cluster.

Queries are written once, in DuckDB's words; `to_spark` says in Spark's what the two write differently. An integration
test holds the reports of one history to one another.

Needs ``pip install paceline[spark]`` and a Java runtime.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlglot
from sqlglot import exp

from dialer.ports.history import TABLES
from strategies.errors import ConfigError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "false"}

_SECONDS = {"MINUTE": 60, "HOUR": 3600}


class SparkHistory(NamedTuple):
    """What `dialer.insight.tables.History` is on DuckDB."""

    database: SparkDatabase
    known: frozenset[str]


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
        self._kept: dict[str, DataFrame] = {}

    def execute(self, query: str, /) -> SparkRows:
        """Run a query in DuckDB's words. ``CREATE TEMP TABLE`` names it, and keeps what it found once it is asked."""
        parsed = sqlglot.parse_one(query, read="duckdb")
        if isinstance(parsed, exp.Create):
            name = parsed.this.name
            rows = self._session.sql(to_spark(parsed.expression)).persist()
            rows.createOrReplaceTempView(name)
            if name in self._kept:
                self._kept[name].unpersist()
            self._kept[name] = rows
            return SparkRows(rows.limit(0))
        return SparkRows(self._session.sql(to_spark(parsed)))


def open_on_spark(folder: Path | str, session: SparkSession) -> SparkHistory:
    """Open a history that `session` can read: a folder of Parquet files, or of folders of parts.

    Raises
    ------
    ConfigError
        When there is no table ``attempts``, or one lacks a required column.
    """
    own = session.newSession()
    for key, value in _SETTINGS.items():
        own.conf.set(key, value)
    known = {table for table in TABLES if _make_view(table, str(folder), own)}
    if "attempts" not in known:
        hint = "name a folder with attempts.parquet, as `paceline history import` writes it"
        raise ConfigError("a history needs the table attempts", file=str(folder), hint=hint)
    return SparkHistory(SparkDatabase(own), frozenset(known))


def to_spark(parsed: exp.Expr) -> str:
    """Return a query as Spark writes it."""
    return parsed.transform(_translated).sql(dialect="spark")


def _translated(node: exp.Expr) -> exp.Expr:
    match node:
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
            return node


def _make_view(table: str, folder: str, session: SparkSession) -> bool:
    """Make the view of a table, complete in columns; return whether the folder has the table."""
    from pyspark.errors import AnalysisException

    for place in (f"{folder}/{table}.parquet", f"{folder}/{table}"):
        try:
            rows = session.read.option("mergeSchema", "true").parquet(place)
            break
        except AnalysisException:
            continue
    else:
        rows = session.createDataFrame([], "nothing INT")
    found, known = set(rows.columns), "nothing" not in rows.columns
    lost = [column.name for column in TABLES[table] if known and column.required and column.name not in found]
    if lost:
        raise ConfigError(f"{table} lacks the column {lost[0]}", file=f"{folder}/{table}", hint="import the log again")
    rows.selectExpr(
        *(
            f"CAST({f'`{column.name}`' if column.name in found else 'NULL'} AS {_kind(column.type)}) AS `{column.name}`"
            for column in TABLES[table]
        )
    ).createOrReplaceTempView(table)
    return known


def _kind(kind: str) -> str:
    return exp.DataType.build(kind, dialect="duckdb").sql("spark")


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
