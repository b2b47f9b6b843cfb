"""Stands between a dialler and its Asterisk, and can cut the line or make it slow."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

from tools.rig.processes import free_ports


class Proxy:
    """A TCP proxy in a thread of its own; its methods may be called from any other.

    Parameters
    ----------
    target_port : int
        Where it leads, on the loopback interface.

    Attributes
    ----------
    port : int
        Where it listens.
    delay_s : float
        How long answers to requests are held back; events are not.
    """

    def __init__(self, target_port: int) -> None:
        (self.port,) = free_ports(1)
        self.delay_s = 0.0
        self._target_port, self._is_cut = target_port, False
        self._loop = asyncio.new_event_loop()
        self._ends: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen."""
        self._thread.start()

        async def listen() -> None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

        asyncio.run_coroutine_threadsafe(listen(), self._loop).result()

    def stop(self) -> None:
        """Close everything."""

        async def close() -> None:
            if self._server is not None:
                self._server.close()
            self._close_all()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Cut every connection, and refuse new ones."""
        self._is_cut = True
        self._loop.call_soon_threadsafe(self._close_all)

    def mend(self) -> None:
        """Let new connections through."""
        self._is_cut = False

    def _close_all(self) -> None:
        for end in self._ends:
            end.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        try:
            if self._is_cut:
                return
            there, onward = await asyncio.open_connection("127.0.0.1", self._target_port)
            self._ends.add(onward)
            first = await reader.read(65536)
            onward.write(first)
            slow = b"GET /ari/events" not in first
            try:
                async with asyncio.TaskGroup() as pipes:
                    pipes.create_task(self._pipe(reader, onward, slow=False))
                    pipes.create_task(self._pipe(there, writer, slow=slow))
            finally:
                self._ends.discard(onward)
                onward.close()
        except OSError:
            pass  # either side is gone, or was cut off
        finally:
            self._ends.discard(writer)
            writer.close()

    async def _pipe(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, slow: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if slow and self.delay_s:
                    await asyncio.sleep(self.delay_s)
                sink.write(data)
                await sink.drain()
        with suppress(OSError, RuntimeError):
            sink.close()
