"""Which broker a command speaks to, and as whom: the same options for every command that does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cyclopts import Parameter

from adapters.presence.mqtt.config import Address, Credentials, address_of, credentials_of
from strategies.errors import ConfigError


@Parameter(name="*")
@dataclass(frozen=True)
class Broker:
    """The broker."""

    broker: str = "mqtt://127.0.0.1"
    "mqtts://HOST:PORT, or mqtt://127.0.0.1:PORT on this machine."
    topics: str = "paceline"
    "What all topics begin with, as in the engine's configuration."
    username: str | None = None
    "At the broker; by default the name of whoever logs in."
    password_file: Path | None = None
    "A file whose first line is the password."
    password_env: str | None = None
    "The name of a variable that holds the password."
    ca_file: Path | None = None
    "Certificates of the authorities that the broker's one is checked against."

    @property
    def address(self) -> Address:
        """Where it listens; `ConfigError` for what is no address."""
        try:
            return address_of(self.broker)
        except ValueError as error:
            raise ConfigError(str(error), hint="--broker") from None

    def credentials(self, name: str) -> Credentials:
        """Return what opens the connection; `name`: whose it is, unless `username` says so.

        Raises
        ------
        ConfigError
            When the password or the certificates cannot be read.
        """
        given = self.username or (name if self.password_file or self.password_env else None)
        return credentials_of(self.address, given, self.password_file, self.password_env, self.ca_file)
