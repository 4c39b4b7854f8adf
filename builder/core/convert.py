"""Draft and configuration: the same thing, once as fields to fill and once as the file."""

import json
from collections.abc import Mapping
from typing import Any

from builder.core import placeholders
from builder.core.agent import KEYS, AgentConfig
from builder.core.draft import FIELDS, PROMPTS, Change, Draft, Entry
from builder.core.operation import Operation

_KINDS = {"system_prompt": "system", "user_prompt": "user"}
_PLAIN = tuple(name for name in FIELDS if name in KEYS)


def as_config(draft: Draft) -> dict[str, Any]:
    """The configuration so far: keys in the contract's order, absent where the draft says nothing yet.

    A schema is left out while the agent is conversational; `metadata.assumed` lists what nobody said.
    """
    found = {name: draft.value(name) for name in _PLAIN if name in draft}
    prompts = [_prompt(draft, name) for name in PROMPTS if name in draft]
    if prompts:
        found["prompts"] = prompts
    if draft.value("return_type") == "unstructured":
        found.pop("schema_definition", None)
    assumed = [name for name in draft.assumed if name in found or (prompts and name in (*PROMPTS, "placeholders"))]
    if assumed:
        found["metadata"] = {**draft.value("metadata", {}), "assumed": assumed}
    return {key: found[key] for key in KEYS if key in found}


def _prompt(draft: Draft, name: str) -> dict[str, Any]:
    content, sentences = draft.text(name), draft.value("placeholders", {})
    named = {gap: sentences[gap] for gap in placeholders.used(content) if sentences.get(gap)}
    return {"prompt_type": _KINDS[name], "content": content, "placeholders": named}


def operations(draft: Draft, config: Mapping[str, Any]) -> list[Operation]:
    """What leads from the draft to this configuration (a valid one: see `check`). Unchanged fields are not touched."""
    wanted = fields_of(config)
    kept = {"schema_definition"} if wanted.get("return_type") == "unstructured" else set()
    return [
        Operation("set", name, wanted[name]) if name in wanted else Operation("unset", name)
        for name in FIELDS
        if name not in kept and not _same(wanted.get(name), draft.value(name))
    ]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What is different in the later of two configurations, field by field."""
    old, new = fields_of(before), fields_of(after)
    return [Change(name, old.get(name), new.get(name)) for name in FIELDS if not _same(old.get(name), new.get(name))]


def fields_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration as draft fields; `metadata.assumed` is the product's own note, not a field's value."""
    found = {name: config[name] for name in _PLAIN if config.get(name) is not None}
    prompts = {prompt["prompt_type"]: prompt for prompt in config.get("prompts") or []}
    found |= {name: prompts[kind]["content"] for name, kind in _KINDS.items() if prompts.get(kind, {}).get("content")}
    sentences = {gap: text for prompt in prompts.values() for gap, text in (prompt.get("placeholders") or {}).items()}
    metadata = {key: value for key, value in (config.get("metadata") or {}).items() if key != "assumed"}
    found.pop("metadata", None)
    return found | ({"placeholders": sentences} if sentences else {}) | ({"metadata": metadata} if metadata else {})


def as_draft(config: Mapping[str, Any]) -> Draft:
    """A valid configuration as a draft, nothing of it locked; what nobody ever said stays marked as assumed."""
    assumed = config.get("metadata", {}).get("assumed", ())
    return Draft(
        {name: Entry(value, "assumed" if name in assumed else "user") for name, value in fields_of(config).items()}
    )


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON text: True is not 1, and the order of a schema's keys is the person's."""
    return json.dumps(one) == json.dumps(other)


def to_agent(config: Mapping[str, Any]) -> AgentConfig:
    return AgentConfig.model_validate(config)
