"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# No test asserts on time: machines are shared, and the first call of a compiled function compiles it.
settings.register_profile("paceline", deadline=None)
settings.load_profile("paceline")
