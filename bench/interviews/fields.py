"""Which field or placeholder of a configuration is which of those a person wanted, and how well it fits."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from bench.interviews.cues import words_of

Wanted = Sequence[Mapping[str, Any]]
Schema = Mapping[str, Any]
BY_NAME, BY_VALUES, BY_A_WORD = 3, 2, 1


def same(text: Any) -> str:
    """Letters and digits only: what two names have in common that differ in case and separators."""
    return re.sub(r"[\W_]", "", str(text).lower())


def mean(values: Iterable[float | None]) -> float | None:
    """Of what applies; None when nothing does."""
    known = [float(value) for value in values if value is not None]
    return sum(known) / len(known) if known else None


def paired(wanted: Wanted, there: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """{wanted name: name there}, the surest pair first, each used once. `there` maps names to allowed values."""
    pairs: dict[str, str] = {}
    couples = [
        (_likeness(entry, name, values), entry["name"], name)
        for entry, (name, values) in product(wanted, there.items())
    ]
    for likeness, entry_name, name in sorted(couples, key=lambda couple: -couple[0]):
        if likeness and entry_name not in pairs and name not in pairs.values():
            pairs[entry_name] = name
    return pairs


def found(wanted: Wanted, pairs: Mapping[str, str], there: Mapping[str, Any]) -> tuple[float, float, float]:
    """(recall, precision, F1)"""
    recall, precision = len(pairs) / len(wanted), len(pairs) / max(1, len(there))
    return recall, precision, 2 * recall * precision / (recall + precision) if pairs else 0.0


def allowed_values(field: Schema) -> list[Any]:
    """The values of an enum, whether it is written on the field, on its items, or as constants."""
    items = field.get("items")
    inner = items.get("enum") if isinstance(items, Mapping) else None
    constants = [one["const"] for one in (field, *_alternatives(field)) if "const" in one]
    return list(field.get("enum") or inner or constants)


def input_measures(wanted: Wanted, config: Mapping[str, Any]) -> dict[str, float | None]:
    there = {name: text for prompt in config.get("prompts", ()) for name, text in prompt["placeholders"].items()}
    recall, precision, both = found(wanted, paired(wanted, dict.fromkeys(there, ())), there)
    explained = mean(len(str(text).split()) > 2 and same(text) != same(name) for name, text in there.items())
    return {
        "input_recall": recall,
        "input_precision": precision,
        "inputs": both,
        "input_texts": (explained or 0.0) if recall else 0.0,
    }


def output_measures(wanted: Wanted, schema: Schema) -> dict[str, float | None]:
    there = {name: field if isinstance(field, Mapping) else {} for name, field in schema.get("properties", {}).items()}
    pairs = paired(wanted, {name: allowed_values(field) for name, field in there.items()})
    recall, precision, both = found(wanted, pairs, there)
    matched = [(entry, there.get(pairs.get(entry["name"], ""), {})) for entry in wanted]
    required = set(schema.get("required", ()))
    demands = [
        entry["name"] in pairs and (pairs[entry["name"]] in required) == entry["required"]
        for entry in wanted
        if entry["required"] is not None
    ]
    ranges = [
        (field.get("minimum"), field.get("maximum")) == _bounds(entry) for entry, field in matched if "range" in entry
    ]
    enums = [(entry["enum"], allowed_values(field)) for entry, field in matched if "enum" in entry]
    return {
        "output_recall": recall,
        "output_precision": precision,
        "outputs": both,
        "types": mean(_has_type(entry, field) for entry, field in matched),
        "enums": mean(set(map(same, want)) == set(map(same, got)) for want, got in enums),
        "constraints": mean([*demands, *ranges]),
    }


def _likeness(entry: Mapping[str, Any], name: str, values: Sequence[Any]) -> int:
    generic = set(words_of("judging")["generic"])
    own = [entry["name"], *(synonym for synonym in entry["synonyms"] if synonym != "GENERIC")]
    accepted = {*own, *(generic if "GENERIC" in entry["synonyms"] else ())}
    if same(name) in map(same, accepted):
        return BY_NAME
    wanted, got = set(map(same, entry.get("enum", ()))), set(map(same, values))
    if wanted and 2 * len(wanted & got) >= len(wanted):
        return BY_VALUES
    telling = [one for one in own if one not in generic and len(one) > 3]
    return BY_A_WORD if any(_words(one) <= _words(name) for one in telling) else 0


def _words(name: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()))


def _bounds(entry: Mapping[str, Any]) -> tuple[Any, Any]:
    return entry["range"].get("min"), entry["range"].get("max")


def _alternatives(field: Schema) -> list[Schema]:
    return [one for key in ("anyOf", "oneOf") for one in field.get(key, ()) if isinstance(one, Mapping)]


def _has_type(entry: Mapping[str, Any], field: Schema) -> bool:
    """A whole number is a number; a date is a string of that format; an enum without a type holds strings."""
    written = (
        field.get("type")
        or [one.get("type") for one in _alternatives(field)]
        or (["string"] if allowed_values(field) else [])
    )
    types = set(written if isinstance(written, list) else [written])
    types |= {"number"} if "integer" in types else set()
    types |= {"date"} if field.get("format") in ("date", "date-time") else set()
    return bool(types & set(entry["type"]))
