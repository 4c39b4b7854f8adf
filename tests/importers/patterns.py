"""Every pattern by which texts from elsewhere are searched, and texts that are the worst for each of them."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from builder import importers
from builder.core import placeholders

_USES = frozenset(("compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"))
_OF_ALL = (*" \t\nax0A_-.#:/*{}[]()\"'`,<>=$@|é", "a ", "a.", "- ", "{{", "a\n", "a:", "\n ", "---\n")
_PIECE = re.compile(r"(?:\\[^\w\s]|[^\w\s\\\[\](){}?*+|^$.])+|[A-Za-z]{2,}")
_BEGINNINGS = ("//", "/*", "{", "{{", "[", '"', "---\n", "#", "a:")
_AGAIN = (" ", "\t", "\n", "a", "-", "a-", "#", "\\")


def modules() -> Iterator[ModuleType]:
    yield placeholders
    for found in pkgutil.iter_modules(importers.__path__, f"{importers.__name__}."):
        yield importlib.import_module(found.name)


def patterns() -> dict[str, re.Pattern[str]]:
    """By module and source: those that a module holds, and those that stand within its functions."""
    found = dict[str, re.Pattern[str]]()
    for module in modules():
        held = [value for value in vars(module).values() if isinstance(value, re.Pattern)]
        tree = ast.parse(Path(str(module.__file__)).read_text())
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args and _is_use(node.func)]
        written = [node.args[0].value for node in calls if isinstance(node.args[0], ast.Constant)]
        compiled = {one.pattern for one in held}
        held += [re.compile(one) for one in written if isinstance(one, str) and one not in compiled]
        found |= {f"{module.__name__} {one.pattern}": one for one in held}
    return found


def _is_use(function: ast.expr) -> bool:
    is_named = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
    return is_named and function.value.id == "re" and function.attr in _USES


def pieces(pattern: re.Pattern[str]) -> set[str]:
    """What texts for it are made of: signs of all kinds, and the words and signs that stand in it."""
    own = {re.sub(r"\\(\W)", r"\1", piece) for piece in _PIECE.findall(pattern.pattern)}
    return {*_OF_ALL, *own, *(sign for piece in own for sign in piece)}


def repeated(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    for piece in sorted(pieces(pattern)):
        yield piece * (length // len(piece))


def begun(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """What begins well, goes on for long, and does not end well."""
    own = [piece for piece in sorted(pieces(pattern)) if len(piece) > 1]
    for beginning in {*_BEGINNINGS, *own}:
        for piece in _AGAIN:
            yield beginning + piece * (length // len(piece)) + "\0"
