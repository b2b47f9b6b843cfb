"""Rule packs: YAML files that become a rulebook.

A pack is the rules of one layer in one jurisdiction. It says who has reviewed it; an unreviewed pack
is engineering input and not legal advice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from strategies.compliance.calendars import TZDATA_VERSION
from strategies.compliance.rulebook import PackChoice, PackRef, Rule, Rulebook
from strategies.compliance.schema import PackSection
from strategies.document import Document, load
from strategies.errors import ConfigError, ConfigErrors

SHIPPED = Path(__file__).parent.parent / "packs"
"""Where the packs that come with Paceline are."""

ACCEPT_HINT = (
    "write {{name: {0}, accept_unreviewed: true}} to let it deny all the same, or {{name: {0}, mode: warn}}; "
    "or let a person review it and sign `reviewed_by`"
)
"""What to do about a pack that nobody has reviewed; takes its name."""


def load_packs(choices: Sequence[str | PackChoice]) -> Rulebook:
    """Return the rules of several packs as one rulebook.

    Parameters
    ----------
    choices : sequence of str or PackChoice
        A name by itself is a pack in enforce mode.

    Raises
    ------
    ConfigErrors
        Every fault of every pack, with its file, line, column and what to write instead; and every pack
        that is to deny although nobody has reviewed it, unless the choice says that this is accepted.
    """
    packs: list[PackRef] = []
    rules: list[Rule] = []
    faults: list[ConfigError] = []
    seen: dict[str, str] = {}
    named: set[str] = set()
    for choice in map(as_choice, choices):
        if choice.name in named:
            faults.append(ConfigError(f"the rule pack {choice.name} is named twice", hint="name each pack once"))
            continue
        named.add(choice.name)
        try:
            path, document, section = read_pack(choice.name)
        except ConfigErrors as error:
            faults += error.errors
            continue
        faults += _repeated(document, section, seen)
        if unreviewed(choice, section):
            message = f"nobody has reviewed the pack {section.pack}"
            faults.append(document.fault(("reviewed_by",), message, ACCEPT_HINT.format(section.pack)))
        packs.append(_reference(path, section, choice))
        rules += [rule.build(section, warns=choice.mode == "warn") for rule in section.rules]
    if faults:
        raise ConfigErrors(faults)
    return Rulebook(tuple(packs), tuple(rules), TZDATA_VERSION)


def shipped() -> list[str]:
    """Return the names of the packs that come with Paceline."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def read_pack(name: str) -> tuple[Path, Document, PackSection]:
    """Return the pack of this name or path as it is written.

    Raises
    ------
    ConfigErrors
        When there is none, or every fault of it.
    """
    path = _path(name)
    document = load(path)
    return path, document, document.validate(PackSection)


def as_choice(choice: str | PackChoice) -> PackChoice:
    """Return a name by itself as the choice that it stands for."""
    return PackChoice(choice) if isinstance(choice, str) else choice


def unreviewed(choice: PackChoice, section: PackSection) -> bool:
    """Tell whether `choice` would let a pack deny that nobody has reviewed and nobody has accepted so.

    The house's own policy claims no law, so it needs no lawyer.
    """
    needs = section.layer != "house" and section.reviewed_by is None
    return needs and choice.mode == "enforce" and not choice.accept_unreviewed


def _path(name: str) -> Path:
    if "/" in name or name.endswith((".yaml", ".yml")):
        return Path(name)
    if name not in shipped():
        hint = f"write {', '.join(shipped())}, or the path of a YAML file"
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


def _reference(path: Path, section: PackSection, choice: PackChoice) -> PackRef:
    return PackRef(
        name=section.pack,
        layer=section.layer,
        jurisdiction=section.jurisdiction,
        version=section.version,
        reviewed_by=section.reviewed_by,
        mode=choice.mode,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
