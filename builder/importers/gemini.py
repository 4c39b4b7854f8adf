"""Gemini: bodies of `agents.create` and of `interactions.create`; the two of one agent are read together."""

from collections.abc import Mapping
from typing import Any

from builder.exporters.gemini import AGENT, CALL
from builder.importers.base import Document, Importer, Reading
from builder.importers.called import called
from builder.importers.outputs import output
from builder.importers.parsing import parse
from builder.importers.prompts import described, named, prompts
from builder.importers.refusals import Unreadable
from builder.importers.remarks import Remark
from builder.importers.servers import server
from builder.importers.speaking import model, numbers
from builder.importers.taking import Taking

_SETTINGS = {"temperature": "temperature", "top_p": "top_p", "seed": "seed", "max_output_tokens": "max_tokens"}
_TOOLS = {"google_search": "web_search", "url_context": "web_fetch", "code_execution": "code_execution"}
_OF_A_CALL = frozenset(("input", "response_format", "generation_config", "system_instruction", "tools"))


class GeminiImporter(Importer):
    name = "gemini"
    title = "Gemini"
    rank = 2

    def recognises(self, document: Document) -> bool:
        return _is_agent(document.data) or _is_call(document.data)

    def read(self, document: Document) -> Reading:
        agent, call, used = _both(document)
        hosted, once = Taking(agent), Taking(call)
        told = hosted.text("system_instruction") or once.text("system_instruction")
        once.passed("system_instruction", *(("tools",) if agent and used else ()))
        texts = prompts(told, _question(once), where="system_instruction")
        name, of_name = named(hosted.anything("id") or hosted.anything("name"), document.path, "id")
        description, of_description = described(hosted.text("description"), told)
        config, settings = hosted.inside("agent_config"), once.inside("generation_config")
        config.passed("type")
        result, of_result = _output(once)
        tools = _tools(hosted if agent else once)
        engine = once.text("model") or config.text("model")
        config.passed("model")
        values: dict[str, Any] = {**name, **description, **result, "prompts": texts.items}
        values |= {"tools": tools} if tools else {}
        values |= model(engine.removeprefix("models/"), numbers(settings, _SETTINGS))
        hosted.passed("base_agent", "object", "created", "updated")
        once.passed("stream", "store", "background")
        remarks = [*texts.remarks, *of_name, *of_description, *of_result]
        remarks += [remark for part in (hosted, config, once, settings) for remark in part.rest()]
        return Reading(values, tuple(remarks), used)


def _is_agent(data: Any) -> bool:
    if not isinstance(data, Mapping) or not isinstance(data.get("system_instruction", ""), str):
        return False
    return isinstance(data.get("base_agent"), str) and ("id" in data or "system_instruction" in data)


def _is_call(data: Any) -> bool:
    if not isinstance(data, Mapping) or _is_agent(data) or len(_OF_A_CALL & set(data)) < 2:
        return False
    said = data.get("model")
    return isinstance(said, str) and "gemini" in said.lower() and isinstance(data.get("system_instruction", ""), str)


def _both(document: Document) -> tuple[Any, Any, frozenset[str]]:
    """The bodies of the agent and of the call, as far as they came."""
    is_agent = _is_agent(document.data)
    own, beside = (AGENT, CALL) if is_agent else (CALL, AGENT)
    path = document.path.removesuffix(own) + beside
    text = document.others.get(path) if document.path.rpartition("/")[2] == own else None
    other = _parsed(text, path) if text else None
    if not (_is_call(other) if is_agent else _is_agent(other)):
        return (document.data, {}, frozenset()) if is_agent else ({}, document.data, frozenset())
    agent, call = (document.data, other) if is_agent else (other, document.data)
    return agent, call, frozenset((path,))


def _parsed(text: str, path: str) -> Any:
    try:
        return parse(text, path)
    except Unreadable:
        return None


def _question(once: Taking) -> str:
    """The text of a call; of a talk that it goes on with, the last text of the user's."""
    said = once.anything("input")
    if isinstance(said, str) or not said:
        return said or ""
    once.remarks.append(Remark("left_out", "input", "only_first" if isinstance(said, list) else "wrong_kind"))
    return next(iter(_texts(said)), "")


def _texts(value: Any, depth: int = 0) -> list[str]:
    """Texts of steps and contents."""
    if isinstance(value, list) and depth < 5:
        return [text for item in value for text in _texts(item, depth + 1)]
    if not isinstance(value, Mapping) or value.get("type") not in (None, "text", "user_input"):
        return []
    said = value.get("text")
    return [said] if isinstance(said, str) else _texts(value.get("content"), depth + 1)


def _output(once: Taking) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    form = once.inside("response_format") if isinstance(once.anything("response_format"), Mapping) else None
    if form is None:
        once.items("response_format")
        return output(None)
    form.passed("type", "mime_type")
    found = output(form.anything("schema"), "response_format.schema")
    once.remarks += form.rest()
    return found


def _tools(holder: Taking) -> list[Any]:
    found = list[Any]()
    for place, data in enumerate(holder.items("tools")):
        where = holder.place(f"tools.{place}")
        tool = Taking(data, where)
        kind = tool.text("type")
        if kind == "function":
            found += called(tool, tool.text("name"), tool.text("description"), tool.anything("parameters"), where)
        elif kind == "mcp_server":
            held, remarks = server({**data, "allowed_tools": _allowed(tool)}, where)
            found += held
            holder.remarks += remarks
            continue
        elif kind in _TOOLS:
            found.append({"name": _TOOLS[kind], "parameters": {}})
        else:
            holder.remarks.append(Remark("left_out", where, "unknown_part"))
            continue
        holder.remarks += tool.rest()
    return found


def _allowed(tool: Taking) -> list[Any]:
    """Names of tools in one list. There they stand in groups."""
    groups = tool.items("allowed_tools")
    return [name for group in groups if isinstance(group, Mapping) for name in Taking(group).texts("tools")]
