"""AG2's specs of agents, and of the functions beside them what can be read without running them."""

from collections.abc import Mapping
from typing import Any

from builder.exporters.ag2 import RESULT
from builder.importers import python_read
from builder.importers.base import Document, Importer, Reading
from builder.importers.outputs import output
from builder.importers.prompts import described, named, prompts
from builder.importers.remarks import Remark
from builder.importers.taking import Taking

_KEYS = frozenset(("name", "prompt", "tool_names", "response_schema"))
_TOOLS = "tools.py"


class AG2Importer(Importer):
    name = "ag2"
    title = "AG2"
    rank = 3

    def recognises(self, document: Document) -> bool:
        data = document.data
        if not isinstance(data, Mapping) or not all(key in _KEYS for key in data):
            return False
        told = data.get("prompt")
        is_prompt = isinstance(told, list) and all(isinstance(text, str) for text in told)
        return isinstance(data.get("name"), str) and is_prompt and len(data) > 1

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        system = "\n\n".join(whole.texts("prompt"))
        texts = prompts(system, where="prompt")
        name, of_name = named(whole.text("name"), document.path)
        description, of_description = described("", system, "prompt")
        result, of_result = _output(whole)
        tools, used = _tools(whole, document)
        values = {**name, **description, **result, "prompts": texts.items, **({"tools": tools} if tools else {})}
        remarks = [*texts.remarks, *of_name, *of_description, *of_result]
        return Reading(values, (*remarks, *whole.rest()), used)


def _output(whole: Taking) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    form = whole.inside("response_schema")
    schema, about = form.anything("json_schema"), form.text("description")
    if about and isinstance(schema, Mapping) and schema and "description" not in schema:
        schema = {"description": about, **schema}
    elif about:
        form.remarks.append(Remark("left_out", form.place("description"), "unknown_part"))
    if form.text("name") not in ("", RESULT):
        form.remarks.append(Remark("left_out", form.place("name"), "unknown_part"))
    made, remarks = output(schema, form.place("json_schema"))
    return made, (*remarks, *form.rest())


def _tools(whole: Taking, document: Document) -> tuple[list[dict[str, Any]], frozenset[str]]:
    """The functions that are named; what they take is read off the file beside the spec, if it came along."""
    folder = document.path.rpartition("/")[0]
    path = f"{folder}/{_TOOLS}" if folder else _TOOLS
    text = document.others.get(path, "")
    found = list[dict[str, Any]]()
    for place, name in enumerate(whole.texts("tool_names")):
        whole.remarks.append(Remark("left_out", f"tool_names.{place}", "tool_named", {"tool": name[:80]}))
        found.append({"name": name, "parameters": python_read.parameters(text, name) or {}})
    return found, frozenset([path] if found and text else [])
