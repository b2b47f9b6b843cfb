"""What the fast path says about a run that it cannot simulate exactly."""

from __future__ import annotations

from dialer.core.errors import PacelineError


class Unsupported(PacelineError):
    """The run has something that only `simulator.shift` can simulate.

    Attributes
    ----------
    what : str
        What that is, in the words of settings, such as ``mode: preview``.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"the fast path does not know {what}; simulate with simulator.shift instead")
