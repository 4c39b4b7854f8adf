"""How much each of several readings of one agent says of it: what no platform added to it, and none took away."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from builder.core.agent import BASE_KEYS
from builder.core.name import snake
from builder.importers.asking import Found
from builder.importers.prompts import ADDED, HINT

_SPOKEN = ("elevenlabs", "vapi")  # made for calls: last where all else is equal
_NARROW = ("openai_agents", "openai_responses", "ag2", "agent_spec", "agent_framework", "crewai", "prompty")
_ALL_NEEDED = _NARROW[:5]  # the platform needs every property; all of _NARROW close every object
_RULES: tuple[str, ...] = ("enum", "const", "default", "examples", "format", "pattern", "multipleOf", "uniqueItems")
_RULES += tuple(f"{way}{what}" for way in ("min", "max") for what in ("imum", "Length", "Items", "Properties"))
_RULES += ("exclusiveMinimum", "exclusiveMaximum", "$ref", "if")
_RULE_IN_WORDS = re.compile(
    r"(?:\b(?:One of:|At (?:least|most)|More than|Less than|A multiple of|Matches the pattern|Format:|Usually) "
    r"|\bFor example |\bNo item twice\.|\bWritten as JSON text\.).*",
    re.DOTALL,
)
_LOSSES = ("added", "left_out")
_PROPERTY, _NEEDED, _RULE, _WORDS = 2, 4, 2, 1
_WEIGHTS = (1, 3, 4, 3, 2, 3)  # of what _amounts gives: no agent is itself without its system prompt


def fullest(found: Sequence[Found]) -> Found:
    """Our own file if it came; else the reading that says the most; the first of those that say the same."""
    own = [one for one in found if one.importer.name == "own"]
    among = own or list(found)
    amounts = [_amounts(one) for one in among]
    most = [max(column) for column in zip(*amounts, strict=True)]
    best, best_said = among[0], None
    for one, amount in zip(among, amounts, strict=True):
        shares = (part / whole if whole > 0 else 0 for part, whole in zip(amount, most, strict=True))
        parts = sum(weight * share for weight, share in zip(_WEIGHTS, shares, strict=True))
        said = (round(parts, 9), *_beside(one))
        if best_said is None or said > best_said:
            best, best_said = one, said
    return best


def _beside(one: Found) -> tuple[int, int, bool, int]:
    """What counts where the parts that every agent has are told alike."""
    optional = sum(key not in BASE_KEYS for key in one.values)
    losses = sum(remark.kind in _LOSSES for remark in one.remarks)
    return optional, -losses, one.importer.name not in _SPOKEN, -one.importer.rank


def _amounts(one: Found) -> tuple[float, ...]:
    """Of name, description, system prompt, user prompt, placeholders and schema; 0 is nothing."""
    codes = [remark.code for remark in one.remarks]
    prompts = {prompt["prompt_type"]: prompt for prompt in one.values.get("prompts") or ()}
    is_added = prompts.get("user", {}).get("content") == ADDED and HINT in prompts["user"]["placeholders"].values()
    hints = {name for prompt in prompts.values() for name in prompt["placeholders"]}
    user = float("user" in prompts and not is_added)
    system = 0.0 if "system_made" in codes else float("system" in prompts)
    told = len(hints) - codes.count("placeholder_explained") - is_added
    description = one.values.get("description", "")
    about = 0 if "description_made" in codes else len(description)
    schema = {} if "output_made" in codes else one.values.get("schema_definition", {})
    return _of_name(one, codes), about, system, user, max(0, told), max(0, _of_schema(schema, one))


def _of_name(one: Found, codes: Sequence[str]) -> float:
    """Platforms take capital letters away, or the end of a long name; some put an ending where a word is taken."""
    name = one.values.get("name")
    if not isinstance(name, str) or {"name_made", "name_from_text"} & set(codes):
        return 0.0
    return 1.0 + (name != name.lower()) + len(name.removesuffix("_agent")) / 1_000 - name.endswith("_agent") / 2_000


def _of_schema(schema: Mapping[str, Any], one: Found) -> int:
    """Properties, rules and descriptions; without those that the platform needs, or that exporters put there."""
    name = one.importer.name
    amount = 0
    for key, part in _parts(schema):
        properties, needed = part.get("properties"), part.get("required")
        among = len(properties) if isinstance(properties, Mapping) else 0
        amount += _PROPERTY * among
        amount += _RULE * sum(rule in part for rule in _RULES)
        amount += _WORDS * _of_words(part.get("description"), key)
        amount += _WORDS * (isinstance(part.get("title"), str) and snake(part["title"]) not in (key, _plain_name(one)))
        if isinstance(needed, list) and needed:
            amount += -max(_NEEDED, among) if name in _ALL_NEEDED and len(needed) >= among else _NEEDED
        if part.get("additionalProperties") is False:
            amount += -_RULE if name in _NARROW else _RULE
    return amount


def _plain_name(one: Found) -> str:
    name = one.values.get("name")
    return snake(name) if isinstance(name, str) else ""


def _of_words(description: Any, key: str) -> int:
    """1 where it says more than rules in words; -1 where it was made of the property's own name."""
    if not isinstance(description, str):
        return 0
    said = _RULE_IN_WORDS.sub("", description).strip()
    return 0 if not said else -1 if snake(said) == snake(key) else 1


def _parts(schema: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schema and all in it, each with the name under which it stands."""
    waiting: list[tuple[str, Any]] = [("", schema)]
    while waiting:
        key, part = waiting.pop()
        if isinstance(part, list):
            waiting += [(key, item) for item in part]
        elif isinstance(part, Mapping):
            yield key, part
            waiting += [one for name, inner in part.items() for one in _inside(name, inner, key)]


def _inside(name: str, inner: Any, key: str) -> Iterator[tuple[str, Any]]:
    if name in ("properties", "$defs", "definitions") and isinstance(inner, Mapping):
        yield from ((str(each), part) for each, part in inner.items())
    elif name in ("items", "prefixItems", "anyOf", "oneOf", "allOf", "additionalProperties", "then", "else"):
        yield key, inner
