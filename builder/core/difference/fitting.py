"""Whether everything that fitted one JSON Schema fits another: decided by rules, never by trying.

"fits" is a promise, for draft 2020-12 without formats checked or not; where a rule cannot decide, it is not given.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from builder.core.agent import DIALECT
from builder.core.difference import rules
from builder.core.difference.facts import Fact
from builder.core.difference.parts_of_schema import Meeting, contains_reference, flat, same
from builder.core.references import Schema, Unresolved

Verdict = Literal["fits", "listed", "may_not", "unknown"]
MOST_STEPS = 4_000
DEEPEST = 60
_OF_THE_UNLISTED = ("misfit_unlisted", "misfit_closed")
# With these it is not plain what an output may list.
_BRANCHING = ("anyOf", "oneOf", "if", "dependentSchemas", "patternProperties", "$dynamicRef")
MOST_WAYS = 24  # alternatives that are looked at one by one


@dataclass(frozen=True, slots=True)
class Fit:
    """`reasons` say where it may not fit, or what could not be decided; none when it fits.

    listed: what holds nothing beside the listed outputs fits; most schemas do not forbid that it holds more.
    """

    verdict: Verdict
    reasons: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """`depth`: how many values one is inside of; `entered`: comparisons that are going on, and at which depth."""

    path: str = ""
    level: int = 0
    depth: int = 0
    entered: Mapping[str, int] = field(default_factory=dict)

    def below(self, path: str) -> "_Place":
        return replace(self, path=path, level=self.level + 1, depth=self.depth + 1)

    def deeper(self) -> "_Place":
        return replace(self, level=self.level + 1)

    def within(self, comparison: str) -> "_Place":
        return replace(self, entered={**self.entered, comparison: self.depth})


def fit(before: Schema, after: Schema) -> Fit:
    """Both are valid schemas."""
    if same(before, after):
        return Fit("fits")
    if any(side.get("$schema", DIALECT).rstrip("#") != DIALECT for side in (before, after)):
        return _judged([rules.unclear("", "$schema")])
    written = json.dumps(before)
    plain = not any(f'"{key}"' in written for key in _BRANCHING)
    return _judged(_Comparison(before, after).missing([before], after, _Place()), plain)


def _judged(reasons: Sequence[Fact], plain: bool = False) -> Fit:
    if not reasons:
        return Fit("fits")
    told = tuple({json.dumps(reason.to_json(), sort_keys=True): reason for reason in reasons}.values())
    if plain and all(reason.code in _OF_THE_UNLISTED for reason in told):
        return Fit("listed", told)
    told = tuple(reason for reason in told if reason.code != "misfit_unlisted") or told
    certain = tuple(reason for reason in told if reason.code != "misfit_unclear")
    return Fit("may_not", certain) if certain else Fit("unknown", told)


class _Comparison:
    def __init__(self, before: Schema, after: Schema) -> None:
        self._before, self._after = before, after
        self._alike = _same_definitions(before, after)
        self._steps = 0

    def missing(self, olds: Sequence[Any], new: Any, at: _Place) -> list[Fact]:
        """Why a value that fits all of `olds` may not fit `new`; nothing when it does."""
        self._steps += 1
        if new is True or new == {} or any(old is False for old in olds):
            return []
        if any(self._equal(old, new) for old in olds):
            return []
        if self._steps > MOST_STEPS or at.level > DEEPEST:
            return [rules.unclear(at.path, "size")]
        if any(contains_reference(part) for part in (*olds, new)):
            comparison = json.dumps([list(olds), new], sort_keys=True)
            if comparison in at.entered:  # the same one, inside of a smaller value: the one around it decides
                return [] if at.entered[comparison] < at.depth else [rules.unclear(at.path, "$ref")]
            at = at.within(comparison)
        try:
            was, now = flat(self._before, olds), flat(self._after, [new])
        except Unresolved as error:
            return [rules.unclear(at.path, str(error.args[0])[:80])]
        if any(part is False for part in was):
            return []
        old = Meeting([part for part in was if isinstance(part, Mapping)])
        found = [reason for part in now for reason in self._against(old, part, at)]
        return self._by_ways(old, new, at, found) if found else []

    def _equal(self, old: Any, new: Any) -> bool:
        """The same words mean the same, unless they refer to something that is different."""
        return same(old, new) and (self._alike or not contains_reference(old))

    def _against(self, old: Meeting, new: Any, at: _Place) -> list[Fact]:
        """Why `old` may not fit one schema without references."""
        if new is False:
            return [] if not old.types else [rules.misfit("misfit_gone", at.path)]
        if not old.types:
            return []
        found = rules.of_value(old, new, at.path)
        if "object" in old.types:
            found += self._of_object(old, new, at)
        if "array" in old.types:
            found += self._of_array(old, new, at)
        for key in rules.not_looked_into(old, new):
            if key in rules.NEVER_SURE or not any(self._equal_groups(key, part, new) for part in old.parts):
                found.append(rules.unclear(at.path, key))
        for key in ("anyOf", "oneOf"):
            if key in new and not any(self._equal(part.get(key), new[key]) for part in old.parts if key in part):
                found += self._of_ways(old, new[key], key, at)
        return found

    def _equal_groups(self, key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        """A rule that works together with others of the same schema counts as the same only with all of them."""
        names = rules.WHOLE[key]
        return all((name in old) == (name in new) and self._equal(old.get(name), new.get(name)) for name in names)

    def _of_object(self, old: Meeting, new: Mapping[str, Any], at: _Place) -> list[Fact]:
        found = rules.required(old, new, at.path)
        patterns = new.get("patternProperties", {})
        for name, part in new.get("properties", {}).items():
            why = self.missing(old.property(name), part, at.below(_below(at.path, name)))
            found += why if not why or old.lists(name) else [rules.misfit("misfit_unlisted", _below(at.path, name))]
        if "additionalProperties" in new and new["additionalProperties"] is not True:
            found += self._of_others(old, new, at)
        for pattern, part in patterns.items():
            was = [each["patternProperties"].get(pattern) for each in old.having("patternProperties")]
            if not any(self._equal(own, part) for own in was):
                found += self._of_pattern(old, part, at)
        return found

    def _of_pattern(self, old: Meeting, part: Any, at: _Place) -> list[Fact]:
        """Names are not matched here: each one may be meant."""
        known = next((was for was in old.parts if was.get("additionalProperties") is False), None)
        if known is None or known.get("patternProperties"):
            return [rules.unclear(at.path, "patternProperties")]
        names = known.get("properties", {})
        unsure = [name for name in names if self.missing(old.property(name), part, at.below(_below(at.path, name)))]
        return [rules.unclear(_below(at.path, name), "patternProperties") for name in unsure]

    def _of_others(self, old: Meeting, new: Mapping[str, Any], at: _Place) -> list[Fact]:
        """What is not named in `new` must fit its `additionalProperties`."""
        tries = [self._of_others_in(old, part, new, at) for part in old.parts or [{}]]
        return min(tries, key=len)

    def _of_others_in(self, old: Meeting, part: Mapping[str, Any], new: Mapping[str, Any], at: _Place) -> list[Fact]:
        wanted, named = new["additionalProperties"], new.get("properties", {})
        patterns = new.get("patternProperties", {})
        found: list[Fact] = []
        for name in part.get("properties", {}):
            if name not in named:
                below = _below(at.path, name)
                why = self.missing(old.property(name), wanted, at.below(below))
                found += [rules.misfit("misfit_gone", below)] if why and wanted is False and not patterns else why
        for pattern, own in part.get("patternProperties", {}).items():
            if pattern not in patterns and self.missing([own], wanted, at.below(at.path)):
                found.append(rules.unclear(at.path, "patternProperties"))
        others = part.get("additionalProperties", True)
        if why := self.missing([others], wanted, at.below(_below(at.path, "*"))):
            found += [rules.misfit("misfit_closed", at.path)] if wanted is False else why
        return found

    def _of_array(self, old: Meeting, new: Mapping[str, Any], at: _Place) -> list[Fact]:
        found: list[Fact] = []
        first, longest = new.get("prefixItems", []), old.highest("maxItems")
        for place, part in enumerate(first):
            if longest is None or longest > place:
                found += self.missing(old.item(place), part, at.below(f"{at.path}[{place}]"))
        if "items" in new:
            named = max([len(part.get("prefixItems", [])) for part in old.parts], default=0)
            for place in range(len(first), max(named, len(first)) + 1):
                if longest is None or longest > place:
                    found += self.missing(old.item(place), new["items"], at.below(f"{at.path}[]"))
        return found

    def _of_ways(self, old: Meeting, ways: Sequence[Any], key: str, at: _Place) -> list[Fact]:
        """It must fit one of the alternatives (of `oneOf`, only that one)."""
        for way in ways[:MOST_WAYS]:
            if not self.missing(old.parts, way, at.deeper()):
                others = [other for other in ways if other is not way]
                if key == "anyOf" or all(self._apart(old, other) for other in others):
                    return []
        return [rules.unclear(at.path, key)]

    def _apart(self, old: Meeting, way: Any) -> bool:
        """No value fits both, because of its type."""
        try:
            parts = flat(self._after, [way])
        except Unresolved:
            return False
        others = Meeting([part for part in parts if isinstance(part, Mapping)])
        return False in parts or not (old.types & others.types)

    def _by_ways(self, old: Meeting, new: Any, at: _Place, found: list[Fact]) -> list[Fact]:
        """Once more, each alternative of the old schema by itself; `found` is what stood against it before."""
        ways = old.ways(MOST_WAYS)
        if not ways or at.level > DEEPEST:
            return found
        each = [self.missing([*rest, way], new, at.deeper()) for rest, way in ways]
        return [reason for reasons in each for reason in reasons]


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _same_definitions(before: Schema, after: Schema) -> bool:
    """Whether all references lead into definitions that are the same on both sides."""
    keys = ("$defs", "definitions")
    if any(not same(before.get(key), after.get(key)) for key in keys):
        return False
    return all(reference.startswith(("#/$defs/", "#/definitions/")) for reference in _references([before, after]))


def _references(parts: Iterable[Any]) -> list[str]:
    """All that looks like a reference; "" for one of another kind."""
    waiting, found = list(parts), list[str]()
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            found += [str(part["$ref"])] if "$ref" in part else []
            found += [""] if {"$dynamicRef", "$recursiveRef", "$id"} & part.keys() else []
        waiting += part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    return found
