"""``python -m tools.rig``: install the programs, or run a telephone system by hand.

python -m tools.rig install      download and unpack, unless that is done
python -m tools.rig up FOLDER    start an Asterisk with its carrier, and print what a run's file says of it
python -m tools.rig down FOLDER  end them
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from tools.rig.packages import RigError, install
from tools.rig.rig import Rig


def up(folder: Path) -> None:
    """Start a telephone system and leave it running."""
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    rig = Rig(folder)
    rig.carrier.start()
    rig.asterisk.start()
    (folder / "pids.json").write_text(json.dumps([rig.carrier.pid, rig.asterisk.pid]))
    section = rig.telephony(folder / "paceline.calls")
    section["nodes"][0]["url"] = rig.asterisk.url
    print(f"telephony: {json.dumps(section, indent=2)}")


def down(folder: Path) -> None:
    """End what `up` started there."""
    for pid in json.loads((folder / "pids.json").read_text()):
        with suppress(OSError):
            # The number may be somebody else's by now.
            if str(folder.absolute()) in os.readlink(f"/proc/{pid}/cwd") + Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(pid, signal.SIGKILL)


def main(words: list[str]) -> int:
    """Do what the words say; return the exit code."""
    try:
        match words:
            case ["install"]:
                install()
            case ["up", folder]:
                up(Path(folder))
            case ["down", folder]:
                down(Path(folder))
            case _:
                print(__doc__)
                return 2
    except RigError as error:
        print(f"rig: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
