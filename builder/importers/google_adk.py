"""Google's Agent Development Kit: `root_agent.yaml`, and of the Python files beside it what is data. No code is run."""

import re
from collections.abc import Mapping
from typing import Any

from builder.importers import python_read
from builder.importers.base import Document, Importer, Reading
from builder.importers.outputs import output
from builder.importers.prompts import described, named, prompts
from builder.importers.remarks import Remark
from builder.importers.taking import Taking

_CLASSES = ("LlmAgent", "LoopAgent", "SequentialAgent", "ParallelAgent")
_SHAPE = ("name", "description", "model", "instruction", "tools", "sub_agents", "agent_class", "output_schema")
_TOOLS = {"google_search": "web_search", "url_context": "web_fetch"}
_SETTINGS = ("temperature", "top_p", "top_k", "presence_penalty", "frequency_penalty", "seed")
_CALLBACKS = tuple(f"{when}_{what}_callbacks" for what in ("agent", "model", "tool") for when in ("before", "after"))
_GAP = re.compile(r"(?<![$\\{])\{+([^{}]*)\}+")  # as the kit looks for names to fill in
_STATE = re.compile(r"(?:(?:app|user|temp):)?[A-Za-z_]\w*", re.ASCII)


class GoogleADKImporter(Importer):
    name = "google_adk"
    title = "Google ADK"
    rank = 4

    def recognises(self, document: Document) -> bool:
        data = document.data
        if not isinstance(data, Mapping):
            return False
        if data.get("agent_class") in _CLASSES:
            return True
        known = sum(key in _SHAPE for key in data)
        return isinstance(data.get("instruction"), str) and isinstance(data.get("name"), str) and known >= 3

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        reading = _Folder(document)
        told = _instruction(whole)
        texts = prompts(told, where="instruction")
        system = "".join(text for _, text in told)
        name, of_name = named(whole.anything("name"), document.path)
        description, of_description = described(whole.anything("description"), system)
        config = whole.inside("generate_content_config")
        result, of_result = reading.output(whole, config)
        tools = reading.tools(whole)
        values = {**name, **description, **result, "prompts": texts.items, **_model(whole, config)}
        _others(whole)
        remarks = [*texts.remarks, *of_name, *of_description, *of_result, *reading.remarks]
        found = {**values, **({"tools": tools} if tools else {})}
        return Reading(found, (*remarks, *whole.rest(), *config.rest()), frozenset(reading.used))


def _instruction(whole: Taking) -> list[tuple[bool, str]]:
    """The instruction cut at what the kit fills in from the state of a session."""
    text, always = whole.text("instruction"), whole.text("static_instruction")
    found, end = list[tuple[bool, str]](), 0
    for match in _GAP.finditer(text):
        said = match[1].strip()
        name = said.removesuffix("?")
        if _STATE.fullmatch(name):
            found += [(False, text[end : match.start()]), (True, name)]
            end = match.end()
            if name != said:
                whole.remarks.append(Remark("rewritten", "instruction", "template_rewritten", {"name": name}))
        elif name.startswith("artifact."):
            whole.remarks.append(Remark("rewritten", "instruction", "template_kept", {"text": match[0][:80]}))
    parts = [*found, (False, text[end:])]
    return [part for part in ((False, f"{always}\n\n" if always else ""), *parts) if part[1]]


def _model(whole: Taking, config: Taking) -> dict[str, Any]:
    name = whole.text("model")
    provider = "google" if name else ""
    settings = {key: config.anything(key) for key in _SETTINGS}
    settings["max_tokens"] = config.anything("max_output_tokens")
    numbers = {key: value for key, value in settings.items() if isinstance(value, int | float)}
    found = {key: value for key, value in {"provider": provider, "name": name, "settings": numbers}.items() if value}
    return {"model": found} if found else {}


def _others(whole: Taking) -> None:
    """Parts that are code, lead to other agents, or only matter to the kit."""
    whole.refuse("runs_code", "model_code", *_CALLBACKS)
    if whole.anything("agent_class") in (None, "LlmAgent"):
        whole.passed("agent_class")
    else:
        whole.remarks.append(Remark("left_out", "agent_class", "unknown_part"))
    if whole.anything("output_key") not in (None, "", "result"):
        whole.remarks.append(Remark("left_out", "output_key", "unknown_part"))
    for place, agent in enumerate(whole.items("sub_agents")):
        code = "reads_elsewhere" if isinstance(agent, Mapping) and "config_path" in agent else "runs_code"
        whole.remarks.append(Remark("refused", f"sub_agents.{place}", code))


class _Folder:
    """The Python files beside the agent, of which data and signatures are read."""

    def __init__(self, document: Document) -> None:
        self.others = document.others
        folder = document.path.rpartition("/")[0]
        own = f"{folder}/__init__.py" if folder else "__init__.py"
        self.used = {own} & set(document.others)
        self.remarks: list[Remark] = []

    def output(self, whole: Taking, config: Taking) -> tuple[dict[str, Any], tuple[Remark, ...]]:
        said = whole.mapping("output_schema")
        config.passed("response_mime_type")
        inline = config.mapping("response_json_schema") or config.mapping("response_schema")
        if "name" in said and "type" not in said:
            return output(self._constant(said["name"]), "output_schema")
        return output(said or inline, "output_schema")

    def _constant(self, reference: Any) -> Any:
        text, name = self._module(reference, "output_schema")
        found = python_read.constant(text, name)
        if text and not isinstance(found, Mapping):
            self.remarks.append(Remark("refused", "output_schema", "runs_code"))
        return found if isinstance(found, Mapping) else None

    def _module(self, reference: Any, where: str) -> tuple[str, str]:
        """The text of the module that a dotted name leads to, and the last name; ("", …) when it did not come along."""
        module, _, name = reference.rpartition(".") if isinstance(reference, str) else ("", "", "")
        wanted = module.strip(".").replace(".", "/") + ".py"
        path = python_read.find(self.others, wanted) if module else ""
        if not path:
            self.remarks.append(Remark("left_out", where, "file_missing", {"file": wanted[:200]}))
            return "", name
        self.used.add(path)
        return self.others[path], name

    def tools(self, whole: Taking) -> list[dict[str, Any]]:
        found = list[dict[str, Any]]()
        for place, said in enumerate(whole.items("tools")):
            tool = Taking(said, f"tools.{place}")
            name = tool.text("name").strip()
            tool.refuse("runs_code", "args")
            self.remarks += tool.rest()
            if not name:
                self.remarks.append(Remark("left_out", f"tools.{place}", "wrong_kind"))
            elif name.rpartition(".")[2][:1].isupper():  # a class, which is nothing without its arguments
                self.remarks.append(Remark("left_out", f"tools.{place}", "unknown_part"))
            else:
                found.append(self._tool(name, f"tools.{place}"))
        return found

    def _tool(self, name: str, where: str) -> dict[str, Any]:
        if name in _TOOLS:
            return {"name": _TOOLS[name], "parameters": {}}
        own = name.rpartition(".")[2]
        self.remarks.append(Remark("left_out", where, "tool_named", {"tool": own[:80]}))
        text = self._module(name, where)[0] if "." in name else ""
        return {"name": own, "parameters": python_read.parameters(text, own) or {}}
