"""The control socket: one engine, one user, one line each way."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from dialer.core.errors import PortError
from dialer.runtime import control
from dialer.runtime.control import ControlSocket, ask


def answer(request: dict[str, Any]) -> dict[str, Any]:
    if request.get("what") == "refuse":
        raise PortError("no campaign is called that", retryable=False)
    return {"echo": request}


def serving(path: Path, client: Callable[[], Coroutine[Any, Any, Any]], replies: control.Answer = answer) -> Any:
    """Return what `client` returns while an engine listens at `path`."""

    async def go() -> Any:
        socket = ControlSocket(path, replies)
        await socket.start()
        try:
            return await client()
        finally:
            await socket.stop()

    return asyncio.run(go())


async def talk(path: Path, *lines: bytes) -> list[bytes]:
    """Send raw lines and return what comes back."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    replies = []
    for line in lines:
        writer.write(line)
        replies.append(await reader.readline())
    writer.close()
    return replies


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "control"


def test_ask_and_answer(path: Path) -> None:
    assert serving(path, lambda: ask(path, {"what": "status"})) == {"echo": {"what": "status"}}
    assert not path.exists(), "the socket stays behind"


def test_a_refusal_is_an_error_for_the_one_who_asked(path: Path) -> None:
    with pytest.raises(PortError, match="no campaign is called that"):
        serving(path, lambda: ask(path, {"what": "refuse"}))


def test_nobody_there(path: Path) -> None:
    with pytest.raises(PortError, match="no engine is running there"):
        asyncio.run(ask(path, {}))


def test_a_second_engine_is_refused_and_the_first_goes_on(path: Path) -> None:
    async def client() -> dict[str, Any]:
        with pytest.raises(PortError, match="another engine listens there"):
            await ControlSocket(path, answer).start()
        return await ask(path, {"still": "there"})

    assert serving(path, client) == {"echo": {"still": "there"}}


def test_a_socket_of_the_dead_is_replaced(path: Path) -> None:
    async def die() -> None:
        server = await asyncio.start_unix_server(lambda _, __: None, path=str(path))
        server.close()

    asyncio.run(die())
    if not path.exists():  # later Pythons tidy up
        path.touch()
    assert serving(path, lambda: ask(path, {})) == {"echo": {}}


def test_only_its_own_user_may_open_it(path: Path) -> None:
    async def client() -> int:
        return stat.S_IMODE(os.stat(path).st_mode)

    assert serving(path, client) == 0o600


def test_garbage_is_answered_and_does_no_harm(path: Path) -> None:
    replies = serving(path, lambda: talk(path, b"what?\n", b"[1]\n", b"\xff\xfe\n", b'{"fine": 1}\n'))
    assert all(b'"error"' in reply for reply in replies[:3])
    assert replies[3] == b'{"echo":{"fine":1}}\n'


def test_a_line_without_end_is_cut_off(path: Path) -> None:
    async def client() -> tuple[list[bytes], dict[str, Any]]:
        return await talk(path, b"x" * 200_000), await ask(path, {})

    assert serving(path, client) == ([b""], {"echo": {}})


def test_an_engine_that_says_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "ANSWER_WITHIN_S", 0.05)

    async def go() -> None:
        async def listen_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_unix_server(listen_only, path=str(path))
        try:
            await ask(path, {})
        finally:
            server.close()
            await asyncio.sleep(0.01)

    with pytest.raises(PortError, match="does not answer") as raised:
        asyncio.run(go())
    assert raised.value.retryable


def test_a_place_where_nobody_can_listen(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="cannot listen there"):
        asyncio.run(ControlSocket(tmp_path / "no" / "such", answer).start())


def test_a_path_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="cannot listen there"):
        asyncio.run(ControlSocket(tmp_path / ("x" * 150), answer).start())
