"""Values and texts of a Python tree, put together without running it: what only a run would tell is a gap in a text."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from builder.importers.prompts import Parts
from builder.importers.python_tree import Program, last_name

LONGEST = 200_000  # characters of a text that is put together
DEEPEST = 60
MOST_LOOKED_AT = 40  # parts of what fills a gap
MOST_STEPS = 20_000  # names may stand for others twice, and these again
_OPEN, _CLOSE = "\ue000", "\ue001"  # around the name of a gap, while texts are put together
_GAP = re.compile(f"{_OPEN}(?P<name>[^{_OPEN}{_CLOSE}]*+){_CLOSE}")
_MARKS = re.compile(f"[{_OPEN}{_CLOSE}]")
_FORMATTED = re.compile(r"\{\{|\}\}|\{(?P<name>[A-Za-z_]\w*+)?+(?P<more>[^{}]*+)\}")
_PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[sdrf]|%%")
_PLAIN: Mapping[str, Callable[[str], str]] = {"strip": str.strip, "lstrip": str.lstrip, "rstrip": str.rstrip}
_WRAPS: Mapping[str, Callable[[str], str]] = {"dedent": textwrap.dedent, "cleandoc": inspect.cleandoc, "str": str}


class Unknown(Exception):
    """Only a run of the program would tell; or it is too much."""


class Values:
    """Of one program. `local`: names within a function, which hide those of the program."""

    def __init__(self, program: Program, local: Mapping[str, ast.expr] | None = None) -> None:
        self._names = {**program.names, **(local or {})}
        self._texts = dict[str, str]()
        self._open = set[str]()
        self._steps = 0

    def parts(self, node: ast.expr) -> Parts:
        """The text with its gaps, as prompts take it. Raises Unknown where nothing of it is a text."""
        text = self._marked(node, 0)
        found, end = list[tuple[bool, str]](), 0
        for match in _GAP.finditer(text):
            found += [(False, text[end : match.start()]), (True, match["name"])]
            end = match.end()
        return [part for part in (*found, (False, text[end:])) if part[1]]

    def text(self, node: ast.expr | None) -> str:
        """A text without gaps; "" where it is none."""
        try:
            found = self.parts(node) if node is not None else []
        except Unknown:
            return ""
        return "" if any(is_gap for is_gap, _ in found) else "".join(text for _, text in found)

    def constant(self, node: ast.expr | None, depth: int = 0) -> Any:
        """A plain value. Raises Unknown."""
        self._step(depth)
        match node:
            case ast.Constant(value=value) if value is None or isinstance(value, str | int | float | bool):
                return value
            case ast.Name(id=name) if name in self._names and name not in self._open:
                return self._looked_up(name, depth)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return [self.constant(item, depth + 1) for item in items]
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                return {str(self.constant(key, depth + 1)): self.constant(value, depth + 1) for key, value in pairs}
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return -value
        text = self.text(node) if isinstance(node, ast.expr) else ""
        if not text:
            raise Unknown
        return text

    def _step(self, depth: int) -> None:
        self._steps += 1
        if depth > DEEPEST or self._steps > MOST_STEPS:
            raise Unknown

    def _looked_up(self, name: str, depth: int) -> Any:
        self._open.add(name)
        try:
            return self.constant(self._names[name], depth + 1)
        finally:
            self._open.discard(name)

    def _marked(self, node: ast.expr, depth: int) -> str:
        self._step(depth)
        found = self._joined(node, depth + 1)
        if len(found) > LONGEST:
            raise Unknown
        return found

    def _joined(self, node: ast.expr, depth: int) -> str:
        match node:
            case ast.Constant(value=str() as text):
                return _MARKS.sub("", text)
            case ast.JoinedStr(values=pieces):
                return self._all(pieces, "", depth)
            case ast.FormattedValue(value=value):
                return self._filled(value, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._sum(left, right, depth)
            case ast.BinOp(left=left, op=ast.Mod(), right=right):
                return _percent(self._marked(left, depth), right)
            case ast.Name(id=name):
                return self._named(name, depth)
            case ast.Call():
                return self._called(node, depth)
        raise Unknown

    def _all(self, nodes: list[ast.expr], between: str, depth: int) -> str:
        found, length = list[str](), 0
        for node in nodes:
            found.append(self._filled(node, depth))
            length += len(found[-1])
            if length > LONGEST:
                raise Unknown
        return between.join(found)

    def _filled(self, node: ast.expr, depth: int) -> str:
        """What stands in a gap of a text: its text where it is one, else the gap."""
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return str(node.value)
        try:
            return self._marked(node, depth)
        except Unknown:
            return f"{_OPEN}{self._gap(node)}{_CLOSE}"

    def _sum(self, left: ast.expr, right: ast.expr, depth: int) -> str:
        """Of a long sum from its first part on, without going down into each."""
        pieces = [right]
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
            pieces.append(left.right)
            left = left.left
        return self._all([left, *reversed(pieces)], "", depth)

    def _named(self, name: str, depth: int) -> str:
        if name in self._texts:
            return self._texts[name]
        if name not in self._names or name in self._open:
            raise Unknown
        self._open.add(name)
        try:
            self._texts[name] = self._marked(self._names[name], depth)
        finally:
            self._open.discard(name)
        return self._texts[name]

    def _called(self, node: ast.Call, depth: int) -> str:
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = last_name(node.func)
        if name in _WRAPS and len(node.args) == 1 and not node.keywords:
            return _WRAPS[name](self._marked(node.args[0], depth))
        if not isinstance(node.func, ast.Attribute):
            raise Unknown
        if method in _PLAIN and not node.args:
            return _PLAIN[method](self._marked(node.func.value, depth))
        if method == "format":
            return _formatted(self._marked(node.func.value, depth), node.args)
        if method == "join" and len(node.args) == 1 and isinstance(node.args[0], ast.List | ast.Tuple):
            return self._all(node.args[0].elts, self._marked(node.func.value, depth), depth)
        raise Unknown

    def _gap(self, node: ast.expr) -> str:
        """A name for what stands there."""
        looked_at = list(islice(ast.walk(node), MOST_LOOKED_AT))
        methods = [inner.func for inner in looked_at if isinstance(inner, ast.Call)]
        for inner in looked_at:
            match inner:
                case ast.Subscript(slice=ast.Constant(value=str() as name)) if name.isidentifier():
                    return name
                case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str() as name), *_]):
                    return name if name.isidentifier() else "value"
                case ast.Attribute(attr=name) if inner not in methods:
                    return name
                case ast.Name(id=name):
                    return name
        return "value"


def _formatted(text: str, given: list[ast.expr]) -> str:
    """What `format` would fill: named gaps by their names, others in their order."""
    names = iter([last_name(node) or "value" for node in given])

    def gap(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        return f"{_OPEN}{match['name'] or next(names, 'value')}{_CLOSE}"

    return _FORMATTED.sub(gap, text)


def _percent(text: str, given: ast.expr) -> str:
    names = iter([last_name(node) or "value" for node in (given.elts if isinstance(given, ast.Tuple) else [given])])

    def gap(match: re.Match[str]) -> str:
        return "%" if match[0] == "%%" else f"{_OPEN}{match['name'] or next(names, 'value')}{_CLOSE}"

    return _PERCENT.sub(gap, text)
