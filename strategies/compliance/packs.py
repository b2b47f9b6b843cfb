"""Rule packs: YAML files that become a rulebook.

A pack is the rules of one layer in one jurisdiction. It says who has reviewed it; an unreviewed pack
is engineering input and not legal advice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from strategies.compliance.calendars import TZDATA_VERSION
from strategies.compliance.rulebook import PackRef, Rule, Rulebook
from strategies.compliance.schema import PackSection
from strategies.document import Document, load
from strategies.errors import ConfigError, ConfigErrors

SHIPPED = Path(__file__).parent.parent / "packs"
"""Where the packs that come with Paceline are."""


def load_packs(names: Sequence[str]) -> Rulebook:
    """Return the rules of several packs as one rulebook.

    Parameters
    ----------
    names : sequence of str
        Names of shipped packs such as ``house``, or paths of YAML files.

    Raises
    ------
    ConfigErrors
        Every fault of every pack, with its file, line, column and what to write instead.
    """
    packs: list[PackRef] = []
    rules: list[Rule] = []
    faults: list[ConfigError] = []
    seen: dict[str, str] = {}
    for name in names:
        try:
            path = _path(name)
            document = load(path)
            section = document.validate(PackSection)
        except ConfigErrors as error:
            faults += error.errors
            continue
        faults += _repeated(document, section, seen)
        packs.append(_reference(path, section))
        rules += [rule.build(section.pack) for rule in section.rules]
    if faults:
        raise ConfigErrors(faults)
    return Rulebook(tuple(packs), tuple(rules), TZDATA_VERSION)


def _path(name: str) -> Path:
    if "/" in name or name.endswith((".yaml", ".yml")):
        return Path(name)
    shipped = sorted(path.stem for path in SHIPPED.glob("*.yaml"))
    if name not in shipped:
        hint = f"write {', '.join(shipped)}, or the path of a YAML file"
        raise ConfigErrors([ConfigError(f"there is no rule pack named {name}", hint=hint)])
    return SHIPPED / f"{name}.yaml"


def _repeated(document: Document, section: PackSection, seen: dict[str, str]) -> list[ConfigError]:
    """Return the faults of ids that occur again; `seen` says in which pack an id was met first."""
    faults: list[ConfigError] = []
    for index, rule in enumerate(section.rules):
        if rule.id in seen:
            message = f"there is already a rule {rule.id} in pack {seen[rule.id]}"
            faults.append(document.fault(("rules", index, "id"), message, "give each rule an id of its own"))
        seen.setdefault(rule.id, section.pack)
    return faults


def _reference(path: Path, section: PackSection) -> PackRef:
    return PackRef(
        name=section.pack,
        layer=section.layer,
        jurisdiction=section.jurisdiction,
        version=section.version,
        reviewed_by=section.reviewed_by,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
