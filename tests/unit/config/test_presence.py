"""Where a run's desktops are: what its configuration may say, and the place of every fault."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from adapters.leads.file.fields import AccountFacts, AccountFields
from adapters.presence.mqtt.config import Address, MqttSection, address_of
from dialer.config import read_config, to_settings
from dialer.core.errors import PortError
from dialer.leads import load_leads
from strategies.errors import ConfigErrors

DAY = dt.date(2026, 11, 23)
GOOD = """\
paceline: 1
strategy: cards-demo
portfolio: {file: people.csv}
campaigns: [{name: floor}]
presence:
  adapter: mqtt
  broker: mqtts://broker.example
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(Path("examples/accounts.csv").read_text())
    path = tmp_path / "run.yaml"
    path.write_text(GOOD)
    return path


def error(path: Path, text: str) -> str:
    path.write_text(text)
    with pytest.raises(ConfigErrors) as caught:
        read_config(path)
    (one,) = caught.value.errors
    return str(one).removeprefix(str(path))


def test_files_are_beside_the_configuration(path: Path) -> None:
    path.with_name("secret").write_text("x")
    path.write_text(GOOD + "  username: engine\n  password_file: secret\n  show: [balance]\n")
    presence = read_config(path)[0].presence
    assert isinstance(presence, MqttSection)
    assert (presence.password_file, presence.show, presence.topics) == (
        path.with_name("secret"),
        ("balance",),
        "paceline",
    )


@pytest.mark.parametrize("section", ["presence: {}", "presence: {adapter: embedded}", ""])
def test_without_a_word_the_floor_is_embedded(path: Path, section: str) -> None:
    path.write_text(GOOD[: GOOD.index("presence")] + section)
    assert read_config(path)[0].presence.adapter == "embedded"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("  topics: a/+\n", ":8:11: presence.mqtt.topics: this cannot begin a topic (write up to 8 names of letters"),
        ("  shw: [balance]\n", ":8:3: presence.mqtt: unknown key `shw` (did you mean `show`? allowed: adapter, broker"),
        (
            "  show: [name]\n",
            ":8:10: presence.show[0]: there is no field `name` (the strategy cards-demo declares days",
        ),
        ("  password_env: X\n", ":6:3: presence.mqtt: there is a password and no `username` (write the engine's name"),
        ("  username: u\n  password_file: none\n", ":9:18: presence.password_file: there is no such file (write the"),
        ("  ca_file: none\n", ":8:12: presence.ca_file: there is no such file (write the path of a file, relative"),
        ("  patience_s: 0\n", ":8:15: presence.mqtt.patience_s: input should be greater than 0"),
    ],
)
def test_every_fault_has_its_place(path: Path, line: str, says: str) -> None:
    assert error(path, GOOD + line).startswith(says)


@pytest.mark.parametrize(
    ("broker", "says"),
    [
        ("mqtt://broker.example", "without TLS everybody on the network could read this (write mqtts://)"),
        ("mqtt://10.0.0.7:1883", "without TLS everybody on the network could read this (write mqtts://)"),
        ("mqtts://u:p4ss@broker.example", "an address holds no password (write `username` and `password_file`)"),
        ("broker.example", "this is no address of a broker (write mqtts://HOST:PORT, or mqtt://127.0.0.1:1883 for"),
        ("mqtts://broker.example:port", "this is no address of a broker (write"),
        ("mqtts://broker.example/topic", "this is no address of a broker (write"),
    ],
)
def test_an_address_that_cannot_be_used(path: Path, broker: str, says: str) -> None:
    found = error(path, GOOD.replace("mqtts://broker.example", broker))
    assert found.startswith(f":7:11: presence.mqtt.broker: {says}")
    assert "p4ss" not in found


def test_an_adapter_that_there_is_not(path: Path) -> None:
    found = error(path, GOOD.replace("adapter: mqtt", "adapter: carrier-pigeon"))
    assert found == ":6:3: presence: there is no such adapter (write `adapter: embedded` or `adapter: mqtt`)"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mqtts://broker.example", Address("broker.example", 8883, tls=True)),
        ("mqtts://127.0.0.1:18883/", Address("127.0.0.1", 18883, tls=True)),
        ("mqtt://localhost", Address("localhost", 1883, tls=False)),
        ("mqtt://[::1]:1884", Address("::1", 1884, tls=False)),
    ],
)
def test_addresses(text: str, address: Address) -> None:
    assert address_of(text) == address


def test_fields_for_a_screen_are_those_that_are_named(path: Path) -> None:
    config, strategy = read_config(path)
    leads = load_leads(config, strategy, to_settings(config, strategy).rulebook.rules, DAY)
    database = leads.portfolio.database
    assert AccountFields(database, ["balance", "days_past_due"]).of("a1002") == {"balance": 310.4, "days_past_due": 45}
    assert AccountFields(database, ["balance"]).of("nobody") == {}
    assert AccountFields(database, []).of("a1002") == {}


def test_facts_for_a_script_are_asked_for_by_name(path: Path) -> None:
    config, strategy = read_config(path)
    leads = load_leads(config, strategy, to_settings(config, strategy).rulebook.rules, DAY)
    facts = AccountFacts(leads.portfolio.database)
    assert facts.facts("a1002", ("days_past_due",)) == {"days_past_due": 45}
    assert facts.facts("a1002", ()) == {}
    with pytest.raises(PortError, match="no longer has this account"):
        facts.facts("nobody", ("days_past_due",))
    with pytest.raises(PortError, match="lacks one of colour"):
        facts.facts("a1002", ("colour",))
