"""Phrase packs, and where their phrases stand in a text: one pass, however many phrases there are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind
from pydantic import Field

from strategies.document import Section, read

Kind = Literal["insult", "threat", "impersonation"]
"""Violations that a phrase is by itself."""

Phrases = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]

_MEANINGLESS = ""
_SPACES = re.compile(r"[\W_]+")


class ViolationSpec(Section):
    """Phrases of one kind of violation; `unless`: longer ones that contain them and mean nothing."""

    says: str
    phrases: Phrases
    unless: tuple[str, ...] = ()


class PackSpec(Section):
    """A file of phrases of one language.

    Attributes
    ----------
    language : str
        ``en``: phrases are whole words; ``zh``: they are characters, whatever stands around them.
    violations : dict
        By kind.
    debt : tuple of str
        What names the debt.
    identification, identity_check : tuple of str
        By what the agent says who calls, and asks who listens.
    """

    language: Literal["en", "zh"]
    violations: dict[Kind, ViolationSpec]
    debt: Phrases
    identification: Phrases
    identity_check: Phrases


class Hit(NamedTuple):
    """A phrase in a text: what it stands for, and its words."""

    what: str
    phrase: str


class PhrasePack:
    """Finds the phrases of a pack."""

    def __init__(self, spec: PackSpec) -> None:
        self.language = spec.language
        # Every word has a border of its own on each side, so that neighbouring phrases share none.
        self._border = "" if spec.language == "zh" else " "
        groups = {kind: own.phrases for kind, own in spec.violations.items()}
        groups |= {"debt": spec.debt, "identification": spec.identification, "identity_check": spec.identity_check}
        meaning = {self._plain(phrase): what for what, phrases in groups.items() for phrase in phrases}
        for own in spec.violations.values():
            meaning |= dict.fromkeys(map(self._plain, own.unless), _MEANINGLESS)
        self._phrases, self._meaning = list(meaning), list(meaning.values())
        # The longest phrase at a place wins, so a harmless one takes the place of what it contains.
        self._machine = AhoCorasick(self._phrases, matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield the phrases in `text`, in its order; phrases that mean nothing are passed over."""
        for index, _, _ in self._machine.find_matches_as_indexes(self._plain(text)):
            if self._meaning[index] != _MEANINGLESS:
                yield Hit(self._meaning[index], " ".join(self._phrases[index].split()))

    def _plain(self, text: str) -> str:
        """Return what is compared: one form for each letter, no case, no punctuation; in English spaces as borders."""
        plain = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
        plain = _SPACES.sub(" ", plain)
        return self._border + plain.strip().replace(" ", 2 * self._border) + self._border


def shipped() -> dict[str, Path]:
    """Return the packs that come with Paceline, by language."""
    return {path.stem: path for path in sorted((Path(__file__).parent / "packs").glob("*.yaml"))}


def load_packs(paths: Sequence[Path] = ()) -> tuple[PhrasePack, ...]:
    """Return the packs at `paths`, or the shipped ones.

    Raises
    ------
    ConfigErrors
        Every fault of a file, with its place and what to write instead.
    """
    return tuple(PhrasePack(read(path, PackSpec)) for path in paths or shipped().values())
