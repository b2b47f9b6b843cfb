"""What the fast path says about a run that it cannot simulate exactly."""

from __future__ import annotations

from dialer.core.errors import PacelineError


class Unsupported(PacelineError):
    """The run has something that only `simulator.shift` can simulate; the message names it."""
