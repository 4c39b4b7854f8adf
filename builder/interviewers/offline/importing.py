"""A whole configuration, pasted, as a brief: everything in it is kept word for word."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from builder.core import placeholders
from builder.core.agent import LONGEST_DESCRIPTION
from builder.core.check_schema import schema_problems
from builder.interviewers.offline.brief import Brief, Input, Purpose, Topic
from builder.interviewers.offline.reading.names import usable
from builder.interviewers.offline.writing.description import shortened

_OWN = (
    "description",
    "system_prompt",
    "user_prompt",
    "placeholders",
    "guardrails",
    "goals",
    "conversation_starters",
    "tools",
    "memory",
    "workflow",
    "voice",
    "model",
    "test_cases",
    "metadata",
)
_PLAIN: tuple[tuple[str, Topic, str], ...] = (
    ("name", "name", "name"),
    ("return_type", "return_type", "return_type"),
    ("schema_definition", "outputs", "schema"),
    ("tone", "tone", "tone"),
    ("first_message", "greeting", "greeting"),
    ("language", "language", "language"),
)


def brief_from(found: Mapping[str, Any], before: Brief) -> Brief:
    """The brief that says what the fields of a configuration say. What is missing or unusable stays open."""
    texts = {name: found[name] for name in _OWN if found.get(name)}
    brief = before.noted(texts={**before.texts, **texts, "rules_before": []})
    for topic, values in _told(found).items():
        brief = brief.told(topic, **values)
    return brief


def usable_parts(config: Mapping[str, Any]) -> dict[str, Any]:
    """The draft fields of a configuration with problems: those that can be used, mended where one mend is obvious."""
    prompts = [part for part in _list(config.get("prompts")) if isinstance(part, Mapping)]
    found: dict[str, Any] = {key: config[key] for key in ("tone", "first_message") if _is_text(config.get(key))}
    if _is_text(config.get("name")) and usable(config["name"]):
        found["name"] = usable(config["name"])
    if _is_text(config.get("description")):
        found["description"] = shortened(config["description"].strip(), LONGEST_DESCRIPTION)
    if config.get("return_type") in ("structured", "unstructured"):
        found["return_type"] = config["return_type"]
    for kind in ("system", "user"):
        content = next((part.get("content") for part in prompts if part.get("prompt_type") == kind), None)
        if _is_text(content):
            found[f"{kind}_prompt"] = placeholders.escape_stray(str(content))
    schema = config.get("schema_definition")
    if isinstance(schema, Mapping) and not list(schema_problems(schema)):
        found["schema_definition"] = dict(schema)
    return found


def _told(found: Mapping[str, Any]) -> dict[Topic, dict[str, Any]]:
    """Topic -> values of the brief, for all that the fields say."""
    told: dict[Topic, dict[str, Any]] = {}
    if description := found.get("description"):
        told["purpose"] = {"purpose": Purpose(deed=str(description).rstrip("."), form="free")}
    if content := found.get("user_prompt"):
        told["inputs"] = {"inputs": tuple(Input(gap, gap.replace("_", " ")) for gap in placeholders.used(str(content)))}
    if found.get("system_prompt"):
        told["rules"] = {}
        told["tone"] = {"tone": str(found.get("tone", ""))}
        told["greeting"] = {"greeting": str(found.get("first_message", ""))}
    for name, topic, key in _PLAIN:
        if found.get(name):
            told[topic] = {key: found[name]}
    return told


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip())


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
