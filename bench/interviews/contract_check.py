"""Is a configuration one that another program accepts? Written from the contract, without the product's code."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

Config = Mapping[str, Any]

BASE = {"name", "description", "return_type", "prompts", "schema_definition"}
OPTIONAL = {
    "goals", "tone", "language", "first_message", "conversation_starters", "guardrails", "tools", "memory", "workflow",
    "voice", "model", "test_cases", "metadata",
}  # fmt: skip
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def problems(config: Config, published: Mapping[str, Any] | None) -> list[str]:
    """Every way in which it breaks the contract; empty when valid. `published` is the server's own schema."""
    against_schema = [] if published is None else list(_against(published, config))
    return against_schema or [*_of_shape(config), *(() if any(_of_shape(config)) else _of_parts(config))]


def _against(schema: Mapping[str, Any], config: Config) -> Iterator[str]:
    for error in Draft202012Validator(schema).iter_errors(config):
        yield f"{'/'.join(map(str, error.absolute_path)) or 'configuration'}: {error.message[:120]}"


def _of_shape(config: Config) -> Iterator[str]:
    for key in sorted(config.keys() - BASE - OPTIONAL):
        yield f"{key}: unknown key"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,63}", str(config.get("name"))):
        yield "name: one word of 1-64 letters, digits, _ or -, beginning with a letter"
    if not isinstance(text := config.get("description"), str) or not 1 <= len(text.strip()) <= 500:
        yield "description: one sentence of 1-500 characters"
    if config.get("return_type") not in ("structured", "unstructured"):
        yield "return_type: structured or unstructured"
    prompts = config.get("prompts")
    if not isinstance(prompts, list) or not all(isinstance(prompt, dict) for prompt in prompts):
        yield "prompts: a list of two objects"
        return
    if sorted(str(prompt.get("prompt_type")) for prompt in prompts) != ["system", "user"]:
        yield "prompts: one system and one user prompt"
    for prompt in prompts:
        kinds = isinstance(prompt.get("content"), str), isinstance(prompt.get("placeholders"), dict)
        if (
            prompt.keys() != {"prompt_type", "content", "placeholders"}
            or not all(kinds)
            or not prompt["content"].strip()
        ):
            yield "prompts: prompt_type, content and placeholders, and nothing else"


def _of_parts(config: Config) -> Iterator[str]:
    for prompt in config["prompts"]:
        for problem in _of_placeholders(prompt["content"], prompt["placeholders"]):
            yield f"{prompt['prompt_type']} prompt: {problem}"
    steps = config.get("workflow", {}).get("steps", [])
    known = {step["id"] for step in steps}
    for step in steps:
        if set(step["next"]) - known:
            yield f"workflow: {step['id']} goes on to a step that does not exist"
    yield from _of_output(config["return_type"], config.get("schema_definition"))


def _of_placeholders(content: str, listed: Mapping[str, Any]) -> Iterator[str]:
    """Doubled braces are literal text; every single pair is a placeholder with a sentence of its own."""
    single = content.replace("{{", "").replace("}}", "")
    used = set(PLACEHOLDER.findall(single))
    for name in sorted(used ^ set(listed)):
        yield f"{name} is used but not listed" if name in used else f"{name} is listed but not used"
    for name, meaning in listed.items():
        if not isinstance(meaning, str) or not meaning.strip():
            yield f"{name} has no explanation"
    if set("{}") & set(PLACEHOLDER.sub("", single)):
        yield "a single brace belongs to no placeholder"


def _of_output(return_type: str, schema: Any) -> Iterator[str]:
    if return_type == "unstructured" or schema is None:
        if (return_type == "unstructured") != (schema is None):
            yield "schema_definition: there for structured, absent for unstructured"
        return
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield f"schema_definition: {error.message[:120]}"
        return
    fields = schema.get("properties") or {}
    if schema.get("type") != "object" or not fields:
        yield "schema_definition: an object with at least one property"
    if unknown := set(schema.get("required", ())) - set(fields):
        yield f"schema_definition: required but not there: {', '.join(sorted(unknown))}"
