"""The mapping file: where the columns of a history stand in another dialler's logs."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from dialer.core.call import DISPOSITIONS
from dialer.ports.history import TABLES
from strategies.document import Document, fault, load

SHIPPED = ("vicidial", "asterisk")
"""Mappings that come with Paceline."""

Reference = Literal["lead", "person", "account", "endpoint", "agent", "key"]
"""Columns whose values may be numbers or names: keyed references are stored instead."""

REFERENCES: tuple[Reference, ...] = get_args(Reference)

Name = Annotated[str, StringConstraints(pattern="[a-z][a-z0-9_]*")]
Sql = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise fault("there is no such time zone", "write an IANA name such as America/New_York")
    return name


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Section):
    """A log. `names`: its columns, for a file without a first line of names."""

    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    names: tuple[str, ...] = ()


class Block(_Section):
    """Rows of one table.

    Attributes
    ----------
    rows : str
        The source, or several joined, as SQL writes it after FROM.
    where : str
        Which rows; the others are passed over in silence.
    row : str
        The row's number in its file, for messages.
    columns : dict
        By column of the history, an SQL expression over the sources' columns, all of which are texts.
    fields : dict
        For attempts: further fields of the lead to keep as they are. Never numbers or names.
    """

    rows: Annotated[Sql, Field(alias="from")]
    where: Sql = "true"
    row: Sql = "row"
    columns: dict[str, Sql]
    fields: dict[Name, Sql] = {}


class Mapping(_Section):
    """A mapping file.

    Attributes
    ----------
    zone : str | None
        Time zone of stamps that name none. Without it such stamps are rejected.
    plain : tuple of str
        Columns to keep as they are, because they are neither numbers nor names.
    sources : dict
        The logs by name.
    dispositions : dict
        By the log's word, one of `dialer.core.call.DISPOSITIONS`.
    tables : dict
        By table of the history, where its rows come from.
    """

    paceline_history: Literal[1]
    zone: Annotated[str, AfterValidator(_zone)] | None = None
    plain: tuple[Reference, ...] = ()
    sources: Annotated[dict[Name, Source], Field(min_length=1)]
    dispositions: dict[str, str] = {}
    tables: dict[str, tuple[Block, ...]]

    @model_validator(mode="after")
    def _names_known(self) -> Mapping:
        for table, blocks in self.tables.items():
            if table not in TABLES:
                raise fault(f"a history has no table {table}", f"write one of {', '.join(TABLES)}")
            known = [column.name for column in TABLES[table]]
            for block in blocks:
                for name in block.columns:
                    if name not in known:
                        raise fault(f"{table} has no column {name}", f"write one of {', '.join(known)}")
                for column in TABLES[table]:
                    if column.required and column.name not in block.columns:
                        raise fault(f"{table} needs the column {column.name}", f"it is {column.meaning}")
        if "attempts" not in self.tables:
            raise fault("no attempts are mapped", "write where they come from under tables: attempts:")
        for word, disposition in self.dispositions.items():
            if disposition not in DISPOSITIONS:
                raise fault(f"{word}: there is no disposition {disposition}", f"write one of {', '.join(DISPOSITIONS)}")
        return self

    def blocks(self) -> Iterator[tuple[str, int, Block]]:
        """Yield every block after its table and its place in it."""
        for table, blocks in self.tables.items():
            for place, block in enumerate(blocks):
                yield table, place, block


def read_mapping(path: Path | str) -> tuple[Document, Mapping]:
    """Return the mapping at `path`, or the shipped one of that name, with its text for messages.

    Raises
    ------
    ConfigErrors
        Every fault, with its place and what to write instead.
    """
    if path in SHIPPED:
        path = Path(str(resources.files("adapters.history"))) / "mappings" / f"{path}.yaml"
    document = load(Path(path))
    return document, document.validate(Mapping)
