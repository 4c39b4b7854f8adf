"""The rules of JSON Schema that speak of a value without looking into it: is one implied by what held before?"""

import math
from collections.abc import Mapping
from typing import Any

from builder.core.difference.facts import Fact
from builder.core.difference.parts_of_schema import Meeting, listed, same, types_of
from builder.core.json_type import type_of

FIELD = "schema_definition"
_NUMBERS = frozenset(("integer", "number"))
_ARRAY, _OBJECT, _STRING = frozenset(("array",)), frozenset(("object",)), frozenset(("string",))
# What is not looked into: implied only by the very same, together with what it works with.
WHOLE: Mapping[str, tuple[str, ...]] = {
    "not": ("not",),
    "if": ("if", "then", "else"),
    "contains": ("contains", "minContains", "maxContains"),
    "propertyNames": ("propertyNames",),
    "dependentSchemas": ("dependentSchemas",),
    "dependentRequired": ("dependentRequired",),
    "dependencies": ("dependencies",),
}
NEVER_SURE = ("$dynamicRef", "$recursiveRef", "unevaluatedProperties", "unevaluatedItems")
_ONLY_OF = {"contains": "array", "unevaluatedItems": "array"} | dict.fromkeys(
    ("propertyNames", "dependentSchemas", "dependentRequired", "unevaluatedProperties"), "object"
)
_EXACT = 2**53  # from there on not every whole number is a float
_SIZES = (
    ("minLength", "maxLength", _STRING),
    ("minItems", "maxItems", _ARRAY),
    ("minProperties", "maxProperties", _OBJECT),
)


def misfit(code: str, path: str, **params: Any) -> Fact:
    return Fact(code, FIELD, "changed", {"output": path, **params})


def unclear(path: str, rule: str) -> Fact:
    return misfit("misfit_unclear", path, rule=rule)


def not_looked_into(old: Meeting, new: Mapping[str, Any]) -> list[str]:
    """Rules of `new` that are compared as a whole and speak of a type that `old` allows."""
    return [key for key in (*WHOLE, *NEVER_SURE) if key in new and _ONLY_OF.get(key) in (None, *old.types)]


def of_value(old: Meeting, new: Mapping[str, Any], path: str) -> list[Fact]:
    """Type, named values, limits, pattern and format."""
    wrong = old.types - types_of({key: new[key] for key in ("type",) if key in new})
    if wrong:
        return [misfit("misfit_kind", path, kind="|".join(_named(wrong)))]
    allowed = listed(new)
    if allowed is not None and not _all_in(old, allowed):
        return [misfit("misfit_values", path, values=allowed)]
    if old.values is not None and all(_holds(value, new) for value in old.values):
        return []
    return [*_of_numbers(old, new, path), *_of_sizes(old, new, path), *_of_texts(old, new, path)]


def _named(types: frozenset[str]) -> list[str]:
    codes = {"string": "text", "integer": "whole", "boolean": "yes_no", "array": "list", "null": "nothing"}
    shown = types - {"integer"} if "number" in types else types
    return sorted(codes.get(name, name) for name in shown)


def _all_in(old: Meeting, allowed: list[Any]) -> bool:
    values = old.values
    if values is None:
        if old.types - {"null", "boolean"}:
            return False
        values = [None] * ("null" in old.types) + [True, False] * ("boolean" in old.types)
    return all(any(same(value, one) for one in allowed) for value in values)


def _holds(value: Any, new: Mapping[str, Any]) -> bool:
    """One plain value against the limits; False where that is not sure."""
    name = type_of(value)
    if name in ("null", "boolean"):
        return True
    if name in _NUMBERS:
        step = new.get("multipleOf")
        return (
            _above(value, new)
            and _below(value, new)
            and (step is None or (isinstance(step, int) and isinstance(value, int) and value % step == 0))
        )
    if name != "string" or "pattern" in new or "format" in new:
        return False
    return bool(new.get("minLength", 0) <= len(value) <= new.get("maxLength", len(value)))


def _above(value: Any, new: Mapping[str, Any]) -> bool:
    over = "exclusiveMinimum" not in new or value > new["exclusiveMinimum"]
    return bool(over and value >= new.get("minimum", value))


def _below(value: Any, new: Mapping[str, Any]) -> bool:
    under = "exclusiveMaximum" not in new or value < new["exclusiveMaximum"]
    return bool(under and value <= new.get("maximum", value))


def _of_numbers(old: Meeting, new: Mapping[str, Any], path: str) -> list[Fact]:
    if not old.types & _NUMBERS:
        return []
    whole = "number" not in old.types
    low, high = _lower(old, whole), _upper(old, whole)
    within = {
        "minimum": low is not None and low[0] >= new.get("minimum", low[0]),
        "exclusiveMinimum": low is not None and low > (new.get("exclusiveMinimum", -math.inf), False),
        "maximum": high is not None and high[0] <= new.get("maximum", high[0]),
        "exclusiveMaximum": high is not None and _closer(high, new.get("exclusiveMaximum", math.inf)),
    }
    broken = [rule for rule, fits in within.items() if rule in new and not fits]
    found = [misfit("misfit_rule", path, rule=rule, new=new[rule]) for rule in broken]
    if "multipleOf" in new and not _steps_fit(old, new["multipleOf"], whole):
        found.append(misfit("misfit_rule", path, rule="multipleOf", new=new["multipleOf"]))
    return found


def _steps_fit(old: Meeting, step: Any, whole: bool) -> bool:
    all_fit = whole and step == 1 and isinstance(step, int)
    return bool(all_fit) or any(_multiple(part["multipleOf"], step) for part in old.having("multipleOf"))


def _multiple(old: Any, new: Any) -> bool:
    whole = isinstance(old, int) and isinstance(new, int) and max(old, new) < _EXACT
    return same(old, new) or (whole and old % new == 0)


def _closer(high: tuple[Any, bool], limit: Any) -> bool:
    return bool(high[0] < limit or (high[0] == limit and high[1]))


def _lower(old: Meeting, whole: bool) -> tuple[Any, bool] | None:
    """The strictest lower limit, and whether it is excluded itself."""
    both = (old.lowest("minimum"), False), (old.lowest("exclusiveMinimum"), True)
    limits = [(limit, open_) for limit, open_ in both if limit is not None]
    if whole:
        limits = [(math.floor(limit) + 1 if open_ else math.ceil(limit), False) for limit, open_ in limits]
    return max(limits, default=None)


def _upper(old: Meeting, whole: bool) -> tuple[Any, bool] | None:
    both = (old.highest("maximum"), False), (old.highest("exclusiveMaximum"), True)
    limits = [(limit, open_) for limit, open_ in both if limit is not None]
    if whole:
        limits = [(math.ceil(limit) - 1 if open_ else math.floor(limit), False) for limit, open_ in limits]
    return min(limits, key=lambda limit: (limit[0], not limit[1]), default=None)


def _of_sizes(old: Meeting, new: Mapping[str, Any], path: str) -> list[Fact]:
    found = []
    for least, most, types in _SIZES:
        if not old.types & types:
            continue
        low = max(old.lowest(least) or 0, len(old.required) if least == "minProperties" else 0)
        limits = (old.highest(most), _most_names(old) if most == "maxProperties" else None)
        high = [limit for limit in limits if limit is not None]
        if least in new and low < new[least]:
            found.append(misfit("misfit_rule", path, rule=least, new=new[least]))
        if most in new and (not high or min(high) > new[most]):
            found.append(misfit("misfit_rule", path, rule=most, new=new[most]))
    unique = any(part["uniqueItems"] is True for part in old.having("uniqueItems"))
    longest = old.highest("maxItems")
    if new.get("uniqueItems") is True and "array" in old.types and not unique and (longest is None or longest > 1):
        found.append(misfit("misfit_rule", path, rule="uniqueItems", new=True))
    return found


def _most_names(old: Meeting) -> int | None:
    """How many properties there can be, where only named ones may be."""
    closed = [part for part in old.having("additionalProperties") if part["additionalProperties"] is False]
    return min((len(part.get("properties", {})) for part in closed if "patternProperties" not in part), default=None)


def _of_texts(old: Meeting, new: Mapping[str, Any], path: str) -> list[Fact]:
    if "string" not in old.types:
        return []
    found = []
    for rule in ("pattern", "format"):
        if rule in new and not any(part[rule] == new[rule] for part in old.having(rule)):
            changed = bool(old.having(rule))
            found.append(unclear(path, rule) if changed else misfit("misfit_rule", path, rule=rule, new=new[rule]))
    return found


def required(old: Meeting, new: Mapping[str, Any], path: str) -> list[Fact]:
    needed = [name for name in new.get("required", []) if name not in old.required]
    return [misfit("misfit_required", f"{path}.{name}" if path else name) for name in needed]
