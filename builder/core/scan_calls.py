"""Python source that runs other code or programs: by name, by alias, by import, by ways around the names."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from builder.core.problem import Problem

_RUNS_TEXT = "Write out what should happen; for data use json.loads or ast.literal_eval."
_RUNS_PROGRAMS = "Use a library of Python, or leave that part to whoever runs the agent."
_ROUNDABOUT = "Name plainly what you use."
NAMES = {
    **dict.fromkeys(("eval", "exec"), _RUNS_TEXT),
    "compile": f"{_RUNS_TEXT} For patterns write re.compile; give a function of your own another name.",
    "__import__": "Write an import statement.",
    **dict.fromkeys(("__builtins__", "__loader__", "__spec__", "globals"), _ROUNDABOUT),
}
# Modules that run programs or foreign code, wherever they are found: also as asyncio.subprocess.
MODULES = frozenset(("subprocess", "_posixsubprocess", "pty", "ctypes", "_ctypes", "posix", "nt"))
OUTER_MODULES = frozenset(("runpy", "code", "codeop", "pdb", "bdb", "imp", "cffi", "pexpect", "commands", "popen2"))
# Modules of which only a part is harmless: they are not handed on, so that their use can be seen.
WATCHED = frozenset(("os", "_os", "sys", "_sys", "builtins", "importlib"))
_OS = re.compile(r"system|popen\w*|exec[lv]\w*|spawn\w*|posix_spawn\w*|startfile|fork|forkpty")
_WAYS_ROUND = frozenset((
    "__subclasses__", "__globals__", "__builtins__", "__import__", "__loader__", "load_module", "exec_module",
    "__self__", "f_globals", "f_builtins", "create_subprocess_exec", "create_subprocess_shell", "subprocess_exec",
    "subprocess_shell",
))  # fmt: skip
# Functions that run text or foreign data.
_RUNNING = frozenset((
    "pickle.load", "pickle.loads", "pickle.Unpickler", "_pickle.load", "_pickle.loads", "_pickle.Unpickler",
    "marshal.load", "marshal.loads", "timeit.timeit", "timeit.repeat", "timeit.Timer", "timeit.main", "webbrowser.get",
    "webbrowser.register", "cProfile.run", "cProfile.runctx", "profile.run", "profile.runctx",
))  # fmt: skip
_LONGEST_CHAIN = 20
_MOST_MEANINGS = 10
_MANY = "?many"  # stands for a name with more meanings than are followed
Bound = Mapping[str, set[str]]


def forbidden(tree: ast.Module) -> Iterator[Problem]:
    """Problems, each with its line."""
    nodes = list(ast.walk(tree))
    bound = _bound(nodes)
    held = _held(nodes)
    for node in nodes:
        match node:
            case ast.Import(names):
                yield from _told(node, (path for alias in names if (path := _bad_module(alias.name))))
            case ast.ImportFrom():
                yield from _told(node, _bad_imports(node))
            case ast.Name(name, ast.Load()) if name in NAMES:
                yield _problem(node, name, NAMES[name])
            case ast.Attribute(_, name) if name in _WAYS_ROUND:
                yield _problem(node, name, _ROUNDABOUT)
            case ast.Subscript(_, ast.Constant(str() as name)) if name in _WAYS_ROUND:
                yield _problem(node, name, _ROUNDABOUT)
        if isinstance(node, ast.Call):
            yield from _bad_call(node, bound)
        if isinstance(node, ast.Name | ast.Attribute | ast.Call):
            bad = (path for chain in _chains(node, bound) if (path := _bad_path(chain, whole=id(node) not in held)))
            yield from _told(node, bad)


def _bound(nodes: list[ast.AST]) -> Bound:
    """Name -> the dotted paths it may stand for: by import, and by assignments that hand an import on."""
    bound: dict[str, set[str]] = defaultdict(set)
    handed: list[tuple[str, ast.expr]] = []
    for node in nodes:
        match node:
            case ast.Import(names):
                for alias in names:
                    top = alias.name.partition(".")[0]
                    _mean(bound[alias.asname or top], alias.name if alias.asname else top)
            case ast.ImportFrom(module, names):
                for alias in names:
                    _mean(bound[alias.asname or alias.name], f"{module or '.'}.{alias.name}")
            case ast.Assign([ast.Name(name)], value) | ast.NamedExpr(ast.Name(name), value):
                handed.append((name, value))
            case ast.AnnAssign(ast.Name(name), _, ast.expr() as value):
                handed.append((name, value))
    for _ in range(5):
        for name, value in handed:
            if isinstance(value, ast.Name | ast.Attribute) and len(bound[name]) <= _MOST_MEANINGS:
                for chain in _chains(value, bound):
                    if chain.startswith(_MANY) or not chain.startswith("?"):
                        _mean(bound[name], chain)
    return bound


def _mean(meanings: set[str], path: str) -> None:
    if path in meanings or _MANY in meanings:
        return
    meanings.add(_MANY if path.startswith(_MANY) or len(meanings) >= _MOST_MEANINGS else path)


def _held(nodes: list[ast.AST]) -> set[int]:
    """Nodes of which only a part is used: the `os` in `os.path`."""
    held = set[int]()
    for node in nodes:
        match node:
            case ast.Attribute(value):
                held.add(id(value))
            case ast.Call(ast.Name("getattr" | "hasattr"), [value, ast.Constant(str()), *_]):
                held.add(id(value))
            case ast.Call(func, [ast.Constant(str()), *_]):  # import_module("json") is looked at by `_bad_call`
                held.add(id(func))
    return held


def _chains(node: ast.AST, bound: Bound) -> set[str]:
    """The dotted paths that an expression may stand for, `?` where its root is no import."""
    parts: list[str] = []
    while len(parts) < _LONGEST_CHAIN:
        match node:
            case ast.Attribute(value, name):
                parts.append(name)
                node = value
            case ast.Call(ast.Name("getattr"), [value, ast.Constant(str() as name), *_]):
                parts.append(name)
                node = value
            case ast.NamedExpr(_, value):
                node = value
            case _:
                break
    roots = bound.get(node.id) if isinstance(node, ast.Name) else None
    rest = "".join(f".{part}" for part in reversed(parts))
    return {f"{root}{rest}" for root in roots or ("?",)} if rest or roots else set()


def _bad_path(path: str, *, whole: bool) -> str | None:
    """What is bad about it, if anything. `whole`: the value itself is used, not only a part of it."""
    parts = path.split(".")
    for module, name in pairwise(parts):
        if module in ("os", "_os") and _OS.fullmatch(name):
            return f"os.{name}"
        if module == "sys" and name in ("modules", "_getframe", "_current_frames"):
            return f"sys.{name}"
        if module == "builtins" and name in NAMES:
            return name
    if path.startswith(_MANY):
        return "a name with very many meanings"
    if ".".join(parts[:2]) in _RUNNING:
        return ".".join(parts[:2])
    if path.startswith("?"):
        return "a very long chain of names" if len(parts) > _LONGEST_CHAIN else None
    if bad := _bad_module(path):
        return bad
    if parts[-1] in ("__dict__", "__getattribute__"):
        return f"{path} (the names of a module by other means)"
    if whole and (parts[-1] in WATCHED or path == "importlib.import_module"):
        return f"{path} handed on, so that nobody sees what is used of it"
    return None


def _bad_module(path: str) -> str | None:
    parts = path.split(".")
    if parts[0] in OUTER_MODULES:
        return parts[0]
    return next((part for part in parts if part in MODULES), None)


def _bad_imports(node: ast.ImportFrom) -> Iterator[str]:
    module = node.module or "."
    for alias in node.names:
        path = f"{module}.{alias.name}"
        if alias.name == "*" and module in WATCHED:
            yield f"everything of {module}"
        elif alias.name in _WAYS_ROUND:
            yield alias.name
        elif bad := _bad_path(path, whole=False):
            yield bad


def _bad_call(node: ast.Call, bound: Bound) -> Iterator[Problem]:
    """Calls that find a name while they run."""
    match node:
        case ast.Call(ast.Name("getattr"), [value, sought, *_]) if not isinstance(sought, ast.Constant):
            if any(not chain.startswith("?") for chain in _chains(value, bound)):
                yield _problem(node, "getattr of a module with a name that is made up on the way", _ROUNDABOUT)
        case ast.Call(ast.Name("vars"), [value]) if any(
            not chain.startswith("?") for chain in _chains(value, bound)
        ):
            yield _problem(node, "vars of a module", _ROUNDABOUT)
    for argument in node.args:
        if isinstance(argument, ast.Constant) and argument.value in _WAYS_ROUND:
            yield _problem(node, str(argument.value), _ROUNDABOUT)
    if "importlib.import_module" in _chains(node.func, bound):
        first = node.args[0] if node.args else None
        name = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
        if name is None:
            yield _problem(node, "an import whose name is made up on the way", "Write an import statement.")
        elif bad := _bad_module(name) or (name if name.split(".")[-1] in WATCHED else None):
            yield _problem(node, bad, _RUNS_PROGRAMS)


def _told(node: ast.stmt | ast.expr, bad: Iterator[str]) -> Iterator[Problem]:
    return (_problem(node, what, _RUNS_PROGRAMS) for what in bad)


def _problem(node: ast.stmt | ast.expr, what: str, step: str) -> Problem:
    return Problem("forbidden_code", "content", f"{what} is not allowed in generated code.", step, line=node.lineno)
