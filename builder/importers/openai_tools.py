"""The tools of an agent of the OpenAI Agents SDK: which ones it names. What they do is code and stays where it is."""

import ast
import inspect
from collections.abc import Mapping
from typing import Any

from builder.core.name import snake
from builder.importers.python_read import parameters_of
from builder.importers.python_tree import Program, last_name
from builder.importers.python_values import Unknown, Values
from builder.importers.remarks import Remark
from builder.importers.taking import without_keys

_DECORATORS = ("function_tool",)
_HOSTED: Mapping[str, str] = {"WebSearchTool": "web_search", "FileSearchTool": "file_search"}
_ELSEWHERE = ("vector_store_ids", "container", "environment")
Tools = tuple[list[dict[str, Any]], list[Remark]]


class ToolReader:
    def __init__(self, program: Program, values: Values) -> None:
        self._program, self._values = program, values
        self.remarks: list[Remark] = []

    def tools(self, node: ast.expr | None, where: str) -> list[dict[str, Any]]:
        """Those of a list; one that cannot be told without a run has a remark."""
        node = self._stands_for(node)
        lists = [node] if node is not None else []
        while lists and isinstance(lists[-1], ast.BinOp) and isinstance(lists[-1].op, ast.Add):
            whole = lists.pop()
            lists += [whole.right, whole.left] if isinstance(whole, ast.BinOp) else []
        found = list[dict[str, Any]]()
        for one in map(self._stands_for, reversed(lists)):
            if isinstance(one, ast.List | ast.Tuple):
                tools = [self._tool(item, f"{where}.{len(found) + place}") for place, item in enumerate(one.elts)]
                found += [tool for tool in tools if tool is not None]
            else:
                self.remarks.append(Remark("refused", where, "runs_code"))
        return found

    def _stands_for(self, node: ast.expr | None) -> ast.expr | None:
        for _ in range(8):
            if not isinstance(node, ast.Name) or node.id not in self._program.names:
                break
            node = self._program.names[node.id]
        return node

    def _tool(self, node: ast.expr, where: str) -> dict[str, Any] | None:
        name = last_name(node)
        if name in self._program.functions:
            return self._function(name, where)
        call = self._stands_for(node)
        if isinstance(call, ast.Call):
            return self._called(call, where)
        if name:  # imported from elsewhere
            return self._named(name, {}, where)
        self.remarks.append(Remark("refused", where, "runs_code"))
        return None

    def _named(self, name: str, parameters: dict[str, Any], where: str) -> dict[str, Any]:
        self.remarks.append(Remark("rewritten", where, "tool_named", {"tool": name[:80]}))
        return {"name": name, "parameters": parameters}

    def _function(self, name: str, where: str) -> dict[str, Any]:
        function = self._program.functions[name]
        said = {"name_override": "", "description_override": ""}
        for decorator in function.decorator_list:
            for keyword in decorator.keywords if isinstance(decorator, ast.Call) else []:
                if keyword.arg in said:
                    said[keyword.arg] = self._values.text(keyword.value)
        parameters = parameters_of(function)
        about = said["description_override"] or inspect.cleandoc(str(parameters.get("description", "")))
        parameters = {**parameters, "description": about} if about else parameters
        return self._named(said["name_override"] or name, parameters, where)

    def _called(self, call: ast.Call, where: str) -> dict[str, Any] | None:
        kind = last_name(call.func)
        given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        if kind == "HostedMCPTool":
            return self._server(given.get("tool_config"), where)
        if kind == "as_tool":
            return self._agent(call, given, where)
        if kind in _DECORATORS and call.args:
            return self._tool(call.args[0], where)
        if kind == "FunctionTool":
            about = self._values.text(given.get("description"))
            schema = {"type": "object", "description": about, "properties": {}} if about else {}
            return self._named(self._values.text(given.get("name")) or "tool", schema, where)
        if kind.endswith("Tool"):
            away = [key for key in _ELSEWHERE if key in given]
            self.remarks += [Remark("refused", f"{where}.{key}", "reads_elsewhere") for key in away]
            rest = [key for key in given if key not in _ELSEWHERE]
            self.remarks += [Remark("left_out", f"{where}.{key}"[:200], "unknown_part") for key in rest]
            return self._named(_HOSTED.get(kind, snake(kind.removesuffix("Tool"))), {}, where)
        self.remarks.append(Remark("refused", where, "runs_code"))
        return None

    def _agent(self, call: ast.Call, given: Mapping[str, ast.expr], where: str) -> dict[str, Any]:
        """Another agent that is called as a tool."""
        of = last_name(call.func.value) if isinstance(call.func, ast.Attribute) else ""
        about = self._values.text(given.get("tool_description"))
        schema = {"type": "object", "description": about, "properties": {"input": {"type": "string"}}}
        return self._named(self._values.text(given.get("tool_name")) or of or "agent", schema if about else {}, where)

    def _server(self, node: ast.expr | None, where: str) -> dict[str, Any] | None:
        """A tool server at an address, without its keys."""
        try:
            config = self._values.constant(node)
        except Unknown:
            config = self._known_entries(node)
        if not isinstance(config, dict):
            self.remarks.append(Remark("refused", where, "runs_code"))
            return None
        kept, told = without_keys(config, where)
        self.remarks += told
        renamed = {"server_label": "name", "server_url": "url", "allowed_tools": "tools"}
        mcp = {new: kept[old] for old, new in renamed.items() if kept.get(old)}
        left = [key for key in kept if key not in renamed and key != "type"]
        self.remarks += [Remark("left_out", f"{where}.{key}"[:200], "unknown_part") for key in left]
        return {"mcp": mcp} if mcp else None

    def _known_entries(self, node: ast.expr | None) -> dict[str, Any] | None:
        """The plain entries of an object of which others can only be told by a run, such as a key from outside."""
        node = self._stands_for(node)
        if not isinstance(node, ast.Dict):
            return None
        found = dict[str, Any]()
        for key, value in zip(node.keys, node.values, strict=True):
            name = self._values.text(key)
            try:
                found[name] = self._values.constant(value)
            except Unknown:
                found[name] = ""  # it is left out by its name, or has no place
        return found
