"""What a run's file says about telephony, and how faults of it are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.telephony.asterisk import AsteriskSection
from adapters.telephony.freeswitch import FreeswitchSection
from dialer.config import EmbeddedSection, read_config
from dialer.core.errors import ConfigErrors

RUN = """\
paceline: 1
strategy: cards-demo
portfolio: {file: people.csv}
campaigns:
- {name: floor, lines: 30}
telephony:
"""
ASTERISK = """\
  adapter: asterisk
  nodes: [{url: "http://10.0.0.5:8088", user: paceline, password: sesame}]
  endpoint: PJSIP/{number}@trunk
  caller_id: "+12025550100"
  sounds: {safe_harbour: "sound:safe-harbour"}
"""
FREESWITCH = """\
  adapter: freeswitch
  nodes: [{host: 10.0.0.5, password: sesame}]
  endpoint: sofia/gateway/carrier/{number}
  caller_id: "+12025550100"
  sounds: {safe_harbour: /sounds/safe-harbour.wav}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(Path("examples/accounts.csv").read_text())
    return tmp_path / "run.yaml"


def test_asterisk_is_chosen_by_name_and_its_ledger_is_beside_the_file(path: Path) -> None:
    path.write_text(RUN + ASTERISK)
    telephony = read_config(path)[0].telephony
    assert isinstance(telephony, AsteriskSection)
    assert telephony.ledger == path.parent / "paceline.calls"
    assert telephony.nodes[0].password.get_secret_value() == "sesame"


def test_without_a_name_it_is_the_embedded_carrier(path: Path) -> None:
    path.write_text(f"{RUN}  ledger: carrier\n")
    telephony = read_config(path)[0].telephony
    assert isinstance(telephony, EmbeddedSection)
    assert telephony.ledger == path.parent / "carrier"


@pytest.mark.parametrize(("old", "new", "says"), [
    ("user: paceline, ", "", ":8:11: telephony.asterisk.nodes[0].user is missing"),
    ("10.0.0.5:8088", "a:b@10.0.0.5", ":8:17: telephony.asterisk.nodes[0].url: this is not the address of a server"),
    ("{number}", "number", ":9:13: telephony.asterisk.endpoint: this must have {number} once"),
    ("adapter: asterisk", "adapter: asterix", ":7:3: telephony"),
    ("  caller_id", "  callerid", ":10:3: telephony.asterisk: unknown key `callerid` (did you mean `caller_id`?"),
    ("safe_harbour:", "message:", ":5:3: campaigns[0].safe_harbour: there is no sound for the message safe_harbour"),
])  # fmt: skip
def test_faults_have_their_place(old: str, new: str, says: str, path: Path) -> None:
    path.write_text(RUN + ASTERISK.replace(old, new))
    with pytest.raises(ConfigErrors) as refused:
        read_config(path)
    said = [str(error).removeprefix(str(path)) for error in refused.value.errors]
    assert any(line.startswith(says) for line in said), said
    assert "sesame" not in str(refused.value)


def test_freeswitch_is_chosen_by_name_and_its_ledger_is_beside_the_file(path: Path) -> None:
    path.write_text(RUN + FREESWITCH)
    telephony = read_config(path)[0].telephony
    assert isinstance(telephony, FreeswitchSection)
    assert telephony.ledger == path.parent / "paceline.calls"
    assert telephony.nodes[0].port == 8021


@pytest.mark.parametrize(("old", "new", "says"), [
    (", password: sesame", "", ":8:11: telephony.freeswitch.nodes[0].password is missing"),
    ("password: sesame", 'password: "sesame\\nexit"', ":8:38: telephony.freeswitch.nodes[0].password: the"),
    ("10.0.0.5", '"10.0.0.5:8021 x"', ":8:18: telephony.freeswitch.nodes[0].host: this is not the address"),
    ("{number}", "number", ":9:13: telephony.freeswitch.endpoint: this must have {number} once"),
    ("carrier/{number}", '"{number},user/1"', ":9:13: telephony.freeswitch.endpoint"),
    ("/sounds/", "sounds/", ":11:11: telephony.freeswitch.sounds: this is no recording"),
    ("/sounds/safe", "/sounds/$x", ":11:11: telephony.freeswitch.sounds: this is no recording"),
    ("safe_harbour:", "message:", ":5:3: campaigns[0].safe_harbour: there is no sound for the message safe_harbour"),
])  # fmt: skip
def test_faults_of_freeswitch_have_their_place(old: str, new: str, says: str, path: Path) -> None:
    path.write_text(RUN + FREESWITCH.replace(old, new))
    with pytest.raises(ConfigErrors) as refused:
        read_config(path)
    said = [str(error).removeprefix(str(path)) for error in refused.value.errors]
    assert any(line.startswith(says) for line in said), said
    assert "sesame" not in str(refused.value)
