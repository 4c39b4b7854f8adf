"""Words of a text as the search knows them: no accents, small letters, both databases alike."""

import re
import unicodedata
from collections.abc import Iterable

MOST_WORDS = 32
LONGEST_WORD = 64
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Scripts written without spaces: each character is a word, a run of them a phrase.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

Phrase = tuple[str, ...]


def indexed(texts: Iterable[str]) -> str:
    """All words of the texts, as the index keeps them; CamelCase counts as a whole and in its parts."""
    return " ".join(atom for text in texts for phrase in _phrases(f"{text} {_parts(text)}") for atom in phrase)


def sought(text: str) -> list[Phrase]:
    """The first words of what a person typed: usually of one atom each, more in scripts without spaces."""
    return _phrases(text[: MOST_WORDS * LONGEST_WORD])[:MOST_WORDS]


def _parts(text: str) -> str:
    found = (_CAMEL.sub(" ", word) for word in _WORD.findall(text))
    return " ".join(word for word in found if " " in word)


def _phrases(text: str) -> list[Phrase]:
    return [_atoms(word) for word in _WORD.findall(plain(text))]


def _atoms(word: str) -> Phrase:
    return tuple(atom[:LONGEST_WORD] for atom in _UNSPACED.sub(r" \g<0> ", word).split())


def plain(text: str) -> str:
    """Without accents and in small letters; NULs and halves of surrogate pairs become spaces."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", " ")
    apart = unicodedata.normalize("NFKD", whole.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))
