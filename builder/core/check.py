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
from builder.core.problem import Problem, problem

_FIELD_OF = {"system": "system_prompt", "user": "user_prompt"}
# What the typed model wanted, by the first word of its error's type.
_WANTED = {"list": "a list", "dict": "an object", "model": "an object", "string": "text", "float": "a number"}
_EMPTY_ERRORS = ("too_short", "string_too_short", "string_pattern_mismatch")


def check(config: Any) -> list[Problem]:
    """All problems of a configuration given as JSON; empty when it is valid."""
    if not isinstance(config, Mapping):
        return [problem("not_an_object", "")]
    first = [*_unknown_keys(config), *_missing(config)]
    seen = {found.field for found in first} | {"prompts" for found in first if found.code.endswith("_prompt")}
    typed = [found for found in _type_problems(config) if found.field not in seen]
    return [*first, *typed, *_prompt_rules(config), *_schema_rules(config), *_workflow_rules(config)]


def _unknown_keys(config: Mapping[str, Any]) -> Iterator[Problem]:
    for key in config:
        if key not in KEYS:
            near = difflib.get_close_matches(str(key), KEYS, 1, 0.5)
            if near:
                yield problem("misspelt_key", str(key), key=str(key), near=near[0])
            else:
                yield problem("unknown_key", str(key), key=str(key))


def _missing(config: Mapping[str, Any]) -> Iterator[Problem]:
    for key in ("name", "description", "return_type"):
        if config.get(key) in (None, ""):
            yield problem(f"missing_{key}", key)
    kinds = [prompt.get("prompt_type") for prompt in _mappings(config.get("prompts"))]
    for kind, field in _FIELD_OF.items():
        if kind not in kinds:
            yield problem(f"missing_{field}", field)
        if kinds.count(kind) > 1:
            yield problem("double_prompt", field, kind=kind)
    if config.get("return_type") == "structured" and config.get("schema_definition") is None:
        yield problem("missing_schema_definition", "schema_definition")


def _mappings(items: Any) -> list[Mapping[str, Any]]:
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def _type_problems(config: Mapping[str, Any]) -> list[Problem]:
    try:
        AgentConfig.model_validate({key: config[key] for key in KEYS if key in config})
    except ValidationError as error:
        return [_explained(details) for details in error.errors()]
    return [problem("empty", path, key=path) for path in _nulls(config)]


def _nulls(config: Mapping[str, Any]) -> Iterator[str]:
    """Optional keys that are there and null, where the contract leaves out what is empty."""
    for key in (key for key in KEYS if key in config):
        if config[key] is None:
            yield key
        elif key in ("voice", "model"):
            yield from (f"{key}.{part}" for part, value in config[key].items() if value is None)


def _explained(error: ErrorDetails) -> Problem:
    """One error of the typed model in plain words."""
    path, given = ".".join(str(part) for part in error["loc"]), error.get("input")
    last = str(error["loc"][-1]) if error["loc"] else ""
    if path == "name" and isinstance(given, str):
        return bad_name(given)
    if path == "description" and isinstance(given, str) and len(given) > LONGEST_DESCRIPTION:
        return problem("long_description", path, length=len(given), longest=LONGEST_DESCRIPTION)
    if path == "return_type":
        return problem("bad_return_type", path)
    if path == "language" and given:
        return problem("bad_language", path, given=str(given)[:40])
    if error["type"] == "extra_forbidden":
        return problem("unknown_key", path, key=last)
    if error["type"] == "missing":
        return problem("missing_key", path, key=last)
    if given in (None, "", [], {}) or error["type"] in _EMPTY_ERRORS:
        return problem("empty", path, key=path)
    return problem("bad_value", path, key=path, wanted=_WANTED.get(error["type"].split("_")[0], "another value"))


def bad_name(given: str) -> Problem:
    """Why this cannot be a name, with a mended one where there is one."""
    mended = mend_agent_name(given)
    if not mended:
        return problem("bad_name", "name", given=given[:80])
    return problem("mendable_name", "name", Operation("set", "name", mended), given=given[:80], mended=mended)


def _prompt_rules(config: Mapping[str, Any]) -> Iterator[Problem]:
    for prompt in _mappings(config.get("prompts")):
        content, listed = prompt.get("content"), prompt.get("placeholders")
        kind = str(prompt.get("prompt_type"))
        if isinstance(content, str) and isinstance(listed, Mapping) and kind in _FIELD_OF:
            yield from _placeholder_rules(kind, content, listed)


def _placeholder_rules(kind: str, content: str, listed: Mapping[str, Any]) -> Iterator[Problem]:
    used = placeholders.used(content)
    for name in used:
        if name not in listed:
            yield problem("unlisted_placeholder", f"placeholders.{name}", name=name)
    needed = set(used)
    for name in listed:
        if name not in needed:
            yield problem("unused_placeholder", f"placeholders.{name}", name=name, prompt=kind)
    stray = placeholders.stray_braces(content)
    if stray:
        mend = Operation("set", _FIELD_OF[kind], placeholders.escape_stray(content))
        yield problem("stray_brace", _FIELD_OF[kind], mend, at=content.count("\n", 0, stray[0]) + 1)


def _schema_rules(config: Mapping[str, Any]) -> Iterator[Problem]:
    schema = config.get("schema_definition")
    if config.get("return_type") == "unstructured":
        if schema is not None:
            yield problem("needless_schema", "schema_definition", Operation("unset", "schema_definition"))
    elif schema is not None:
        yield from schema_problems(schema)


def _workflow_rules(config: Mapping[str, Any]) -> Iterator[Problem]:
    workflow = config.get("workflow")
    steps = _mappings(workflow.get("steps")) if isinstance(workflow, Mapping) else []
    known = [step.get("id") for step in steps]
    for step in steps:
        following = step.get("next")
        for name in following if isinstance(following, list) else []:
            if name not in known:
                yield problem("unknown_step", "workflow", step=str(step.get("id")), name=str(name))
