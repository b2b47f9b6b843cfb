"""What a configuration says about the broker."""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from pathlib import Path
from typing import Annotated, ClassVar, Literal, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from strategies.document import Section, fault
from strategies.errors import ConfigError
from strategies.schema import FieldName

PORTS = {"mqtt": 1883, "mqtts": 8883}
"""As registered with IANA; ``mqtts`` is MQTT over TLS."""

_TOPICS = r"[A-Za-z0-9_.-]{1,64}(/[A-Za-z0-9_.-]{1,64}){0,7}"
_ADDRESS_HINT = "write mqtts://HOST:PORT, or mqtt://127.0.0.1:1883 for a broker on this machine"


class Address(NamedTuple):
    """Where a broker listens."""

    host: str
    port: int
    tls: bool


def address_of(text: str) -> Address:
    """Return the address that `text` names, such as ``mqtts://broker.example:8883``.

    Raises
    ------
    ValueError
        For what is no such address. Without TLS only this machine's own addresses are allowed: passwords and what
        agents are shown would cross a network for everybody to read.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(f"this is no address of a broker; {_ADDRESS_HINT}") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address holds no password; write `username` and `password_file`")
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"this is no address of a broker; {_ADDRESS_HINT}")
    tls = parts.scheme == "mqtts"
    if not tls and not _is_own(parts.hostname):
        raise ValueError("without TLS everybody on the network could read this; write mqtts://")
    return Address(parts.hostname, port or PORTS[parts.scheme], tls)


def _is_own(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _broker(text: str) -> str:
    try:
        address_of(text)
    except ValueError as error:
        message, _, hint = str(error).partition("; ")
        raise fault(message, hint) from None
    return text


def _topics(text: str) -> str:
    if not re.fullmatch(_TOPICS, text):
        raise fault("this cannot begin a topic", "write up to 8 names of letters, digits, `_`, `.` or `-`, joined by /")
    return text


Broker = Annotated[str, AfterValidator(_broker)]


class MqttSection(Section):
    """Agents' desktops behind an MQTT broker. Paths are relative to the file's folder.

    Attributes
    ----------
    broker : str
        ``mqtts://HOST:PORT``, or ``mqtt://127.0.0.1:PORT`` for a broker on this machine.
    topics : str
        What all topics begin with. Engines that share a broker have one each.
    username : str | None
        Who the engine is to the broker.
    password_file, password_env : Path | None, str | None
        A file whose first line is the password, or the name of a variable of the environment that holds it.
    ca_file : Path | None
        Certificates of the authorities that the broker's one is checked against; None: those of this machine.
    patience_s : float
        How long after the broker was lost, and after it is back, desktops may be silent before they count as gone.
        Ten seconds are some five of a broker's restarts (house value, 2026-11).
    show : tuple of str
        Fields of the account that agents are shown. Without it, none: keyed references only.
    """

    FILES: ClassVar = ("password_file", "ca_file")

    adapter: Literal["mqtt"]
    broker: Broker
    topics: Annotated[str, AfterValidator(_topics)] = "paceline"
    username: str | None = Field(None, min_length=1, max_length=100)
    password_file: Path | None = None
    password_env: str | None = Field(None, min_length=1)
    ca_file: Path | None = None
    patience_s: float = Field(10.0, gt=0, le=600)
    show: tuple[FieldName, ...] = ()

    @model_validator(mode="after")
    def _one_password(self) -> Self:
        if self.password_file is not None and self.password_env is not None:
            raise fault("there are two passwords", "keep one of `password_file` and `password_env`")
        if self.username is None and (self.password_file is not None or self.password_env is not None):
            raise fault("there is a password and no `username`", "write the engine's name at the broker")
        return self


class Credentials(NamedTuple):
    """What opens the connection; it has no text form, so that no log and no error can show it."""

    username: str | None
    password: str | None
    tls: ssl.SSLContext | None

    def __repr__(self) -> str:
        return "Credentials(...)"


def credentials_of(
    address: Address, username: str | None, password_file: Path | None, password_env: str | None, ca_file: Path | None
) -> Credentials:
    """Read the password and the certificates.

    Raises
    ------
    ConfigError
        When one of them cannot be read. The text never holds the password.
    """
    password = None
    if password_file is not None:
        try:
            password = password_file.read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError):
            hint = "write the password into its first line"
            raise ConfigError("the password cannot be read", file=str(password_file), hint=hint) from None
    elif password_env is not None:
        password = os.environ.get(password_env)
        if password is None:
            hint = "set it where the command is started"
            raise ConfigError(f"the environment has no variable {password_env}", hint=hint)
    if not address.tls:
        return Credentials(username, password, None)
    try:
        tls = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except (OSError, ssl.SSLError):
        hint = "write the path of a PEM file of certificates"
        raise ConfigError("the certificates cannot be read", file=str(ca_file), hint=hint) from None
    return Credentials(username, password, tls)
