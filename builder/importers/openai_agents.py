"""OpenAI's hosted agents: the body that makes one, or what the API gives back; assistants of its older API, too."""

from collections.abc import Mapping
from typing import Any

from builder.importers import bodies
from builder.importers.base import Document, Importer, Reading
from builder.importers.outputs import output
from builder.importers.prompts import described, named, prompts
from builder.importers.taking import Taking

_OF_THE_API = ("id", "object", "created_at", "updated_at", "version", "multi_agent")
_SHAPE = frozenset(
    ("model", "name", "description", "instructions", "metadata", "text", "tools", "response_format", "reasoning")
)
_SHAPE |= {*_OF_THE_API, "temperature", "top_p", "tool_resources", "reasoning_effort", "tool_choice"}


class OpenAIAgentsImporter(Importer):
    name = "openai_agents"
    title = "OpenAI Agents"
    rank = 5

    def recognises(self, document: Document) -> bool:
        data = document.data
        if not isinstance(data, Mapping) or not isinstance(data.get("instructions"), str):
            return False
        return isinstance(data.get("model"), str) and all(key in _SHAPE for key in data)

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        whole.passed("id", "object", "created_at", "updated_at", "version")
        kept, aside = bodies.metadata(whole, "description")
        told = bodies.cut(whole.text("instructions"), is_ours="description" in aside)
        texts = prompts(told)
        said = whole.inside("text")
        form = said.inside("format") if said.anything("format") else whole.inside("response_format")
        schema, called = bodies.output_format(form)
        result, of_result = output(schema, form.place("schema"))
        about = whole.anything("description") or aside.get("description")
        description, of_description = described(about, "".join(text for _, text in told))
        name, of_name = named(whole.anything("name") or called, document.path)
        tools, of_tools = bodies.tools(whole)
        settings = {key: whole.anything(key) for key in ("temperature", "top_p")}
        model = bodies.model(whole.text("model"), "openai", settings)
        values: dict[str, Any] = {**name, **description, **result, "prompts": texts.items, **model, **kept}
        remarks = [*texts.remarks, *of_name, *of_description, *of_result, *of_tools]
        found = {**values, **({"tools": tools} if tools else {})}
        return Reading(found, (*remarks, *whole.rest(), *said.rest(), *form.rest()))
