"""The local control socket: one JSON object in, one out, a line each."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from dialer.core.errors import PortError

Answer = Callable[[dict[str, Any]], dict[str, Any]]
"""Answers one request; raises `PortError` for one that cannot be met."""

ANSWER_WITHIN_S = 10.0
"""How long a client waits for a running engine (house value, 2026-11)."""


class ControlSocket:
    """Listens on a Unix socket that only the engine's own user can open."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self._path, self._answer = path, answer
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. A socket left behind by a dead engine is replaced; a live one is not."""
        if self._path.exists():
            try:
                _, writer = await asyncio.open_unix_connection(str(self._path))
            except OSError as error:
                if not self._path.is_socket():
                    raise PortError(f"{self._path}: there is a file that is no socket", retryable=False) from error
                self._path.unlink()
            else:
                writer.close()
                raise PortError(f"{self._path}: another engine listens there", retryable=False)
        old_mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, path=str(self._path))
        except OSError as error:
            raise PortError(f"{self._path}: cannot listen there: {error.strerror or error}", retryable=False) from error
        finally:
            os.umask(old_mask)

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                try:
                    reply = self._answer(msgspec.json.decode(line, type=dict[str, Any]))
                except (msgspec.MsgspecError, PortError) as error:
                    reply = {"error": str(error)}
                writer.write(msgspec.json.encode(reply) + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass  # the client left, or sent a line without end
        finally:
            writer.close()


async def ask(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Send one request to a running engine and return its answer.

    Raises
    ------
    PortError
        When no engine listens there, it does not answer, or it refuses.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(str(path))
    except OSError as error:
        raise PortError(f"{path}: no engine is running there", retryable=False) from error
    try:
        writer.write(msgspec.json.encode(request) + b"\n")
        line = await asyncio.wait_for(reader.readline(), ANSWER_WITHIN_S)
    except (OSError, TimeoutError) as error:
        raise PortError(f"{path}: the engine does not answer", retryable=True) from error
    finally:
        writer.close()
    if not line:
        raise PortError(f"{path}: the engine closed the connection", retryable=True)
    reply = msgspec.json.decode(line, type=dict[str, Any])
    if "error" in reply:
        raise PortError(str(reply["error"]), retryable=False)
    return reply
