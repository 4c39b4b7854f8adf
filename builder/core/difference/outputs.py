"""What changed in the outputs: facts about two JSON Schemas, output by output, nested ones by their path."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from builder.core.difference.facts import Fact, Mark
from builder.core.difference.kinds import followed, kind_of, told_kind
from builder.core.references import Schema

FIELD = "schema_definition"
MOST_PARTS = 2_000
DEEPEST = 40
LIMITS = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"),
    *("minItems", "maxItems", "minProperties", "maxProperties", "uniqueItems", "pattern", "format"),
)
_HANDLED = frozenset(LIMITS) | frozenset(
    ("type", "properties", "required", "additionalProperties", "items", "enum", "const", "description", "title")
)
_SILENT = frozenset(("$defs", "definitions", "$schema", "$id", "$comment", "$anchor"))


def output_facts(before: Schema, after: Schema) -> list[Fact]:
    """Never empty when the two differ."""
    walk = _Walk(before, after)
    found = list(walk.part(before, after, "", 0))
    if not found and json.dumps(before) != json.dumps(after):
        keys = [key for key in {**before, **after} if json.dumps(before.get(key)) != json.dumps(after.get(key))]
        found = [_fact("other", "changed", output="", rule=keys[0])] if keys else [_fact("moved", "changed")]
    return found


class _Walk:
    def __init__(self, before: Schema, after: Schema) -> None:
        self._before, self._after = before, after
        self._parts = 0
        self._seen: set[tuple[str, str]] = set()

    def part(self, old: Any, new: Any, path: str, level: int) -> Iterator[Fact]:
        """Facts about one output, or about the whole at path ""."""
        pair = (_reference(old), _reference(new))
        self._parts += 1
        if self._parts > MOST_PARTS or level > DEEPEST or (pair in self._seen and any(pair)):
            return
        self._seen.add(pair)
        old, new = followed(self._before, old), followed(self._after, new)
        kinds = kind_of(self._before, old), kind_of(self._after, new)
        if kinds[0] != kinds[1]:
            yield _fact("output_kind", "changed", output=path, old_kind=kinds[0], new_kind=kinds[1])
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from self._own(old, new, path)
            yield from self._inside(old, new, path, level)

    def _own(self, old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[Fact]:
        if any(old.get(key) != new.get(key) for key in ("description", "title")):
            yield _fact("output_explained", "changed", output=path)
        yield from _values(old, new, path)
        for rule in LIMITS:
            if not _same(old.get(rule), new.get(rule)) and not (rule == "format" and _dates(old, new)):
                yield _limit(path, rule, old.get(rule), new.get(rule))
        closed = [side.get("additionalProperties", True) for side in (old, new)]
        if not _same(*closed):
            code = "closed" if closed[1] is False else "opened" if closed[0] is False else "other"
            more = {"rule": "additionalProperties"} if code == "other" else {}
            yield _fact(code, "changed", output=path, **more)
        for key in {**old, **new}:
            if key not in _HANDLED and key not in _SILENT and not _same(old.get(key), new.get(key)):
                yield _fact("other", "changed", output=path, rule=key)

    def _inside(self, old: Mapping[str, Any], new: Mapping[str, Any], path: str, level: int) -> Iterator[Fact]:
        yield from self._outputs(old, new, path, level)
        items = [side.get("items") for side in (old, new)]
        if isinstance(items[0], Mapping) and isinstance(items[1], Mapping):
            yield from self.part(items[0], items[1], f"{path}[]", level + 1)
        elif not _same(*items) and kind_of(self._before, old) == kind_of(self._after, new):
            yield _fact("other", "changed", output=path, rule="items")

    def _outputs(self, old: Mapping[str, Any], new: Mapping[str, Any], path: str, level: int) -> Iterator[Fact]:
        was, now = _mapping(old.get("properties")), _mapping(new.get("properties"))
        needed, needs = _names(old.get("required")), _names(new.get("required"))
        gone, come = [name for name in was if name not in now], [name for name in now if name not in was]
        renamed = _renamed({name: was[name] for name in gone}, {name: now[name] for name in come})
        for name in now:
            at = _below(path, name)
            earlier = renamed.get(name, name)
            if earlier != name:
                yield _fact("output_renamed", "changed", old=_below(path, earlier), new=at)
            if earlier not in was:
                code = "output_added_required" if name in needs else "output_added"
                yield _fact(code, "added", output=at, kind=told_kind(self._after, now[name]))
                continue
            if (earlier in needed) != (name in needs):
                yield _fact("output_required" if name in needs else "output_optional", "changed", output=at)
            yield from self.part(was[earlier], now[name], at, level + 1)
        for name in gone:
            if name not in renamed.values():
                yield _fact("output_removed", "removed", output=_below(path, name))
        loose = (needed ^ needs) - was.keys() - now.keys()
        if loose:
            yield _fact("other", "changed", output=path, rule="required")
        common = [name for name in was if name in now]
        if common != [name for name in now if name in was]:
            yield _fact("moved", "changed")


def _values(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[Fact]:
    was, now = _listed(old), _listed(new)
    if was is None or now is None:
        if now is not None:
            yield _fact("values_set", "changed", output=path, values=now)
        if was is not None:
            yield _fact("values_open", "changed", output=path, values=was)
        return
    come = [value for value in now if not any(_same(value, other) for other in was)]
    gone = [value for value in was if not any(_same(value, other) for other in now)]
    if come:
        yield _fact("values_added", "added", output=path, values=come)
    if gone:
        yield _fact("values_removed", "removed", output=path, values=gone)


def _listed(schema: Mapping[str, Any]) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema["enum"] if isinstance(schema.get("enum"), list) else None


def _limit(path: str, rule: str, old: Any, new: Any) -> Fact:
    if old is None:
        return _fact("rule_set", "changed", output=path, rule=rule, new=new)
    if new is None:
        return _fact("rule_gone", "changed", output=path, rule=rule, old=old)
    return _fact("rule_changed", "changed", output=path, rule=rule, old=old, new=new)


def _dates(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """The kind says it already."""
    return all(side.get("format") in (None, "date") for side in (old, new))


def _renamed(gone: Mapping[str, Any], come: Mapping[str, Any]) -> dict[str, str]:
    """New name -> old name, where exactly one output went and one came that say the same."""
    written = [[json.dumps(part, sort_keys=True) for part in side.values()] for side in (gone, come)]
    pairs = {}
    for new, part in come.items():
        text = json.dumps(part, sort_keys=True)
        if [side.count(text) for side in written] == [1, 1]:
            pairs[new] = next(old for old, other in gone.items() if json.dumps(other, sort_keys=True) == text)
    return pairs


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _names(value: Any) -> set[str]:
    return set(value) if isinstance(value, list) else set()


def _reference(schema: Any) -> str:
    return str(schema.get("$ref", "")) if isinstance(schema, Mapping) else ""


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: True is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _fact(code: str, mark: Mark, **params: Any) -> Fact:
    return Fact(code, FIELD, mark, params)
