"""A log that a command reads: a journal becomes a history on the way, a folder is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import msgspec

from adapters.history.journals import import_journal
from adapters.history.writer import HistoryWriter
from adapters.journal.sqlite import SqliteJournal
from dialer.cli.spark import session_on
from dialer.core.errors import JournalError
from dialer.core.settings import RunSettings
from dialer.insight.tables import History, Tables, open_history
from dialer.insight.timeline.moments import Span
from dialer.insight.timeline.rows import Found, rows_about
from dialer.ports.history import SETTINGS_FILE
from strategies.compliance.rulebook import Purpose
from strategies.errors import ConfigError

TOLD = ("suppressions", "consents", "inbound")
"""Tables of which a journal says everything: where they are missing there was nothing."""


def the_log(journal: Path | None, history: Path | None) -> Path:
    """Return the one of both that is named; `ConfigError` when none or both are, or the history is no folder."""
    match journal, history:
        case Path(), None:
            return journal
        case None, Path():
            if not history.is_dir():
                hint = "name a folder with attempts.parquet, as `paceline history import` writes it"
                raise ConfigError("there is no such folder", file=str(history), hint=hint)
            return history
        case _:
            problem = "no log is named" if journal is None else "two logs are named"
            raise ConfigError(problem, hint="write --journal with a file, or --history with a folder")


@contextmanager
def opened(log: Path, memory: str = "6GiB") -> Iterator[tuple[History, dict[str, Purpose]]]:
    """Open a journal or a history; yield it with what campaigns are for, as far as its settings say.

    Parameters
    ----------
    log : Path
        A journal, or the folder of a history.
    memory : str
        The most that DuckDB may use.

    Raises
    ------
    ConfigError
        When a folder holds no history.
    JournalError
        When a journal cannot be read, or was changed after it was written.
    """
    # In a file of its own a table that does not fit into memory is written once, and compressed.
    with TemporaryDirectory() as spare, duckdb.connect(f"{spare}/tables.duckdb") as database:
        database.execute("SET memory_limit = ?", [memory]).fetchall()
        database.execute("SET TimeZone = 'UTC'").fetchall()
        folder = log if log.is_dir() else _converted(log, Path(spare))
        known, purposes = _settings(folder)
        yield open_history(folder, database, known), purposes


@contextmanager
def opened_on(spark: str | None, log: Path, memory: str = "6GiB") -> Iterator[tuple[Tables, dict[str, Purpose]]]:
    """Open a log as `opened` does; a history also on a Spark, as `dialer.cli.spark.session_on` takes it.

    Raises
    ------
    ConfigError
        As `opened`, and when there is no such Spark.
    JournalError
        As `opened`.
    """
    if spark is None:
        with opened(log, memory) as found:
            yield found
        return
    if not log.is_dir():
        hint = "a journal becomes one by `paceline history import`"
        raise ConfigError("--spark reads the folder of a history", file=str(log), hint=hint)
    with session_on(spark) as session:
        from dialer.insight.spark import open_on_spark

        known, purposes = _settings(log)
        yield open_on_spark(f"file://{log.resolve()}", session, known), purposes


def _settings(folder: Path) -> tuple[tuple[str, ...], dict[str, Purpose]]:
    """Return the tables of which a history says everything, and what campaigns are for."""
    settings = folder / SETTINGS_FILE
    if not settings.exists():
        return (), {}
    campaigns = msgspec.json.decode(settings.read_bytes(), type=RunSettings).campaigns
    return TOLD, {campaign.id: campaign.purpose for campaign in campaigns}


def found_in(folder: Path, subject: str, span: Span | None = None) -> Found | None:
    """Return what a history has about a call, an account or an agent; None for nothing. `span` as for `rows_about`.

    Raises
    ------
    ConfigError
        When the folder holds no history, or a file of it cannot be read.
    """
    with readable(folder), opened(folder) as (tables, _):
        return rows_about(subject, tables, span)


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """Let `ConfigError` tell of a file of a history that cannot be read to its end."""
    try:
        yield
    except duckdb.Error as error:
        # The text of a failed conversion quotes the value.
        is_value = isinstance(error, duckdb.ConversionException)
        reason = "a value is not of its column's type" if is_value else str(error).splitlines()[0]
        raise ConfigError(f"cannot be read: {reason}", file=str(folder), hint="check that it is whole") from None


def _converted(log: Path, spare: Path) -> Path:
    journal, writer = SqliteJournal.reader(log), HistoryWriter(spare / "history")
    try:
        import_journal(journal, str(log), writer)
    finally:
        journal.close()
    if writer.close().rejected:
        raise JournalError(f"{log} was changed after it was written: `paceline journal verify {log}` says where")
    return spare / "history"
