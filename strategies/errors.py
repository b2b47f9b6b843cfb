"""The errors that people read. The error is the policy: who may continue, and what to write instead."""

from __future__ import annotations


class PacelineError(Exception):
    """Base of every error that Paceline raises on purpose."""


class ConfigError(PacelineError):
    """A file says something that cannot be used: refuse to start.

    Parameters
    ----------
    message : str
        What is wrong, naming the field.
    file : str
        The file's path as the user wrote it.
    line, column : int
        Position, counted from 1; 0 when it is not known.
    hint : str
        What to write instead.
    """

    def __init__(self, message: str, *, file: str = "", line: int = 0, column: int = 0, hint: str = "") -> None:
        self.message, self.file, self.line, self.column, self.hint = message, file, line, column, hint
        super().__init__(str(self))

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} ({self.hint})" if self.hint else text


class ConfigErrors(ConfigError):
    """Several faults of one file, all reported at once."""

    def __init__(self, errors: list[ConfigError]) -> None:
        self.errors = errors
        super().__init__("\n".join(str(error) for error in errors))
