"""A shift in a process of its own, which can be killed: ``python -m tests.integration.asterisk.process FOLDER``."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from tests.integration.asterisk.floor import Shift, work


def main(place: Path) -> None:
    """Run the shift that ``FOLDER/shift.json`` describes, or go on with it."""
    told = json.loads((place / "shift.json").read_text())
    shift = told["shift"] | {"outcomes": tuple(told["shift"]["outcomes"])}
    asyncio.run(work(Shift(**shift), told["telephony"], place))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
