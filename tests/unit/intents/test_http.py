"""The classifier over HTTP, on a scripted service: answers, nonsense, silence, and a certificate that nobody signed."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from adapters.intents.http import HttpIntents, HttpIntentsSection
from adapters.intents.http.parse import LARGEST, parse_answer
from dialer.core.errors import ConfigErrors, PortError
from strategies.document import Document
from strategies.flow.compile import compile_flow, flows
from strategies.flow.records import Prompt

FLOW = compile_flow(flows()["intent-by-voice"])
GREETING = Prompt(FLOW.identity, "greeting", "en").message
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def own_certificate(place: Path) -> Path:
    """Write a certificate for this machine that only whoever knows it trusts, and its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (place / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (place / "key.pem").write_bytes(text)
    return place / "cert.pem"


def section(url: str, **more: Any) -> HttpIntentsSection:
    return Document("run.yaml", json.dumps({"adapter": "http", "url": url} | more)).validate(HttpIntentsSection)


async def with_service(handler: Handler, use: Callable[[int], Coroutine[Any, Any, Any]], tls: Any = None) -> Any:
    """Run a service while `use` uses its port."""
    app = web.Application()
    app.router.add_post("/intents", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    try:
        return await use(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def ask(url: str, text: str = "yes", message: str = GREETING, **more: Any) -> str:
    intents = HttpIntents(section(url, **more), {FLOW.identity: FLOW})
    await intents.start()
    heard: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    intents.classify(message, text, heard.set_result)
    try:
        return await asyncio.wait_for(heard, 20)
    finally:
        await intents.stop()


def answering(handler: Handler, **more: Any) -> str:
    return asyncio.run(with_service(handler, lambda port: ask(f"http://127.0.0.1:{port}/intents", **more)))


def saying(body: object, status: int = 200) -> Handler:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=body if isinstance(body, bytes) else json.dumps(body).encode(), status=status)

    return handler


def test_the_service_is_asked_and_believed() -> None:
    asked: list[tuple[dict[str, Any], str | None]] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append((await request.json(), request.headers.get("Authorization")))
        return web.json_response({"intent": "yes", "confidence": 0.9, "model": "x"})

    assert answering(handler, text="yes, it is me", token="t0ken") == "yes"
    ((question, authorization),) = asked
    assert question == {
        "flow": FLOW.identity,
        "state": "greeting",
        "language": "en",
        "text": "yes, it is me",
        "intents": ["yes", "no", "wrong_number", "agent", "no_more_calls"],
    }
    assert authorization == "Bearer t0ken"


@pytest.mark.parametrize("body", [
    {"intent": None}, {"intent": "will_pay"}, {"intent": "yes", "confidence": 0.49}, {"intent": "yes", "confidence": 7},
    {"intent": ["yes"]}, {"nothing": 1}, [], b"<html>", b"", b"\xff", b"[" * 5000, b" " * (LARGEST + 2),
])  # fmt: skip
def test_what_cannot_be_used_is_not_understood(body: object) -> None:
    assert answering(saying(body)) == ""


@pytest.mark.parametrize("status", [204, 302, 404, 500])
def test_other_answers_than_200_are_none(status: int) -> None:
    assert answering(saying({"intent": "yes"}, status)) == ""


def test_a_service_that_is_late_or_gone_is_not_understood() -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.json_response({"intent": "yes"})

    assert answering(slow, timeout_s=0.1) == ""
    assert asyncio.run(ask("http://127.0.0.1:9/intents")) == ""


def test_no_more_is_asked_than_is_allowed_and_nothing_where_no_words_count() -> None:
    held, both = asyncio.Event(), asyncio.Event()
    asked = 0

    async def handler(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        await held.wait()
        return web.json_response({"intent": "yes"})

    async def use(port: int) -> list[str]:
        intents = HttpIntents(section(f"http://127.0.0.1:{port}/intents", at_once=2), {FLOW.identity: FLOW})
        heard: list[str] = []

        def hear(intent: str) -> None:
            heard.append(intent)
            if len(heard) == 5:
                both.set()

        intents.classify(GREETING, "yes", heard.append)  # before the start
        await intents.start()
        intents.classify(Prompt(FLOW.identity, "thanks", "en").message, "yes", heard.append)
        for _ in range(3):
            intents.classify(GREETING, "yes", hear)
        assert heard == ["", "", ""]
        held.set()
        await both.wait()
        await intents.stop()
        return heard

    assert asyncio.run(with_service(handler, use))[3:] == ["yes", "yes"]
    assert asked == 2


def test_a_certificate_is_checked(tmp_path: Path) -> None:
    certificate = own_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, tmp_path / "key.pem")

    def https(**more: Any) -> str:
        return asyncio.run(
            with_service(saying({"intent": "yes"}), lambda port: ask(f"https://localhost:{port}/intents", **more), tls)
        )

    assert https() == "", "an unknown certificate was believed"
    assert https(ca=str(certificate)) == "yes"


def test_a_file_without_certificates_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(PortError, match=r"intents\.ca cannot be used"):
        asyncio.run(ask("https://127.0.0.1:9/", ca=str(tmp_path / "ca.pem")))


@pytest.mark.parametrize("url", ["http://speech.example.com/", "https://u:p@host/", "speech", "https://", "https://h:x/",
                                 "ftp://h/", "https://h/a b"])  # fmt: skip
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(ConfigErrors):
        section(url)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_intent_that_was_asked_for_or_none_or_a_port_error(body: bytes) -> None:
    try:
        assert parse_answer(body, ("yes", "no"), 0.5) in ("", "yes", "no")
    except PortError as error:
        assert error.retryable
