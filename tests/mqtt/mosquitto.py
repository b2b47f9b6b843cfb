"""A real Mosquitto on a loopback port of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from base64 import b64encode
from hashlib import pbkdf2_hmac, sha512
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PATIENCE_S = 10.0
"""How long the broker may take to listen; it takes milliseconds."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def mosquitto() -> str:
    rig = os.environ.get("PACELINE_RIG") or PROJECT / ".rig"
    path = shutil.which("mosquitto", path=f"{rig}/bin:/usr/local/sbin:/usr/sbin:{os.environ.get('PATH', '')}")
    if path is None:
        pytest.fail("mosquitto is missing: install it (Debian: apt-get install --no-install-recommends mosquitto)")
    return path


def password_line(name: str, password: str) -> str:
    """Return a line of a password file, as mosquitto_passwd writes it: PBKDF2 with SHA-512, 101 rounds."""
    salt = sha512(name.encode()).digest()[:12]
    digest = pbkdf2_hmac("sha512", password.encode(), salt, 101)
    return f"{name}:$7$101${b64encode(salt).decode()}${b64encode(digest).decode()}\n"


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
        self._process = subprocess.Popen([mosquitto(), "-c", str(self._config)])
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
