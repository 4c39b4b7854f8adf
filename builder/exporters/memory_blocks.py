"""The memory of a configuration as labelled blocks of text, for platforms that keep memory so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.core.agent import AgentConfig
from builder.core.name import snake
from builder.exporters.free_name import free
from builder.exporters.notes import Note, lost

_LABELS, _TEXTS = ("label", "name"), ("value", "content", "text")
_OWN = ("label", "value", "description", "limit")
LONGEST_LIMIT = 10_000_000


@dataclass(frozen=True, slots=True)
class Blocks:
    """`values`: label, value, and where they are said description and limit (of characters)."""

    values: list[dict[str, Any]]
    notes: tuple[Note, ...]


def blocks(config: AgentConfig, platform: str) -> Blocks:
    found, notes = list[dict[str, Any]](), list[Note]()
    for place, said in enumerate(config.memory.blocks if config.memory else ()):
        field = f"memory.blocks.{place}"
        block = _block(said)
        if block is None:
            notes.append(lost(field, platform))
            continue
        block["label"] = free(block["label"], [other["label"] for other in found])
        found.append(block)
        notes += _told(said, block, field, platform)
    return Blocks(found, tuple(notes))


def _told(said: Any, block: Mapping[str, Any], field: str, platform: str) -> list[Note]:
    if said == block:
        return []
    own = said if isinstance(said, Mapping) else {}
    left = [key for key in own if key not in (*_OWN, *_LABELS, *_TEXTS) or (key in _OWN and key not in block)]
    rewritten = Note("rewritten", field, "memory_block", {"new": block["label"]})
    return [rewritten, *(lost(f"{field}.{str(key)[:80]}", platform) for key in left)]


def _block(said: Any) -> dict[str, Any] | None:
    """A text of one word names a block; any other text is what stands in one."""
    if isinstance(said, str):
        is_name = len(said.split()) == 1 and len(said) <= 40
        return {"label": label(said), "value": ""} if is_name else {"label": "notes", "value": said}
    if not isinstance(said, Mapping):
        return None
    text = next((said[key] for key in _TEXTS if isinstance(said.get(key), str)), "")
    name = next((said[key] for key in _LABELS if isinstance(said.get(key), str)), "")
    if not text and not name:
        return None
    found: dict[str, Any] = {"label": label(name), "value": text}
    if isinstance(said.get("description"), str) and said["description"]:
        found["description"] = said["description"]
    if type(said.get("limit")) is int and 0 < said["limit"] <= LONGEST_LIMIT:
        found["limit"] = max(said["limit"], len(text))
    return found


def label(name: str) -> str:
    """The short name of a block: "Human - Facts about the user" is "human"."""
    return snake(name.split(" - ")[0]) or snake(name) or "block"
