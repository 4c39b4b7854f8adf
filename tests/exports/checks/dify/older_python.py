"""A package for Python 3.12, loaded by 3.11: its source as published, but for how it writes generic types.

3.12 brought `type X = ...`, `def f[T](...)` and `class C[T]: ...`; each says in new words what 3.11 says by an
assignment, `TypeVar` and `Generic`. Those are put in their place while a module is loaded, and nothing else is changed.
On Python 3.12 and later nothing is done.
"""

import ast
import importlib.abc
import importlib.machinery
import re
import sys
import typing
from collections.abc import Sequence
from types import CodeType, ModuleType

import typing_extensions

_NEW = re.compile(
    r"^(?P<indent>[ \t]*)(?:type (?P<alias>[A-Za-z_]\w*) = |(?P<kind>def|class) \w+(?P<opening>\[))", re.MULTILINE
)


def rewritten(source: str) -> str:
    """The source as Python 3.11 takes it."""
    variables, place = dict[str, str](), 0
    while match := _NEW.search(source, place):
        place = match.start() + 1
        if match["alias"]:
            source = f"{source[: match.start()]}{match['indent']}{match['alias']} = {source[match.end() :]}"
            continue
        start = match.start("opening")
        end = _closing(source, start)
        found = [_variable(part) for part in _parts(source[start + 1 : end])]
        for name, made in found:
            if variables.setdefault(name, made) != made:
                raise SyntaxError(f"two kinds of {name} in one module")
        rest = source[end + 1 :]
        if match["kind"] == "class":
            rest = _with_base(rest, f"__import__('typing').Generic[{', '.join(name for name, _ in found)}]")
        source = source[:start] + rest
    return _after_docstring(source, list(variables.values()))


def _closing(source: str, start: int) -> int:
    """Where the bracket that opens at `start` closes."""
    depth = 0
    for place in range(start, len(source)):
        depth += (source[place] in "[(") - (source[place] in "])")
        if depth == 0:
            return place
    raise SyntaxError("a bracket that does not close")


def _parts(text: str) -> list[str]:
    found, depth = [""], 0
    for sign in text:
        depth += (sign in "[(") - (sign in "])")
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return [part.strip() for part in found if part.strip()]


def _variable(said: str) -> tuple[str, str]:
    name, _, bound = (part.strip() for part in said.partition(":"))
    if not name.isidentifier() or bound.startswith("("):
        raise SyntaxError(f"a kind of type variable that is not known here: {said}")
    limit = f", bound={bound!r}" if bound else ""
    return name, f"{name} = __import__('typing').TypeVar({name!r}{limit})"


def _with_base(rest: str, base: str) -> str:
    if not rest.startswith("("):
        return f"({base}){rest}"
    end = _closing(rest, 0)
    return f"({rest[1:end].rstrip().rstrip(',')}, {base}{rest[end:]}"


def _after_docstring(source: str, lines: list[str]) -> str:
    if not lines:
        return source
    place = 0
    for node in ast.parse(source).body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_text and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            break
        place = node.end_lineno or 0
    whole = source.split("\n")
    return "\n".join([*whole[:place], *lines, *whole[place:]])


class _Loader(importlib.machinery.SourceFileLoader):
    def source_to_code(self, data: typing.Any, path: typing.Any, *, _optimize: int = -1) -> CodeType:
        code: CodeType = super().source_to_code(rewritten(data.decode()), path)
        return code


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.split(".")[0] != self.package:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec and spec.origin and spec.origin.endswith(".py"):
            spec.loader = _Loader(name, spec.origin)
        return spec


def load_rewritten(package: str) -> None:
    """From here on the package's modules are rewritten when they are imported."""
    if sys.version_info >= (3, 12):
        return
    typing.override = typing_extensions.override  # type: ignore[attr-defined, unused-ignore]
    typing.TypedDict = typing_extensions.TypedDict  # type: ignore[assignment, unused-ignore]
    sys.meta_path.insert(0, _Finder(package))
