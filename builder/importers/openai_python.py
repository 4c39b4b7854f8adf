"""OpenAI Agents SDK: a Python program, also as OpenAI's Agent Builder exports it. Read as a tree, never run."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from builder.importers.base import Document, Importer, Reading
from builder.importers.openai_runs import user_prompt
from builder.importers.openai_tools import ToolReader
from builder.importers.outputs import output
from builder.importers.prompts import Parts, described, named, prompts
from builder.importers.python_tree import Program, last_name, program
from builder.importers.python_types import Types
from builder.importers.python_values import Unknown, Values
from builder.importers.remarks import Remark
from builder.importers.taking import without_keys

_KINDS = ("Agent", "RealtimeAgent", "SandboxAgent")
_ORDER = ("name",)  # of what is given without a keyword
_SIGNS = frozenset(("instructions", "handoffs", "output_type", "model_settings", "handoff_description"))
_CODE = ("input_guardrails", "output_guardrails", "hooks", "tool_use_behavior", "mcp_servers", "prompt")
_READ = ("name", "instructions", "handoff_description", "model", "model_settings", "tools", "output_type", "handoffs")
_PROVIDERS = {"gemini": "google", "vertex_ai": "google"}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Which agent of a program is read."""

    variable: str
    given: Mapping[str, ast.expr]
    program: Program


class OpenAIPython(Importer):
    name = "openai_python"
    title = "OpenAI Agents SDK"
    rank = 5

    def recognises(self, document: Document) -> bool:
        return bool(_agents(document))

    def each(self, document: Document) -> tuple[Document, ...]:
        found = _agents(document)
        if len(found) == 1:
            return (replace(document, data=found[0]),)
        return tuple(replace(document, path=f"{document.path}#{one.variable}", data=one) for one in found)

    def read(self, document: Document) -> Reading:
        chosen = document.data if isinstance(document.data, _Chosen) else next(iter(_agents(document)), None)
        return _AgentReader(chosen).read() if chosen else Reading({})


def _agents(document: Document) -> list[_Chosen]:
    """The agents of a program: first those that are run, then those that hand over, then the others."""
    text = document.text
    is_program = document.data is None or document.path.lower().endswith(".py")
    if not is_program or not any(f"{kind}(" in text or f"{kind}[" in text for kind in _KINDS):
        return []
    whole = program(text)
    if whole is None:
        return []
    given = {name: call for name, node in whole.names.items() if (call := _of_agent(node, whole)) is not None}
    found = [_Chosen(name, _arguments(call, whole), whole) for name, call in given.items()]
    if not found:
        calls = [call for call in whole.calls if _is_agent(call, whole)]
        found = [_Chosen("agent", _arguments(call, whole), whole) for call in calls[:1]]
    is_sdk = _is_imported(whole) or any(_SIGNS & set(one.given) for one in found)
    return sorted(found, key=lambda one: _place(one, whole)) if is_sdk else []


def _is_imported(whole: Program) -> bool:
    return any(origin.split(".")[0] == "agents" for origin in whole.origins.values())


def _of_agent(node: ast.expr, whole: Program) -> ast.Call | None:
    return node if isinstance(node, ast.Call) and (_is_agent(node, whole) or _is_clone(node, whole)) else None


def _is_agent(call: ast.Call, whole: Program) -> bool:
    """`Agent(...)` of this SDK: other libraries have classes of that name."""
    name = last_name(call.func)
    if name not in _KINDS:
        return False
    origin = whole.origins.get(name)
    return name not in whole.classes and (origin is None or origin.split(".")[0] == "agents")


def _is_clone(call: ast.Call, whole: Program) -> bool:
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "clone":
        return False
    base = whole.names.get(last_name(func.value))
    return isinstance(base, ast.Call) and _is_agent(base, whole)


def _arguments(call: ast.Call, whole: Program) -> dict[str, ast.expr]:
    given = dict(zip(_ORDER, call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    if _is_clone(call, whole) and isinstance(call.func, ast.Attribute):
        base = whole.names[last_name(call.func.value)]
        given = {**(_arguments(base, whole) if isinstance(base, ast.Call) else {}), **given}
    return given


def _place(one: _Chosen, whole: Program) -> tuple[bool, bool]:
    is_run = any(
        last_name(call.func).startswith("run") and call.args and last_name(call.args[0]) == one.variable
        for call in whole.calls
    )
    return not is_run, "handoffs" not in one.given


class _AgentReader:
    def __init__(self, chosen: _Chosen) -> None:
        self.chosen, self.given = chosen, chosen.given
        self.values = Values(chosen.program)
        self.types = Types(chosen.program, self.values)
        self.remarks: list[Remark] = []

    def read(self) -> Reading:
        said = self.values.text(self.given.get("name")) or self.chosen.variable
        system = self._instructions()
        user = user_prompt(self.chosen.program, self.values, self.chosen.variable)
        told = prompts(system, user, where=self._at("instructions"))
        name, of_name = named(said, where=self._at("name"))
        plain = "".join(f"{{{text}}}" if is_gap else text for is_gap, text in system)
        about = self.values.text(self.given.get("handoff_description"))
        description, of_description = described(about, plain, self._at("handoff_description"))
        values = {**name, **description, **self._output(), "prompts": told.items, **self._tools(), **self._model()}
        self._rest()
        return Reading(values, (*told.remarks, *of_name, *of_description, *self.remarks))

    def _at(self, part: str) -> str:
        return f"{self.chosen.variable}.{part}"[:200]

    def _remark(self, kind: Any, part: str, code: str, **params: str) -> None:
        self.remarks.append(Remark(kind, self._at(part), code, params))

    def _instructions(self) -> Parts:
        """The text, of a function the one that it gives back last."""
        node = self.given.get("instructions")
        values = self.values
        function = self.chosen.program.functions.get(last_name(node)) if isinstance(node, ast.Name) else None
        if function is not None:
            returned = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value]
            node = returned[-1] if returned else None
            values = Values(self.chosen.program, _local(function))
            self._remark("rewritten", "instructions", "text_of_function")
            if len(returned) > 1:
                self._remark("left_out", "instructions", "only_first")
        if isinstance(node, ast.Lambda):
            node = node.body
        try:
            return values.parts(node) if node is not None else []
        except Unknown:
            self._remark("refused", "instructions", "runs_code")
            return []

    def _output(self) -> dict[str, Any]:
        node = self.given.get("output_type")
        if node is None or last_name(node) == "str" or (isinstance(node, ast.Constant) and node.value is None):
            return {"return_type": "unstructured"}
        schema = self.types.whole(node)
        for name in sorted(self.types.unread):
            self._remark("left_out", "output_type", "type_open", type=name)
        values, remarks = output(schema, self._at("output_type"))
        self.remarks += remarks
        return values

    def _tools(self) -> dict[str, Any]:
        reader = ToolReader(self.chosen.program, self.values)
        found = reader.tools(self.given.get("tools"), self._at("tools"))
        self.remarks += reader.remarks
        return {"tools": found} if found else {}

    def _model(self) -> dict[str, Any]:
        provider, name = self._model_named()
        settings = self._settings()
        found = {"provider": provider, "name": name, "settings": settings}
        return {"model": {key: value for key, value in found.items() if value}} if name or settings else {}

    def _model_named(self) -> tuple[str, str]:
        node = self.given.get("model")
        if isinstance(node, ast.Call):  # LitellmModel(model="..."), OpenAIResponsesModel(model="...", ...)
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            self.remarks += [
                Remark("refused", self._at(f"model.{key}"), "is_key" if "key" in key else "unknown_part")
                for key in given
                if key and key != "model"
            ]
            node = given.get("model")
        if node is None:
            return "", ""
        text = self.values.text(node)
        if not text:
            self._remark("refused", "model", "runs_code")
            return "", ""
        whole = text.removeprefix("litellm/").removeprefix("any-llm/")
        provider, slash, name = whole.partition("/")
        return (_PROVIDERS.get(provider, provider), name) if slash else ("openai", text)

    def _settings(self) -> dict[str, Any]:
        node = self.given.get("model_settings")
        if isinstance(node, ast.Name):
            node = self.chosen.program.names.get(node.id, node)
        if node is None:
            return {}
        found = self._entries(node, "model_settings")
        kept, told = without_keys(found, self._at("model_settings"))
        self.remarks += told
        return kept

    def _entries(self, call: ast.expr, where: str, depth: int = 0) -> dict[str, Any]:
        """What a call such as `ModelSettings(temperature=0.2, reasoning=Reasoning(effort="low"))` sets."""
        if not isinstance(call, ast.Call) or depth > 3:
            self._remark("refused", where, "runs_code")
            return {}
        found = dict[str, Any]()
        for keyword in call.keywords:
            place = f"{where}.{keyword.arg}"
            if isinstance(keyword.value, ast.Call) and keyword.arg:
                found |= {keyword.arg: inner} if (inner := self._entries(keyword.value, place, depth + 1)) else {}
                continue
            try:
                found[str(keyword.arg)] = self.values.constant(keyword.value)
            except Unknown:
                self._remark("refused", place, "runs_code")
        return {key: value for key, value in found.items() if value is not None}

    def _rest(self) -> None:
        node = self.given.get("handoffs")
        for item in node.elts if isinstance(node, ast.List | ast.Tuple) else []:
            self._remark("left_out", "handoffs", "handoff", name=self._agent_named(item)[:80] or "?")
        if node is not None and not isinstance(node, ast.List | ast.Tuple):
            self._remark("refused", "handoffs", "runs_code")
        for part in self.given:
            if part in _CODE:
                self._remark("refused", part, "runs_code")
            elif part not in _READ:
                self._remark("left_out", part, "unknown_part")


    def _agent_named(self, item: ast.expr) -> str:
        """As the agent of a handover calls itself, else as the program does."""
        whole = self.chosen.program
        if isinstance(item, ast.Call) and last_name(item.func) == "handoff":
            item = _arguments(item, whole).get("agent") or (item.args[0] if item.args else item)
        variable = last_name(item)
        call = _of_agent(whole.names.get(variable, item), whole)
        said = self.values.text(_arguments(call, whole).get("name")) if call else ""
        return said or variable


def _local(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, ast.expr]:
    found = dict[str, ast.expr]()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            found |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
    return found
