"""What a score file may say: by what accounts are alike, and until when a payment counts."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from strategies.document import Document, Section, fault
from strategies.errors import ConfigErrors
from strategies.schema import Name
from strategies.scores.protected import is_protected


def _column(value: str) -> str:
    if not value.isidentifier():
        raise fault("this cannot be a column", "write letters, digits or `_`, beginning with a letter")
    return value


Column = Annotated[str, AfterValidator(_column)]
"""A column that the portfolio and the history both have; any script's letters."""


class ScoreSpec(Section):
    """A score file.

    Attributes
    ----------
    name : str
        Its name.
    segment : tuple of str
        Columns whose values together say which accounts are alike.
    features : tuple of str
        Columns of numbers. The history has them as they were at each contact.
    horizon_days : int
        A payment within so many days of a contact counts as its success.
    protected_allowed : dict
        Protected attributes that may be used all the same, each with the reason.
    """

    name: Name
    segment: tuple[Column, ...] = ()
    features: tuple[Column, ...] = ()
    horizon_days: int = Field(14, ge=1, le=366)
    protected_allowed: dict[Column, Annotated[str, Field(min_length=10)]] = Field({})


def read_scores(document: Document) -> ScoreSpec:
    """Return the score file in `document`.

    Raises
    ------
    ConfigErrors
        Every fault, with its place; a protected attribute that is not declared is one.
    """
    spec = document.validate(ScoreSpec)
    faults = []
    for section, names in (("segment", spec.segment), ("features", spec.features)):
        for index, name in enumerate(names):
            if is_protected(name) and name not in spec.protected_allowed:
                hint = f"leave it out, or write `protected_allowed: {{{name}: why it may be used, and who decided}}`"
                faults.append(document.fault((section, index), f"`{name}` is a protected attribute", hint))
            if names.index(name) != index or (section == "features" and name in spec.segment):
                faults.append(document.fault((section, index), f"`{name}` is here twice", "keep one of the two"))
    for name in spec.protected_allowed:
        if name not in (*spec.segment, *spec.features):
            hint = "leave it out: only what is used needs a reason"
            faults.append(document.fault(("protected_allowed", name), "no score uses this column", hint))
    if faults:
        raise ConfigErrors(faults)
    return spec
