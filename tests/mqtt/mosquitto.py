"""A real Mosquitto on a loopback port of its own."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

PATIENCE_S = 10.0
"""How long the broker may take to listen; it takes milliseconds."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name: str) -> str:
    path = shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if path is None:
        pytest.fail(f"{name} is missing: install the package mosquitto (Debian: apt-get install mosquitto)")
    return path


class Mosquitto:
    """A broker that keeps nothing; killed, it forgets all it knew. `settings` replace its open access."""

    def __init__(self, place: Path, settings: str = "allow_anonymous true") -> None:
        self.port = free_port()
        self._config = place / "mosquitto.conf"
        # As root it would give up its rights, and could not read the files of a test.
        text = f"user root\npersistence false\nlog_dest none\nlistener {self.port} 127.0.0.1\n{settings}\n"
        self._config.write_text(text)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen([program("mosquitto"), "-c", str(self._config)])
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < deadline_s, "mosquitto does not listen"
                assert self._process.poll() is None, "mosquitto has ended"
                time.sleep(0.01)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None
