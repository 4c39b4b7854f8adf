"""Pydantic AI's agent specs, `agent.yaml` or `agent.json`: ours, and those that people write."""

from collections.abc import Mapping
from typing import Any

from builder.importers.aside import kept, prompts_of
from builder.importers.base import Document, Importer, Reading
from builder.importers.handlebars import Template, template
from builder.importers.outputs import output
from builder.importers.prompts import described, named
from builder.importers.remarks import Remark
from builder.importers.servers import server
from builder.importers.taking import Taking, without_keys

_OWN = frozenset(("deps_schema", "output_schema", "model_settings", "capabilities", "end_strategy", "tool_timeout"))
_SHAPE = frozenset(
    ("$schema", "model", "name", "description", "instructions", "retries", "metadata", "instrument", *_OWN)
)
_PROVIDERS = {"google-gla": "google", "google-vertex": "google", "google-cloud": "google"}
_PROVIDERS |= {"openai-chat": "openai", "openai-responses": "openai"}
_TOOLS = {"WebSearch": "web_search", "WebFetch": "web_fetch"}


class PydanticAIImporter(Importer):
    name = "pydantic_ai"
    title = "Pydantic AI"
    rank = 4

    def recognises(self, document: Document) -> bool:
        data = document.data
        if not isinstance(data, Mapping) or not all(key in _SHAPE for key in data):
            return False
        has_model = isinstance(data.get("model"), str) and ":" in data["model"] and not data["model"].startswith("ft:")
        return (has_model or not _OWN.isdisjoint(data)) and ("instructions" in data or "output_schema" in data)

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        whole.passed("$schema")
        aside = whole.inside("metadata")
        told = _instructions(whole)
        texts = prompts_of(told.parts, aside, "instructions", _hints(whole, told))
        description, of_description = described(_unescaped(whole), "".join(text for _, text in told.parts))
        name, of_name = named(whole.anything("name"), document.path)
        result, of_result = output(whole.anything("output_schema"), "output_schema")
        tools, of_tools = _tools(whole)
        values: dict[str, Any] = {**name, **description, **result, "prompts": texts.items, **_model(whole)}
        values |= kept(aside)
        if tools:
            values["tools"] = [*values.get("tools", ()), *tools]
        remarks = [*told.remarks, *texts.remarks, *of_description, *of_name, *of_result, *of_tools]
        return Reading(values, (*remarks, *whole.rest(), *aside.remarks))


def _instructions(whole: Taking) -> Template:
    """One text, or several that follow each other."""
    said = whole.anything("instructions")
    if isinstance(said, list):
        return template("\n\n".join(whole.texts("instructions")), "instructions")
    return template(whole.text("instructions"), "instructions")


def _hints(whole: Taking, told: Template) -> dict[str, str]:
    """What to say of each gap; a remark for those that the instructions do not use."""
    inputs = whole.inside("deps_schema")
    hints = {name: _sentence(schema) for name, schema in inputs.mapping("properties").items()}
    filled = {name for is_gap, name in told.parts if is_gap}
    unused = [name for name in hints if name not in filled]
    whole.remarks += inputs.remarks
    whole.remarks += [Remark("left_out", f"deps_schema.properties.{name}"[:200], "unknown_part") for name in unused]
    return hints


def _sentence(schema: Any) -> str:
    said = schema.get("description") if isinstance(schema, Mapping) else None
    return said if isinstance(said, str) else ""


def _unescaped(whole: Taking) -> str:
    """The description: a template, too, but of an agent that nobody has filled yet."""
    told = template(whole.text("description"), "description")
    whole.remarks += [
        Remark("rewritten", "description", "template_kept", {"text": f"{{{{{name}}}}}"[:80]})
        for is_gap, name in told.parts
        if is_gap
    ]
    return "".join(f"{{{{{text}}}}}" if is_gap else text for is_gap, text in told.parts)


def _model(whole: Taking) -> dict[str, Any]:
    said = whole.text("model")
    provider, _, name = said.partition(":") if ":" in said else ("", "", said)
    settings, refused = without_keys(whole.mapping("model_settings"), "model_settings")
    whole.remarks += refused
    found = {"provider": _PROVIDERS.get(provider, provider), "name": name, "settings": settings}
    model = {key: value for key, value in found.items() if value}
    return {"model": model} if model else {}


def _tools(whole: Taking) -> tuple[list[Any], list[Remark]]:
    """The capabilities that are tools."""
    found, remarks = list[Any](), list[Remark]()
    for place, capability in enumerate(whole.items("capabilities")):
        tool, told = _capability(capability, f"capabilities.{place}")
        found += tool
        remarks += told
    return found, remarks


def _capability(said: Any, where: str) -> tuple[list[Any], list[Remark]]:
    name: Any = said if isinstance(said, str) else ""
    given: Any = {}
    if isinstance(said, Mapping) and len(said) == 1:
        name, given = next(iter(said.items()))
    if name == "MCP":
        return server(given if isinstance(given, Mapping) else {"url": given}, f"{where}.MCP")
    if name in _TOOLS:
        inner = Taking(given, f"{where}.{name}")
        return [{"name": _TOOLS[name], "parameters": {}}], inner.rest()
    place = f"{where}.{name}"[:200] if isinstance(name, str) and name else where
    return [], [Remark("left_out", place, "unknown_part")]
