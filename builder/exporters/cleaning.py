"""A configuration made fit for files that other people read: without keys, and without what no file can hold."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.core.agent import LONGEST_DESCRIPTION, AgentConfig
from builder.core.secret_names import Tells, told_by, words_of
from builder.exporters.keyless import YOUR_KEY, looks_like_key, shows_a_place, without_keys
from builder.exporters.notes import Note

# Fields of free form, in which the name of an entry tells that its value is a key.
_FREE = frozenset(("tools", "memory", "model", "metadata", "test_cases"))
_CALLING = frozenset(("tools", "model"))  # what stands there in headers or variables goes out with calls
_HOLDERS = frozenset(("header", "headers", "env", "environment"))
_PLAIN_HEADERS = frozenset(("content-type", "accept", "accept-language", "accept-encoding"))
_NAMING = ("name", "key", "label", "header", "variable", "id", "title")  # {"name": "API_KEY", "value": "..."}
_NAMED = frozenset(("value", "content", "text", "default", "val"))
_TYPES = frozenset(("string", "number", "integer", "boolean", "object", "array", "null"))
_SAYS_NOTHING = _TYPES | {"str", "text", "none", "true", "false", "yes", "no", "required", "optional", "n/a", "-"}
_FLAG = re.compile(r"--?([A-Za-z][\w-]{0,60})")
_FLAG_WITH_VALUE = re.compile(r"(--?([A-Za-z][\w-]{0,60})=)(.+)", re.DOTALL)
_PROSE = re.compile(r"\S+\s+\S+\s.*[.?!]", re.DOTALL)
_OF_NAMES = frozenset(("properties", "$defs", "definitions", "patternProperties", "dependentSchemas"))
_OF_VALUES = frozenset(("default", "const", "enum", "example", "examples"))
_LONE_HALF = re.compile("[\ud800-\udfff]")
_SMALLEST_NUMBER = 1000  # that may be a password


def cleaned(config: AgentConfig) -> tuple[AgentConfig, tuple[Note, ...]]:
    """The same configuration where there is nothing to clean."""
    cleaning = _Cleaning()
    whole = config.model_dump(mode="python", exclude_unset=True)
    clean = {key: cleaning.value(part, _Place((key,), is_free=key in _FREE)) for key, part in whole.items()}
    clean["description"] = clean["description"][:LONGEST_DESCRIPTION]
    return (AgentConfig.model_validate(clean), tuple(cleaning.notes)) if cleaning.notes else (config, ())


@dataclass(frozen=True, slots=True)
class _Place:
    """`tells`: what the names on the way say of a value. `is_held`: it goes out with calls, and may be any secret.
    `holds`: so does what stands below."""

    path: tuple[str, ...]
    is_free: bool = False
    tells: Tells = Tells.NOTHING
    is_held: bool = False
    holds: bool = False

    def below(self, name: str) -> "_Place":
        below = self.at(name)
        if not self.is_free:
            return below
        words = words_of(name)
        holds = not _HOLDERS.isdisjoint(words[:1] + words[-1:])
        is_held = below.is_held and name.lower() not in _PLAIN_HEADERS
        return replace(below, tells=max(below.tells, told_by(name)), is_held=is_held, holds=holds)

    def at(self, name: str) -> "_Place":
        inner = _Place((*self.path, name), self.is_free, self.tells, self.is_held)
        if not self.holds:
            return inner
        return replace(inner.told(Tells.MAYBE_RANDOM), is_held=self.is_held or self.path[0] in _CALLING)

    def told(self, tells: Tells) -> "_Place":
        return self if tells <= self.tells else replace(self, tells=tells)

    def in_mapping(self, value: Mapping[Any, Any]) -> "_Place":
        """Entries of what is called a token need not be tokens."""
        if self.tells is Tells.SURELY and _is_described(value):
            return replace(self, tells=Tells.MAYBE)
        return replace(self, tells=Tells.MAYBE_RANDOM) if self.tells is Tells.MAYBE else self

    @property
    def opens_paths(self) -> bool:
        return self.path[0] == "tools" and "mcp" in self.path


class _Cleaning:
    def __init__(self) -> None:
        self.notes: list[Note] = []
        self._bare: dict[tuple[str, bool, bool], str] = {}  # most texts of a schema are the same few words

    def value(self, value: Any, place: _Place) -> Any:
        if isinstance(value, str):
            return self._text(value, place)
        if isinstance(value, Mapping):
            is_schema = place.path == ("schema_definition",) or (place.is_free and _is_schema(value))
            return self._schema(value, place) if is_schema else self._mapping(value, place)
        if isinstance(value, list | tuple):
            return self._list(value, place)
        if isinstance(value, float) and not math.isfinite(value):
            self._note("character_replaced", place)
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and place.tells is Tells.SURELY and abs(value) >= _SMALLEST_NUMBER:
            return self._left_out(place)
        return value

    def _mapping(self, value: Mapping[Any, Any], place: _Place) -> dict[Any, Any]:
        place = place.in_mapping(value)
        naming = next((key for key in _NAMING if isinstance(value.get(key), str) and _NAMED & value.keys()), None)
        said = told_by(value[naming]) if naming and place.is_free else Tells.NOTHING
        names = self._names(value, place)
        clean = dict[Any, Any]()
        for key, part in value.items():
            inner = place.below(str(names[key]))
            if key == naming:
                inner = replace(inner, tells=Tells.NOTHING, is_held=False)
            elif key in _NAMED:
                inner = inner.told(min(said, Tells.MAYBE))
            clean[names[key]] = self.value(part, inner)
        return clean

    def _list(self, value: Sequence[Any], place: _Place) -> list[Any]:
        clean, before = list[Any](), ""
        is_pair = place.is_free and len(value) == 2 and all(isinstance(part, str) for part in value)
        for number, part in enumerate(value):
            inner = place.at(str(number))
            flag = _FLAG.fullmatch(before) if place.is_free else None
            if flag and isinstance(part, str) and not part.startswith("-"):
                inner = inner.told(told_by(flag[1]))
            elif is_pair and number:
                inner = inner.told(min(told_by(before), Tells.MAYBE))
            clean.append(self.value(part, inner))
            before = part if isinstance(part, str) else ""
        return clean

    def _schema(self, node: Any, place: _Place) -> Any:
        """Below “properties” stand names of what is asked for: only examples and the like may be keys."""
        if isinstance(node, list | tuple):
            return [self._schema(part, place.at(str(number))) for number, part in enumerate(node)]
        if not isinstance(node, Mapping):
            return self.value(node, replace(place, tells=Tells.NOTHING))
        names = self._names(node, place)
        return {names[key]: self._rule(key, part, place, names[key]) for key, part in node.items()}

    def _rule(self, key: Any, part: Any, place: _Place, name: Any) -> Any:
        inner = place.at(str(name))
        if key in _OF_NAMES and isinstance(part, Mapping):
            names = self._names(part, inner)
            return {
                names[said]: self._schema(below, replace(inner.at(str(names[said])), tells=told_by(str(said))))
                for said, below in part.items()
            }
        if key in _OF_VALUES:
            return self.value(part, replace(inner, is_free=True, tells=min(place.tells, Tells.MAYBE)))
        if isinstance(part, Mapping | list | tuple):
            return self._schema(part, inner)
        return self.value(part, replace(place, tells=Tells.NOTHING).below(str(name)))

    def _names(self, value: Mapping[Any, Any], place: _Place) -> dict[Any, Any]:
        """Clean names by names, no two the same. Placeholders keep theirs: the prompt holds them, too."""
        names, taken = dict[Any, Any](), set(value)
        for key in value:
            names[key] = key
            if isinstance(key, str) and place.path[0] != "prompts":
                clean = self._keyless(self._storable(key, place), place)
                if clean != key:
                    names[key] = _unlike(clean, taken)
                    taken.add(names[key])
        return names

    def _text(self, text: str, place: _Place) -> str:
        text = self._storable(text, place)
        if _is_key(text, place):
            return self._left_out(place)
        flag = _FLAG_WITH_VALUE.fullmatch(text) if place.is_free else None
        if flag and told_by(flag[2]) is Tells.SURELY and not shows_a_place(flag[3]):
            bare = flag[1] + YOUR_KEY
        else:
            bare = self._without_keys(text, place.is_free, place.opens_paths)
        if bare != text:
            self._note("key_left_out", place)
        return bare

    def _keyless(self, name: str, place: _Place) -> str:
        bare = self._without_keys(name, is_alone=False, opens_paths=False)
        if bare != name:
            self._note("key_left_out", place)
        return bare

    def _without_keys(self, text: str, is_alone: bool, opens_paths: bool) -> str:
        asked = (text, is_alone, opens_paths)
        if asked not in self._bare:
            self._bare[asked] = without_keys(text, is_alone=is_alone, opens_paths=opens_paths)
        return self._bare[asked]

    def _storable(self, text: str, place: _Place) -> str:
        storable = _LONE_HALF.sub("\ufffd", text)
        if storable != text:
            self._note("character_replaced", place)
        return storable

    def _left_out(self, place: _Place) -> str:
        self._note("key_left_out", place)
        return YOUR_KEY

    def _note(self, code: str, place: _Place) -> None:
        self.notes.append(Note("rewritten", ".".join(place.path)[:200], code))


def _is_key(text: str, place: _Place) -> bool:
    bare = text.strip()
    if not bare or shows_a_place(bare):
        return False
    if place.is_held:
        return bare.lower() not in _SAYS_NOTHING
    if place.tells is not Tells.SURELY:
        return looks_like_key(bare, place.tells)
    is_small_number = bare.isdecimal() and int(bare[:20]) < _SMALLEST_NUMBER
    return not (is_small_number or bare.lower() in _SAYS_NOTHING or _PROSE.fullmatch(bare))


def _is_schema(value: Mapping[Any, Any]) -> bool:
    named = value.get("properties")
    return isinstance(named, Mapping) and all(isinstance(part, Mapping | bool) for part in named.values())


def _is_described(value: Mapping[Any, Any]) -> bool:
    return value.get("type") in tuple(_TYPES) or isinstance(value.get("description"), str)


def _unlike(name: str, taken: set[Any]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
