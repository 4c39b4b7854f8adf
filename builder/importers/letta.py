"""Letta's agents: bodies of `agents.create`, and what a server gives back."""

from collections.abc import Mapping
from typing import Any

from builder.core.agent import AgentConfig, Prompt, Tool
from builder.exporters.letta import ARCHITECTURE, BUILT_IN, PROVIDERS, TAG, TITLE, names
from builder.exporters.toolbox import toolbox
from builder.importers.aside import kept, prompts_of
from builder.importers.base import Document, Importer, Reading
from builder.importers.outputs import output
from builder.importers.prompts import described, named
from builder.importers.remarks import Remark
from builder.importers.speaking import model, numbers
from builder.importers.taking import Taking

_SURE = ("memory_blocks", "block_ids", "include_base_tools")
_SIGNS = ("memory", "blocks", "model_settings", "agent_type")
_OF_THE_SERVER = ("id", "created_at", "updated_at", "created_by_id", "last_updated_by_id", "agent_type")
_ELSEWHERE = ("block_ids", "tool_ids", "source_ids", "folder_ids", "identity_ids", "sources", "managed_group")
_SETTINGS = {"temperature": "temperature", "max_output_tokens": "max_tokens"}
_OURS = {theirs: ours for ours, theirs in PROVIDERS.items()}


class LettaImporter(Importer):
    name = "letta"
    title = "Letta"
    rank = 3

    def recognises(self, document: Document) -> bool:
        data = document.data
        if not isinstance(data, Mapping) or "instructions" in data or "prompts" in data:
            return False
        has_handle = isinstance(data.get("model"), str) and "/" in data["model"]
        kind = data.get("agent_type")
        is_kind = isinstance(kind, str) and kind.endswith("_agent") and "system" in data
        return is_kind or any(sign in data for sign in _SURE) or (has_handle and any(sign in data for sign in _SIGNS))

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        whole.passed(*_OF_THE_SERVER)
        whole.refuse("reads_elsewhere", *_ELSEWHERE)
        tags = whole.texts("tags")
        whole.remarks += [Remark("left_out", "tags", "unknown_part")] if set(tags) - {TAG} else []
        aside, settings = whole.inside("metadata"), whole.inside("model_settings")
        system = whole.text("system")
        texts = prompts_of(system, aside, "system")
        name, of_name = named(whole.anything("name"), document.path)
        description, of_description = described(whole.anything("description"), system)
        result, of_result = _output(whole, settings)
        found: dict[str, Any] = {**name, **description, **result, "prompts": texts.items}
        found |= {**_begun(whole), **_memory(whole), **_model(whole, settings)}
        others = kept(aside)
        others["tools"] = [*others.get("tools", ()), *_tools(whole, others.get("tools", ()))]
        found |= {key: value for key, value in others.items() if value}
        remarks = [*texts.remarks, *of_name, *of_description, *of_result]
        remarks += [remark for part in (whole, aside, settings) for remark in part.rest()]
        return Reading(found, tuple(remarks))


def _output(whole: Taking, settings: Taking) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    holder = whole if whole.anything("response_format") else settings
    key = next((key for key in ("response_format", "response_schema") if holder.anything(key)), "")
    if not key:
        return output(None)
    form = holder.inside(key)
    form.passed("type")
    about = form.inside("json_schema")
    schema = about.anything("schema") if "schema" in form.mapping("json_schema") else form.anything("json_schema")
    about.passed("name", "strict", *form.mapping("json_schema"))
    whole.remarks += [*form.rest(), *about.rest()]
    return output(schema, form.place("json_schema"))


def _begun(whole: Taking) -> dict[str, str]:
    """What the agent has said before anybody else."""
    said = whole.items("initial_message_sequence")
    first = Taking(said[0] if said else {}, "initial_message_sequence.0")
    text = first.text("content") if first.text("role") == "assistant" else ""
    first.passed("type")
    others = said[1:] if text else said
    whole.remarks += first.rest() if text else []
    whole.remarks += [Remark("left_out", "initial_message_sequence", "unknown_part")] if others else []
    return {"first_message": text} if text.strip() else {}


def _memory(whole: Taking) -> dict[str, Any]:
    """The blocks; servers give them back inside the memory."""
    held = whole.anything("memory")
    inside = whole.inside("memory") if isinstance(held, Mapping) else Taking({}, "memory")
    holder, key = (whole, "memory_blocks") if whole.anything("memory_blocks") else (inside, "blocks")
    if not holder.anything(key):
        holder, key = whole, "blocks"
    found = [block for place, data in enumerate(holder.items(key)) for block in _block(holder, key, place, data)]
    inside.passed("prompt_template", "agent_type", "file_blocks", "git_enabled")
    whole.remarks += inside.rest()
    return {"memory": {"architecture": ARCHITECTURE, "blocks": found}} if found else {}


def _block(holder: Taking, key: str, place: int, data: Any) -> list[dict[str, Any]]:
    told = Taking(data, f"{holder.place(key)}.{place}")
    texts = {name: told.text(name) for name in ("label", "value", "description")}
    limit = told.anything("limit")
    told.passed("id", "created_by_id", "last_updated_by_id", "is_template", "hidden", "read_only", "metadata", "tags")
    holder.remarks += told.rest()
    if not texts["label"] and not texts["value"]:
        return []
    said = {"description": texts["description"], "limit": limit if type(limit) is int else None}
    return [{"label": texts["label"], "value": texts["value"], **{key: one for key, one in said.items() if one}}]


def _model(whole: Taking, settings: Taking) -> dict[str, Any]:
    provider, slash, name = whole.text("model").partition("/")
    settings.passed("provider_type")
    told = numbers(settings, _SETTINGS)
    return model(name if slash else provider, told, _OURS.get(provider, provider) if slash else "")


def _tools(whole: Taking, told: Any) -> list[dict[str, Any]]:
    """Tools that are only named; servers give whole tools back, of which the code is left where it is."""
    own, found = _names_there(told), list[dict[str, Any]]()
    for place, said in enumerate(whole.items("tools")):
        where = f"tools.{place}"
        name = said if isinstance(said, str) else said.get("name") if isinstance(said, Mapping) else None
        if not isinstance(name, str) or not name.strip():
            whole.remarks.append(Remark("left_out", where, "wrong_kind"))
        elif name not in own:
            found.append({"name": name, "parameters": {}})
            whole.remarks.append(Remark("rewritten", where, "tool_named", {"tool": name[:80]}))
        if isinstance(said, Mapping) and said.get("source_code"):
            whole.remarks.append(Remark("refused", f"{where}.source_code", "runs_code"))
    return found


def _names_there(tools: Any) -> set[str]:
    """By what names an export names these tools."""
    if not tools:
        return set()
    prompts = [Prompt(prompt_type=kind, content="a", placeholders={}) for kind in ("system", "user")]
    known = [Tool.model_validate(tool) for tool in tools]
    config = AgentConfig(name="a", description="a", return_type="unstructured", prompts=prompts, tools=known)
    return set(names(toolbox(config, TITLE, BUILT_IN)))
