"""Metadata as platforms keep it: a few pairs of short texts."""

from collections.abc import Mapping
from dataclasses import dataclass

from builder.core.agent import AgentConfig
from builder.exporters.instructions import shortened
from builder.exporters.notes import Note, in_metadata

MOST, LONGEST_KEY, LONGEST_VALUE = 16, 64, 512  # the same at OpenAI and at Anthropic


@dataclass(frozen=True, slots=True)
class Pairs:
    values: dict[str, str]
    notes: tuple[Note, ...]


def pairs(config: AgentConfig, platform: str, *own: str) -> Pairs:
    """The fields `own`, which are texts, and of the configuration's metadata what fits."""
    found, notes = dict[str, str](), list[Note]()
    for field in own:
        found[field], cut = shortened(getattr(config, field), LONGEST_VALUE, field, platform)
        notes += [in_metadata(field, platform), *cut]
    for key, value in (config.metadata or {}).items():
        if _fits(key, value) and key not in found and len(found) < MOST:
            found[key] = value
        else:
            notes.append(Note("lost", f"metadata.{key[:80]}", "no_slot", {"platform": platform}))
    return Pairs(found, tuple(notes))


def _fits(key: str, value: object) -> bool:
    return bool(key) and len(key) <= LONGEST_KEY and isinstance(value, str) and len(value) <= LONGEST_VALUE


def without_empty(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
