"""Processes that belong to the rig: wait until one serves, end one by its own id, find free ports."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tools.rig.packages import RigError

PATIENCE_S = 30.0
"""How long a program may take to come up; none takes a tenth of it on a quiet machine."""


def wait_for(name: str, process: subprocess.Popen[bytes], serves: Callable[[], bool], log: Path) -> None:
    """Return once `serves()`; `RigError` with the end of its log when the process dies or takes too long."""
    until_s = time.monotonic() + PATIENCE_S
    while not serves():
        if process.poll() is not None or time.monotonic() > until_s:
            end(process)
            said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise RigError(f"{name} did not come up: {said}")
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes] | None) -> None:
    """End a process of ours, at once."""
    if process is not None:
        process.kill()
        process.wait()


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback interface that nobody has, for UDP and TCP alike."""
    held: list[socket.socket] = []
    ports: list[int] = []
    try:
        while len(ports) < count:
            tcp = socket.socket()
            held.append(tcp)
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            held.append(udp)
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
    finally:
        for each in held:
            each.close()
    return ports
