"""A Python text as a tree: read within bounds, never run. What its names stand for."""

import ast
import re
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

NOWHERE = "/dev/null/text"  # Python looks into the file of this name to show a line that is wrong: none can be there
MOST_TOKENS = 30_000  # a token takes up to a kilobyte in a tree
_ONE_BY_ONE = threading.Lock()  # what is done about warnings holds for all threads
_UNREADABLE = (SyntaxError, ValueError, TypeError, MemoryError, RecursionError)
_TOKEN = re.compile(
    r'"""[\s\S]*?(?:"""|\Z)|\'\'\'[\s\S]*?(?:\'\'\'|\Z)|"(?:[^"\\\n]++|\\[\s\S])*+"?|\'(?:[^\'\\\n]++|\\[\s\S])*+\'?'
    r"|#[^\n]*+|\w++|[^\w\s]"
)
_FENCE = re.compile(r"```[\w-]*[ \t]*\n(?P<code>[\s\S]*?)(?:^```|\Z)", re.MULTILINE)


def tree(text: str) -> ast.Module | None:
    """None where it is no Python, or more than a person writes."""
    try:
        return None if _is_long(text) else _parsed(text)
    except _UNREADABLE:
        return None


def _is_long(text: str) -> bool:
    return next(islice(_TOKEN.finditer(text), MOST_TOKENS, None), None) is not None


def _parsed(text: str) -> ast.Module:
    with _ONE_BY_ONE, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd escapes in other people's texts
        return ast.parse(text, NOWHERE)


def flaw(text: str) -> int | None:
    """The line that is no Python; None where it is some, or too long to say."""
    try:
        if not _is_long(text):
            _parsed(text)
    except SyntaxError as error:
        return error.lineno or 1
    except _UNREADABLE:
        return 1
    return None


def unfenced(text: str) -> str:
    """The code of a text in which it stands between lines ```."""
    found = _FENCE.search(text)
    return found["code"] if found else text


@dataclass(frozen=True, slots=True)
class Program:
    """`names`: what is assigned anywhere, at the top first. `origins`: imported name -> module."""

    names: dict[str, ast.expr] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    calls: tuple[ast.Call, ...] = ()


def program(text: str) -> Program | None:
    module = tree(unfenced(text))
    if module is None:
        return None
    found, calls = Program(), list[ast.Call]()
    for statement in module.body:
        _note(statement, found)
    for node in _walked(module):
        _note(node, found)
        if isinstance(node, ast.Call):
            calls.append(node)
    return Program(found.names, found.classes, found.functions, found.origins, tuple(calls))


def _walked(module: ast.Module) -> Iterator[ast.AST]:
    """As ast.walk, but in the order of the text."""
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _note(node: ast.AST, found: Program) -> None:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if isinstance(target, ast.Name):
                    found.names.setdefault(target.id, value)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            found.names.setdefault(name, value)
        case ast.ClassDef(name=name):
            found.classes.setdefault(name, node)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            found.functions.setdefault(name, node)
        case ast.ImportFrom(module=module, names=aliases):
            for alias in aliases:
                found.origins.setdefault(alias.asname or alias.name, f"{module or ''}.{alias.name}")
        case ast.Import(names=aliases):
            for alias in aliases:
                found.origins.setdefault(alias.asname or alias.name.split(".")[0], alias.name)


def last_name(node: ast.AST | None) -> str:
    """`Agent` of `agents.Agent[Context]`; "" of what has no name."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
