"""Who is let in: passwords, certificates, agents who can speak only for themselves; with the example's own files."""

from __future__ import annotations

import asyncio
import ipaddress
import shutil
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiomqtt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from prometheus_client import CollectorRegistry

from adapters.conformance.presence_far_end import ConformanceAccounts, ConformancePops, form
from adapters.presence.mqtt.client import MqttPresence
from adapters.presence.mqtt.config import MqttSection
from dialer.core import events as e
from dialer.core.effects import SetAgentState, SetLease, ShowScreen
from dialer.core.errors import ConfigError, PortError
from dialer.runtime.clock import RealClock
from tests.mqtt.floor import PROJECT
from tests.mqtt.mosquitto import Mosquitto, password_line

# After a failed handshake paho leaves closing the socket to the collector.
UNCLOSED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
PASSWORDS = {"paceline": "Str0ng-engine"} | {name: f"of-{name}" for name in ("a01", "a02", "quality", "lead-1")}


def certificate(place: Path, name: str) -> None:
    """Write a certificate for 127.0.0.1 that signs itself, as `name`.pem, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (place / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (place / f"{name}.key").write_bytes(key.private_bytes(*form))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("broker")
    for name in ("server", "stranger"):
        certificate(place, name)
    for name, password in PASSWORDS.items():
        (place / f"{name}.password").write_text(password + "\n")
    (place / "passwords").write_text("".join(password_line(name, password) for name, password in PASSWORDS.items()))
    shutil.copy(PROJECT / "examples/mosquitto/acl", place)
    return place


@pytest.fixture(scope="module")
def broker(place: Path) -> Iterator[Mosquitto]:
    """The example's broker: its rights and its TLS; the port and the places of files are the test's."""
    example = (PROJECT / "examples/mosquitto/mosquitto.conf").read_text().splitlines()
    keys = ("certfile", "keyfile", "allow_anonymous", "password_file", "acl_file", "max_queued_messages")
    settings = [line.split() for line in example if line.startswith(keys)]
    assert len(settings) == len(keys)
    here = {"certfile", "keyfile", "password_file", "acl_file"}
    broker = Mosquitto(place, "\n".join(f"{key} {place / value if key in here else value}" for key, value in settings))
    broker.start()
    yield broker
    broker.kill()


def section(broker: Mosquitto, place: Path, **changes: object) -> MqttSection:
    own = {
        "adapter": "mqtt",
        "broker": f"mqtts://127.0.0.1:{broker.port}",
        "username": "paceline",
        "password_file": place / "paceline.password",
        "ca_file": place / "server.pem",
    }
    return MqttSection.model_validate(own | changes)


def adapter(own: MqttSection) -> MqttPresence:
    return MqttPresence(own, RealClock(), ConformancePops(), ConformanceAccounts(), CollectorRegistry())


def desk(broker: Mosquitto, place: Path, name: str) -> aiomqtt.Client:
    tls = aiomqtt.TLSParameters(ca_certs=str(place / "server.pem"))
    where = {"port": broker.port, "tls_params": tls, "identifier": f"test-{name}"}
    return aiomqtt.Client("127.0.0.1", username=name, password=PASSWORDS[name], **where)  # type: ignore[arg-type]


def engine_and(
    broker: Mosquitto, place: Path, body: Callable[[MqttPresence, list[e.AnyEvent]], Awaitable[None]]
) -> None:
    async def work() -> None:
        port, heard = adapter(section(broker, place)), list[e.AnyEvent]()
        await port.start(heard.append)
        try:
            await body(port, heard)
        finally:
            await port.stop()

    asyncio.run(work())


async def until(there: Callable[[], object]) -> None:
    for _ in range(2000):
        if there():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it does not come to that")


def here(session: str) -> str:
    return f'{{"state":"here","session":"{session}","campaigns":["c"]}}'


def test_an_agent_speaks_only_for_themselves(broker: Mosquitto, place: Path) -> None:
    async def body(port: MqttPresence, heard: list[e.AnyEvent]) -> None:
        async with desk(broker, place, "a01") as one, desk(broker, place, "a02") as other:
            await other.publish("paceline/desk/a02/presence", here("s2"), qos=1)
            await one.publish("paceline/desk/a02/act", '{"do":"ready","id":"x1"}', qos=1)
            await one.publish("paceline/desk/a02/presence", '{"state":"gone","session":"s2"}', qos=1)
            await one.publish("paceline/engine", '{"state":"up","session":"false"}', qos=1)
            await one.publish("paceline/acd/acd-1/presence", '{"state":"lost"}', qos=1)
            await one.publish("paceline/desk/a01/presence", here("s1"), qos=1)
            await until(lambda: any(event.agent == "a01" for event in heard))
        assert [(type(event), event.agent) for event in heard] == [(e.AgentLoggedIn, "a02"), (e.AgentLoggedIn, "a01")]

    engine_and(broker, place, body)


def test_a_screen_and_a_lease_are_their_agents_alone(broker: Mosquitto, place: Path) -> None:
    async def body(port: MqttPresence, heard: list[e.AnyEvent]) -> None:
        async with desk(broker, place, "a01") as one, desk(broker, place, "a02") as other:
            await one.subscribe("paceline/agent/+/+", qos=1)
            await other.subscribe("paceline/agent/a02/+", qos=1)
            for name, client in (("a01", one), ("a02", other)):
                await client.publish(f"paceline/desk/{name}/presence", here(name), qos=1)
            await until(lambda: len(heard) == 2)
            for name in ("a02", "a01"):
                await port.apply(ShowScreen(name, "c/l1/1", "a/l1", form("who")))
                await port.apply(SetLease(name, "a/l1", None, "expired"))
            for name, client in (("a01", one), ("a02", other)):
                got: list[str] = []
                async for message in client.messages:  # whatever else the broker kept is their own, too
                    assert str(message.topic).startswith(f"paceline/agent/{name}/")
                    got.append(str(message.topic).rpartition("/")[2])
                    if got[-1] == "lease":
                        break
                assert got[-2:] == ["screen", "lease"]

    engine_and(broker, place, body)


def test_an_agent_hears_only_what_is_theirs(broker: Mosquitto, place: Path) -> None:
    async def body(port: MqttPresence, heard: list[e.AnyEvent]) -> None:
        async with desk(broker, place, "a01") as one, desk(broker, place, "a02") as other:
            await one.subscribe("#", qos=1)
            await one.publish("paceline/desk/a01/presence", here("s3"), qos=1)
            await other.publish("paceline/desk/a02/presence", here("s4"), qos=1)
            await until(lambda: len(heard) == 2)
            await port.apply(SetAgentState("a02", "in_call", "test", "c/l2/1"))
            await port.apply(SetAgentState("a01", "paused", "test"))
            topics = set[str]()
            async for message in one.messages:
                topics.add(str(message.topic))
                if b'"paused"' in message.payload:
                    break
        assert topics == {"paceline/engine", "paceline/agent/a01/state"}

    engine_and(broker, place, body)


def test_only_call_quality_raises_alerts_and_only_leads_hear_them(broker: Mosquitto, place: Path) -> None:
    async def work() -> None:
        async with (
            desk(broker, place, "a01") as agent,
            desk(broker, place, "lead-1") as lead,
            desk(broker, place, "quality") as quality,
            desk(broker, place, "paceline") as engine,
        ):
            await agent.subscribe([("paceline/alert/+", 1), ("paceline/engine", 1)])
            await lead.subscribe("paceline/alert/+", qos=1)
            for one, text in ((agent, "forged"), (lead, "forged"), (quality, "true")):
                await one.publish("paceline/alert/a01", text, qos=1)
            await engine.publish("paceline/engine", "last", qos=1)
            first = await anext(aiter(lead.messages))
            assert first.payload == b"true"
            async for message in agent.messages:
                assert str(message.topic) == "paceline/engine"
                if message.payload == b"last":
                    break

    asyncio.run(work())


def test_a_wrong_password_is_told_without_it(
    broker: Mosquitto, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "wrong").write_text("Not-the-one")
    port = adapter(section(broker, place, password_file=place / "wrong"))
    with pytest.raises(PortError, match=r"127\.0\.0\.1:\d+ cannot be used") as caught:
        asyncio.run(port.start(print))
    assert not caught.value.retryable
    said = str(caught.value) + repr(port.__dict__) + "".join(capsys.readouterr())
    assert "Not-the-one" not in said


@UNCLOSED
def test_another_certificate_is_refused(broker: Mosquitto, place: Path) -> None:
    with pytest.raises(PortError, match=r"(?i)certificate verify failed"):
        asyncio.run(adapter(section(broker, place, ca_file=place / "stranger.pem")).start(print))


@UNCLOSED
def test_a_name_that_the_certificate_lacks_is_refused(broker: Mosquitto, place: Path) -> None:
    other = section(broker, place).model_copy(update={"broker": f"mqtts://localhost:{broker.port}"})
    with pytest.raises(PortError, match=r"(?i)certificate verify failed"):
        asyncio.run(adapter(other).start(print))


def test_passwords_come_from_files_and_the_environment(
    broker: Mosquitto, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKER_PASSWORD", PASSWORDS["paceline"])
    port = adapter(section(broker, place, password_file=None, password_env="BROKER_PASSWORD"))

    async def work() -> None:
        await port.start(lambda _: None)
        await port.stop()

    asyncio.run(work())
    for changes, says in (
        ({"password_file": place / "none"}, "none: the password cannot be read"),
        ({"password_file": None, "password_env": "NO_SUCH_VARIABLE"}, "no variable NO_SUCH_VARIABLE"),
        ({"ca_file": place / "passwords"}, "passwords: the certificates cannot be read"),
    ):
        with pytest.raises(ConfigError, match=says):
            adapter(section(broker, place, **changes))
