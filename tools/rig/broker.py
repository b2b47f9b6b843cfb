"""A Mosquitto on the loopback interface."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

from tools.rig.processes import end, free_ports, wait_for


class Broker:
    """One MQTT broker; its port stays the same when it is started again.

    Parameters
    ----------
    programs : Path
        From `tools.rig.packages.install`.
    folder : Path
        For its configuration and log; made when it is missing.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        (self.port,) = free_ports(1)
        folder.mkdir(parents=True, exist_ok=True)
        self._settings, self._log = folder / "mosquitto.conf", folder / "mosquitto.log"
        self._settings.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        self._program = programs / "bin/mosquitto"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id; 0 when it does not run."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start, and return once it listens; `RigError` when it does not come up."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([self._program, "-c", self._settings], stdout=log, stderr=log)
        wait_for("Mosquitto", self._process, self._answers, self._log)

    def stop(self) -> None:
        """End it as a power cut does."""
        end(self._process)
        self._process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False
