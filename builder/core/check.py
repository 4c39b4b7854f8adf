"""Checking a configuration against the contract: every way in which it breaks it, in plain words.

The order of the problems is the order in which a person would mend them.
"""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from builder.core import placeholders
from builder.core.agent import KEYS, LONGEST_DESCRIPTION, AgentConfig
from builder.core.check_schema import schema_problems
from builder.core.name import mend_agent_name
from builder.core.operation import Operation
from builder.core.problem import Problem

_FIELD_OF = {"system": "system_prompt", "user": "user_prompt"}


def check(config: Any) -> list[Problem]:
    """All problems of a configuration given as JSON; empty when it is valid."""
    if not isinstance(config, Mapping):
        return [Problem("not_an_object", "", "A configuration is a JSON object.", "Begin with { and end with }.")]
    found = list(_unknown_keys(config)) + list(_missing(config))
    seen = {problem.field for problem in found} | {"prompts" for problem in found if problem.code.endswith("_prompt")}
    try:
        AgentConfig.model_validate({key: config[key] for key in KEYS if key in config})
    except ValidationError as error:
        found += [problem for problem in map(_explained, error.errors()) if problem.field not in seen]
    return found + list(_prompt_rules(config)) + list(_schema_rules(config)) + list(_workflow_rules(config))


def _unknown_keys(config: Mapping[str, Any]) -> Iterator[Problem]:
    for key in config:
        if key not in KEYS:
            near = difflib.get_close_matches(str(key), KEYS, 1, 0.5)
            hint = f"Did you mean “{near[0]}”? Otherwise remove it." if near else "Remove it, or put it into “metadata”."
            yield Problem("unknown_key", str(key), f"The key “{key}” is not known.", hint, {"key": str(key), "near": near[0] if near else ""})


def _missing(config: Mapping[str, Any]) -> Iterator[Problem]:
    for key in ("name", "description", "return_type"):
        if config.get(key) in (None, ""):
            yield missing(key)
    prompts = config.get("prompts")
    kinds = [prompt.get("prompt_type") for prompt in prompts if isinstance(prompt, Mapping)] if isinstance(prompts, list) else []
    for kind, field in _FIELD_OF.items():
        if kind not in kinds:
            yield missing(field)
        if kinds.count(kind) > 1:
            yield Problem("double_prompt", field, f"There is more than one {kind} prompt.", "Keep one of them.")
    if config.get("return_type") == "structured" and config.get("schema_definition") is None:
        yield missing("schema_definition")


WANTED = {
    "name": ("The agent has no name yet.", "Give it a short name, for example CustomerService."),
    "description": ("The description is empty.", "Say in one sentence what the agent does."),
    "return_type": ("It is open whether people or programs read the answers.", "Choose conversational text or structured data."),
    "system_prompt": ("The system prompt is empty.", "Write how the agent should work and what it must not do."),
    "user_prompt": ("The user prompt is empty.", "Write what the agent is given each time, for example {customer_message}."),
    "schema_definition": ("It is open which data the agent gives back.", "Add at least one output."),
}


def missing(field: str) -> Problem:
    reason, step = WANTED[field]
    return Problem(f"missing_{field}", field, reason, step)


def _explained(error: ErrorDetails) -> Problem:
    """One error of the typed model in plain words."""
    path = ".".join(str(part) for part in error["loc"])
    field = _draft_field(error["loc"])
    given = error.get("input")
    if field == "name" and isinstance(given, str):
        return bad_name(given)
    if field == "description" and isinstance(given, str) and len(given) > LONGEST_DESCRIPTION:
        params = {"length": len(given), "longest": LONGEST_DESCRIPTION}
        return Problem("long_description", field, f"The description has {len(given)} characters; {LONGEST_DESCRIPTION} are allowed.", "Shorten it to one sentence.", params)
    if field == "return_type":
        return Problem("bad_return_type", field, "The return type is neither “structured” nor “unstructured”.", "Choose one of the two.")
    if field == "language":
        return Problem("bad_language", field, "The language is not a language tag.", "Write for example en, es, de-AT or pt-BR.")
    if error["type"] == "extra_forbidden":
        return Problem("unknown_key", path, f"The key “{error['loc'][-1]}” is not known here.", "Remove it.", {"key": str(error["loc"][-1]), "near": ""})
    if error["type"] == "missing":
        return Problem("missing_key", path, f"“{error['loc'][-1]}” is missing.", "Add it.", {"key": str(error["loc"][-1])})
    if given in (None, "", [], {}) or error["type"] in ("too_short", "string_pattern_mismatch"):
        return Problem("empty", path, f"“{path}” is empty.", "Fill it in, or leave the key out.", {"key": path})
    return Problem("bad_value", path, f"“{path}”: {error['msg'][:1].lower()}{error['msg'][1:]}.", "Give a value of the right kind.", {"key": path})


def _draft_field(location: tuple[int | str, ...]) -> str:
    return str(location[0]) if location else ""


def bad_name(given: str) -> Problem:
    mended = mend_agent_name(given)
    mend = Operation("set", "name", mended) if mended else None
    step = f"For example “{mended}”." if mended else "Start with a letter; use letters, digits, _ and -, 64 at the most."
    reason = f"“{given[:80]}” cannot be a name: it starts with a letter and has only letters, digits, _ and -, 64 at the most."
    return Problem("bad_name", "name", reason, step, {"given": given[:80], "mended": mended}, mend=mend)


def _prompt_rules(config: Mapping[str, Any]) -> Iterator[Problem]:
    prompts = config.get("prompts")
    for prompt in prompts if isinstance(prompts, list) else []:
        if isinstance(prompt, Mapping) and isinstance(prompt.get("content"), str) and isinstance(prompt.get("placeholders"), Mapping):
            field = _FIELD_OF.get(str(prompt.get("prompt_type")), "prompts")
            yield from _placeholder_rules(field, prompt["content"], prompt["placeholders"])


def _placeholder_rules(field: str, content: str, listed: Mapping[str, Any]) -> Iterator[Problem]:
    used = placeholders.used(content)
    for name in used:
        if name not in listed:
            yield Problem("unlisted_placeholder", f"placeholders.{name}", f"The placeholder {{{name}}} is not explained.", "Write a sentence on what to put in.", {"name": name})
    for name in listed:
        if name not in used:
            yield Problem("unused_placeholder", f"placeholders.{name}", f"“{name}” is explained but not used in the {field.replace('_', ' ')}.", f"Write {{{name}}} where it belongs, or remove the explanation.", {"name": name})
    stray = placeholders.stray_braces(content)
    if stray:
        line = content.count("\n", 0, stray[0]) + 1
        mend = Operation("set", field, placeholders.escape_stray(content))
        yield Problem("stray_brace", field, f"Line {line} has a single brace that is no placeholder.", "Write {{ and }} for literal braces, or a name such as {customer_message}.", {"at": line}, mend=mend)


def _schema_rules(config: Mapping[str, Any]) -> Iterator[Problem]:
    schema = config.get("schema_definition")
    if config.get("return_type") == "unstructured":
        if "schema_definition" in config:
            yield Problem("needless_schema", "schema_definition", "A conversational agent has no output schema.", "Remove it, or make the agent structured.", mend=Operation("unset", "schema_definition"))
    elif schema is not None:
        yield from schema_problems(schema)


def _workflow_rules(config: Mapping[str, Any]) -> Iterator[Problem]:
    workflow = config.get("workflow")
    steps = workflow.get("steps") if isinstance(workflow, Mapping) else None
    known = [step.get("id") for step in steps if isinstance(step, Mapping)] if isinstance(steps, list) else []
    for step in steps if isinstance(steps, list) else []:
        following = step.get("next") if isinstance(step, Mapping) else None
        for name in following if isinstance(following, list) else []:
            if name not in known:
                yield Problem("unknown_step", "workflow", f"The step “{step.get('id')}” leads to “{name}”, which does not exist.", "Name one of the steps.", {"step": str(step.get("id")), "name": str(name)})

