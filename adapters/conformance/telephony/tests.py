"""Binds the telephony checks to pytest::

class TestMine(TelephonyConformance):
    def bench(self, place): return MyBench(place)
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.conformance.telephony import CHECKS
from adapters.conformance.telephony.bench import Bench
from adapters.conformance.telephony.check import Check


class TelephonyConformance(ABC):
    """The suite. `place` is an empty directory for one check; `checks` are those that are run."""

    checks: Sequence[Check] = CHECKS

    @abstractmethod
    def bench(self, place: Path) -> Bench:
        """Return the bench that a check runs on."""

    def run(self, main: Coroutine[Any, Any, None]) -> None:
        """Run a check to its end; on virtual time where the far end lives in it."""
        asyncio.run(main)

    def __init_subclass__(cls) -> None:
        """Make a test of every check."""
        by_number = pytest.mark.parametrize("check", cls.checks, ids=lambda check: f"{check.number:02d}")

        def test_check(self: TelephonyConformance, check: Check, tmp_path: Path) -> None:
            self.try_check(check, tmp_path)

        cls.test_check = by_number(test_check)  # type: ignore[attr-defined]

    def try_check(self, check: Check, tmp_path: Path) -> None:
        """Run one check; skip it, with the reason, where the bench cannot."""

        async def main() -> None:
            bench = self.bench(tmp_path)
            if missing := check.missing(bench.make().capabilities, bench):
                pytest.skip(missing)
            await check.try_on(bench)

        self.run(main())
