"""Output schemas for tests: all keywords of the standard, well and oddly used; references that lead nowhere or back."""

from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import strategies as st

from builder.exporters.subset import ARRAYS, BASIC, NUMBERS, OBJECTS, TEXTS, Subset

NAMES = ("a", "b", "c", "A b", "", "type", "$ref", "a.b", "properties", "日本")
TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")
REFERENCES = (
    *("#", "", "#/$defs/one", "#/$defs/two", "#/$defs/one/properties/a", "#/properties/a", "#/properties", "#/type"),
    *("#there", "#/$defs/%6Fne", "http://example.invalid/x.json", "#/anyOf/0", "#/nowhere", "#/properties/a/items"),
)
JSON = st.sampled_from([None, True, False, 0, 1, 1.5, -3, "", "a", "word", [], [1], {}, {"a": None}])
_WORDS: dict[str, tuple[Any, ...]] = {
    "description": ("", "A word", "Ends.", "{x}"),
    "title": ("", "T"),
    "default": (None, 1, "a", [], {"a": 1}),
    "examples": ([], ["a", 1]),
    "enum": ([], ["a"], ["a", None], [1, 2], [1, "a", True], [{}], [1.0]),
    "const": (None, 1, "a", True, {}, []),
    "minimum": (-1, 0, 2.5),
    "maximum": (-1, 3, 2.5),
    "exclusiveMinimum": (0,),
    "multipleOf": (1, 0.5),
    "minLength": (0, 2, 3.0),
    "maxLength": (0, 9),
    "pattern": ("^a", "[0-9]+", ""),
    "format": ("email", "x"),
    "minItems": (0, 2),
    "uniqueItems": (True, False),
    "maxProperties": (0, 4),
    "readOnly": (True, False),
    "$comment": ("",),
    "$anchor": ("there",),
    "x-own": (1, {"a": {}}),
    "$ref": REFERENCES,
    "type": TYPES + TYPES + (["object"], ["string", "null"], ["array", "object", "integer"], ["number", "integer"]),
}


class _Making:
    """A schema by chance, from one number: a hundred times as fast as strategies for each part."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def part(self, depth: int) -> Any:
        if depth <= 0 or self.chance.random() < 0.15:
            return self.chance.choice([True, False, {}, {"type": self.chance.choice(TYPES)}, {"$ref": "#/$defs/one"}])
        return self.around(depth - 1)

    def around(self, depth: int) -> dict[str, Any]:
        words = {key: self.chance.choice(values) for key, values in _WORDS.items() if self.chance.random() < 0.12}
        some = {key: make(depth) for key, make in self._structure().items() if self.chance.random() < 0.12}
        kind = self.chance.choice([{}, {"type": "object"}, {"type": "string"}, {"type": "array"}])
        return {**kind, **words, **some}

    def _structure(self) -> dict[str, Callable[[int], Any]]:
        return {
            "properties": self.named,
            "required": lambda _: self.chance.sample(NAMES, 2),
            **dict.fromkeys(("additionalProperties", "items", "not", "if"), self.part),
            **dict.fromkeys(("prefixItems", "anyOf", "oneOf", "allOf"), self.some),
            **dict.fromkeys(("patternProperties", "dependentSchemas"), self.named),
        }

    def some(self, depth: int) -> list[Any]:
        return [self.part(depth) for _ in range(self.chance.randint(1, 3))]

    def named(self, depth: int) -> dict[str, Any]:
        return {name: self.part(depth) for name in self.chance.sample(NAMES, self.chance.randint(0, 3))}

    def whole(self) -> dict[str, Any]:
        named = {"a": self.part(3), **self.named(3)}
        required = self.chance.sample(list(named), self.chance.randint(0, len(named)))
        defs = {name: self.part(2) for name in ("one", "two") if self.chance.random() < 0.7}
        return {**self.around(3), "type": "object", "properties": named, "required": required, "$defs": defs}


def made(number: int) -> dict[str, Any]:
    """An output schema that a valid configuration may have."""
    return _Making(Random(number)).whole()


def schemas() -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(0, 2**32).map(made)


PORTABLE = Subset()
STRICT = Subset(
    BASIC | NUMBERS | TEXTS | ARRAYS | {"anyOf", "additionalProperties"},
    const=True,
    type_lists=True,
    maps=False,
    closed=True,
    all_required=True,
    deepest=5,
)
OPEN = Subset(
    BASIC | NUMBERS | TEXTS | ARRAYS | OBJECTS | {"anyOf", "additionalProperties", "default", "examples", "title"},
    const=True,
    type_lists=True,
    one_of=True,
    untyped=True,
)
NARROW = Subset(frozenset(("type", "description", "properties", "required", "items")), maps=False, deepest=3)
FLAT = Subset(BASIC, only_text_enums=True, maps=False, deepest=0, all_required=True)
SUBSETS = (PORTABLE, STRICT, OPEN, NARROW, FLAT)


def bomb(levels: int, ways: int = 2, keyword: str = "properties") -> dict[str, Any]:
    """A small schema that would have `ways` to the power of `levels` parts if each reference were put in its place."""

    def of(number: int) -> dict[str, Any]:
        one = {"$ref": f"#/$defs/d{number + 1}", "description": "A part of it."}
        inner: Any = {f"p{way}": one for way in range(ways)} if keyword == "properties" else [one] * ways
        return {"type": "object", keyword: inner}

    defs = {f"d{number}": of(number) for number in range(levels)} | {f"d{levels}": {"type": "string"}}
    return {"type": "object", "properties": {"a": {"$ref": "#/$defs/d0"}, "z": {"type": "string"}}, "$defs": defs}


def forked(levels: int) -> dict[str, Any]:
    """A small schema in which what stands beside alternatives holds for each of them, at every level."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        ways = [{"required": ["a"]}, {"required": ["b"]}]
        schema = {"type": "object", "anyOf": ways, "properties": {"a": schema, "b": {"type": "string"}}}
    return {"type": "object", "properties": {"a": schema}}


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    return schema
