"""Two configurations compared: field by field what changed, and whether outputs made before still fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from builder.core import convert
from builder.core.difference.facts import Fact
from builder.core.difference.fields import facts_of
from builder.core.difference.fitting import Fit, fit
from builder.core.draft import Change


@dataclass(frozen=True, slots=True)
class Told:
    """A change of one field, and what a person would say about it."""

    change: Change
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`fit` is None where one of the two has no output schema, or the schema is the same."""

    fields: tuple[Told, ...]
    fit: Fit | None = None


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Both are valid configurations."""
    fields = tuple(told(before, after))
    schemas = [side.get("schema_definition") for side in (before, after)]
    changed = any(each.change.field == "schema_definition" for each in fields)
    return Comparison(fields, fit(*schemas) if changed and all(schemas) else None)  # type: ignore[arg-type]


def told(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Told]:
    """The fields that changed, one after the other: the first ones need not wait for the last."""
    prompts = _prompts(before), _prompts(after)
    for change in convert.changes(before, after):
        yield Told(change, tuple(facts_of(change.field, change.before, change.after, prompts)))


def _prompts(config: Mapping[str, Any]) -> str:
    return "\0".join(str(prompt.get("content")) for prompt in config.get("prompts") or [])
