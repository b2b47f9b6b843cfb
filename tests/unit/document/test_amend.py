"""Changing single values of a file and nothing else."""

import pytest

from strategies.amend import amend
from strategies.document import Document
from strategies.errors import ConfigError

TEXT = """\
# a floor
name: x   # its name
campaigns:
  - {name: cards, lines: 150}  # flow
  - name: loans
    # before
    mode: predictive
    hours: ["09:00-12:00",
            "13:00-18:00"]
floor:
  agents: 20   # staff

days: []
"""


@pytest.mark.parametrize(
    ("place", "value", "old", "new"),
    [
        ("name", "y", "name: x   #", "name: y   #"),
        ("floor.agents", 25, "agents: 20   #", "agents: 25   #"),
        ("campaigns.cards.lines", 90, "lines: 150}", "lines: 90}"),
        ("campaigns.0.lines", 90, "lines: 150}", "lines: 90}"),
        ("campaigns.cards.pool", "a", "lines: 150}", "lines: 150, pool: a}"),
        ("campaigns.loans.mode", "progressive", "mode: predictive", "mode: progressive"),
        ("campaigns.loans.lines", 7, "  - name: loans\n", "  - lines: 7\n    name: loans\n"),
        ("campaigns.loans.hours", ["10:00-11:00"], '["09:00-12:00",\n            "13:00-18:00"]', "['10:00-11:00']"),
        ("floor.breaks.lunch", 1.5, "  agents: 20", "  breaks: {lunch: 1.5}\n  agents: 20"),
        ("floor", {"agents": 3}, "agents: 20   # staff", None),
    ],
)
def test_one_value_changes_and_the_text_stays(place, value, old, new):
    changed = amend(Document("f.yaml", TEXT), {place: value})
    if new is not None:
        assert changed.text == TEXT.replace(old, new)
    found = changed.data
    for key in place.split("."):
        if isinstance(found, list):
            found = found[int(key)] if key.isdecimal() else next(item for item in found if item["name"] == key)
        else:
            found = found[key]
    assert found == value


def test_several_changes_follow_one_another():
    changed = amend(Document("f.yaml", TEXT), {"floor.zone": "UTC", "floor.agents": 1, "new.key": True})
    assert changed.data["floor"] == {"zone": "UTC", "agents": 1}
    assert changed.data["new"] == {"key": True}


@pytest.mark.parametrize("place", ["campaigns.none.lines", "campaigns.9.lines", "name.more"])
def test_a_place_that_leads_nowhere_is_told(place):
    with pytest.raises(ConfigError, match="leads nowhere"):
        amend(Document("f.yaml", TEXT), {place: 1})
