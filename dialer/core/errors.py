"""One base, and what each error means for the run.

`ConfigError` (refuse to start) comes from `strategies`, which reads the files; here are the others.
"""

from __future__ import annotations

from strategies.errors import ConfigError, ConfigErrors, PacelineError

__all__ = ["ConfigError", "ConfigErrors", "InvariantError", "JournalError", "PacelineError", "PortError"]


class InvariantError(PacelineError):
    """The engine caught itself in a state that must not exist: stop at once."""


class JournalError(PacelineError):
    """The journal cannot be written or cannot be trusted: stop dialling, act on nothing more."""


class PortError(PacelineError):
    """The world outside failed. `retryable` says whether trying again can help.

    Parameters
    ----------
    retry_after_s : float
        How long to wait before that, in seconds.
    """

    def __init__(self, message: str, *, retryable: bool, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after_s = retry_after_s
