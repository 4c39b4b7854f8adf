"""Output schemas, small changes of them, and values that often fit them, made from a number.

Plain random choices: Hypothesis chooses the number; drawing each choice by itself took it a hundred times as long.
"""

import copy
import json
from random import Random
from typing import Any

NAMES = ("a", "b", "c")
SCALARS = (None, True, False, 0, 1, 1.0, 2, 3, -1, 0.5, 2.5, "", "a", "ab", "abc", "low", "é")
TYPES = ("string", "null", "integer", "number", "boolean", "object", "array")
RECURSIVE = {"type": "object", "properties": {"a": {"$ref": "#/$defs/d"}, "b": {"type": "integer"}}}
_SCHEMAS = ("items", "additionalProperties", "not", "if", "then", "else", "contains")


class Maker:
    def __init__(self, number: int) -> None:
        self.random = Random(number)

    def schema(self) -> dict[str, Any]:
        """Root object with an output or more; references lead to `$defs`, also into themselves by way of an output."""
        root = self._object(2) | (self._ways(2) if self._maybe(0.2) else {})
        root |= {"type": "object", "properties": root.get("properties") or {"a": self.part(2)}}
        held = self.part(2)
        root["$defs"] = {"d": copy.deepcopy(RECURSIVE) if "$ref" in json.dumps(held) or self._maybe(0.2) else held}
        return root

    def part(self, depth: int) -> Any:
        kinds = [self._text, self._number, self._listed, self._typed, self._loose, self._reference]
        if depth > 0:
            kinds += [lambda: self._object(depth - 1), lambda: self._array(depth - 1), lambda: self._ways(depth - 1)]
        made = self.random.choice(kinds)()
        return made if self.random.random() < 0.9 or not isinstance(made, dict) else {**made, **self._typed()}

    def _maybe(self, share: float = 0.35) -> bool:
        return self.random.random() < share

    def _some(self, **made: Any) -> dict[str, Any]:
        return {key: make() for key, make in made.items() if self._maybe()}

    def _small(self) -> int:
        return self.random.randrange(4)

    def _text(self) -> dict[str, Any]:
        return {"type": "string"} | self._texts()

    def _texts(self) -> dict[str, Any]:
        pattern = self.random.choice(["^a", "b$"])
        limits = self._some(minLength=self._small, maxLength=self._small)
        return {**limits, "pattern": pattern} if self._maybe(0.1) else limits

    def _number(self) -> dict[str, Any]:
        return {"type": self.random.choice(["integer", "number"])} | self._numbers()

    def _numbers(self) -> dict[str, Any]:
        names = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        return {name: self.random.choice([-1, 0, 0.5, 1, 2, 3]) for name in names if self._maybe(0.2)} | (
            {"multipleOf": self.random.choice([1, 2, 4, 0.5])} if self._maybe(0.1) else {}
        )

    def _listed(self) -> dict[str, Any]:
        if self._maybe():
            return {"const": self.random.choice(SCALARS)}
        return {"enum": self.random.sample(SCALARS, self.random.randint(1, 4))}

    def _typed(self) -> dict[str, Any]:
        return {"type": self.random.sample(TYPES, self.random.randint(1, 3))}

    def _loose(self) -> Any:
        return self.random.choice([True, False, {}, {"type": "boolean"}, self._texts() | self._numbers()])

    def _reference(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/d"} | (self._texts() if self._maybe(0.2) else {})

    def _object(self, depth: int) -> dict[str, Any]:
        part = lambda: self.part(depth)  # noqa: E731
        names = lambda: self.random.sample(NAMES, self.random.randint(0, 2))  # noqa: E731
        made = self._some(
            type=lambda: "object",
            properties=lambda: {name: part() for name in self.random.sample(NAMES, self.random.randint(1, 3))},
            required=names,
            additionalProperties=part,
        )
        rare = {
            "patternProperties": lambda: {self.random.choice(["^a", "c"]): part()},
            "minProperties": self._small,
            "maxProperties": self._small,
            "propertyNames": lambda: {"maxLength": 1},
            "dependentRequired": lambda: {"a": ["b"]},
            "unevaluatedProperties": part,
        }
        return made | {key: make() for key, make in rare.items() if self._maybe(0.12)}

    def _array(self, depth: int) -> dict[str, Any]:
        part = lambda: self.part(depth)  # noqa: E731
        made = {"type": "array"} if self._maybe(0.8) else {}
        made |= self._some(
            items=part, prefixItems=lambda: [part() for _ in range(self.random.randint(1, 2))], minItems=self._small
        )
        rare = {"maxItems": self._small, "uniqueItems": lambda: True, "contains": part, "unevaluatedItems": part}
        return made | {key: make() for key, make in rare.items() if self._maybe(0.15)}

    def _ways(self, depth: int) -> dict[str, Any]:
        several = lambda: [self.part(depth) for _ in range(self.random.randint(1, 3))]  # noqa: E731
        part = lambda: self.part(depth)  # noqa: E731
        made = {key: several() for key in ("anyOf", "oneOf", "allOf") if self._maybe()}
        return made | {key: part() for key in ("not", "if", "then", "else") if self._maybe(0.12)}

    def changed(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema with one to three small changes somewhere in it."""
        other = copy.deepcopy(schema)
        for _ in range(self.random.randint(1, 3)):
            place = self.random.choice(places(other))
            keys = [key for key in place if key not in ("$defs", "properties", "type") or place is not other]
            keys = [key for key in keys if key != "$defs"]
            key = self.random.choice(keys) if keys else None
            number = key and isinstance(place[key], int | float) and not isinstance(place[key], bool)
            if key and number and self._maybe(0.6):
                moved = place[key] + self.random.choice([1, -1])
                place[key] = moved if key in ("minimum", "maximum", "const") or moved > 0 else 1
            elif key and self._maybe(0.5):
                del place[key]
            else:
                added = self.part(1)
                if isinstance(added, dict) and "$ref" not in json.dumps(added):  # it might lead into itself
                    place |= {name: own for name, own in added.items() if place is not other or name != "type"}
        return other

    def value(self, depth: int = 3, names: tuple[str, ...] = (*NAMES, "z", "aa")) -> dict[str, Any]:
        """An object of the names and values that the schemas speak of."""
        return {name: self._inner(depth - 1) for name in self.random.sample(names, self.random.randint(0, 4))}

    def _inner(self, depth: int) -> Any:
        if depth == 0 or self._maybe(0.6):
            return self.random.choice(SCALARS)
        return self.value(depth) if self._maybe(0.5) else [self._inner(depth - 1) for _ in range(self._small())]


def places(schema: Any) -> list[dict[str, Any]]:
    """Each schema in the schema."""
    found = [schema] if isinstance(schema, dict) else []
    for key, value in schema.items() if isinstance(schema, dict) else ():
        if key in ("properties", "$defs", "patternProperties"):
            found += [place for own in value.values() for place in places(own)]
        elif key in ("anyOf", "oneOf", "allOf", "prefixItems"):
            found += [place for own in value for place in places(own)]
        elif key in _SCHEMAS:
            found += places(value)
    return found
