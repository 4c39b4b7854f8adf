"""Secrets in Python source: what has the shape of one anywhere, and long random texts under a telling name."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from builder.core.problem import Problem
from builder.core.secret_shapes import PASSWORD_IN_ADDRESS, SHAPES, is_only_words, is_secret, is_stand_in

_STEP = "Take it out and read it from the environment, for example os.environ['API_KEY']; give the key a new value."
_SHAPES = {what: re.compile(shape) for what, shape in SHAPES.items()}
_ADDRESS = re.compile(PASSWORD_IN_ADDRESS)
MOST_NAMES = 20  # that one value is looked at under: `a = b = ... = "..."`


def secrets(source: str, tree: ast.Module) -> Iterator[Problem]:
    """Problems, each with its line. Comments are looked at, too: a secret there is told as well."""
    starts = _Lines(source)
    for what, at in _shapes_in(source):
        yield _problem(starts.line(at), what)
    texts = _texts(tree)
    for value, text in texts.values():  # the source may not show it: put together from parts, or written in codes
        yield from (_problem(value.lineno, what) for what, _ in _shapes_in(text))
    judged = Counter[int]()
    for node in ast.walk(tree):
        for name, value in _named(node):
            if id(value) in texts and judged[id(value)] < MOST_NAMES:
                judged[id(value)] += 1
                if is_secret(name, texts[id(value)][1]):
                    yield _problem(value.lineno, f"a secret under the name “{name[:64]}”")


def _texts(tree: ast.Module) -> dict[int, tuple[ast.expr, str]]:
    """Literal texts by the id of their node, the outermost of those that are added up."""
    found: dict[int, tuple[ast.expr, str]] = {}
    inner = set[int]()
    for node in ast.walk(tree):  # what is around comes before what is inside
        if isinstance(node, ast.Constant | ast.BinOp | ast.JoinedStr) and id(node) not in inner:
            text = _text(node, inner)
            if text is not None:
                found[id(node)] = (node, text)
    return found


def _shapes_in(text: str) -> Iterator[tuple[str, int]]:
    for what, shape in _SHAPES.items():
        for found in shape.finditer(text):
            if not is_only_words(what, found[0]):
                yield what, found.start()
    for found in _ADDRESS.finditer(text):
        if not is_stand_in(found[0].partition(":")[2]):
            yield "a password in an address", found.start()


def _named(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names, and what is put under them by this node."""
    match node:
        case ast.Assign(targets, value):
            for target in targets:
                yield from _pairs(target, value)
        case ast.AnnAssign(target, _, ast.expr() as value) | ast.NamedExpr(target, value):
            yield from _pairs(target, value)
        case ast.keyword(str() as name, value):
            yield name, value
        case ast.Dict(keys, values):
            named = zip(keys, values, strict=True)
            yield from ((str(key.value), value) for key, value in named if isinstance(key, ast.Constant))
        case ast.arguments():
            placed = [*node.posonlyargs, *node.args][-len(node.defaults) :] if node.defaults else []
            pairs = [*zip(placed, node.defaults, strict=True), *zip(node.kwonlyargs, node.kw_defaults, strict=True)]
            yield from ((arg.arg, value) for arg, value in pairs if value)
        case ast.Call(_, [ast.Constant(str() as name), value]):  # setdefault("API_KEY", "...")
            yield name, value
        case ast.Tuple([ast.Constant(str() as name), value]):  # ("Authorization", "Bearer ...")
            yield name, value
        case ast.Compare(ast.expr() as left, _, [value]):  # if token == "...":
            yield from _pairs(left, value)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match target, value:
        case ast.Name(name), _:
            yield name, value
        case ast.Attribute(_, name), _:
            yield name, value
        case ast.Subscript(_, ast.Constant(str() as name)), _:
            yield name, value
        case ast.Tuple(targets) | ast.List(targets), ast.Tuple(values) | ast.List(values):
            simple = (ast.Name, ast.Attribute, ast.Subscript)
            for one, given in zip(targets, values, strict=False):
                if isinstance(one, simple):
                    yield from _pairs(one, given)


def _text(value: ast.expr, inner: set[int]) -> str | None:
    """The text of a literal, also of one that is added up from literals; None for anything else.

    What it is made of is noted in `inner`. In an f-string a blank stands for what is only known while it runs.
    """
    parts: list[str] = []
    waiting = [value]
    while waiting:
        part = waiting.pop()
        inner.add(id(part))
        match part:
            case ast.Constant(str() as text):
                parts.append(text)
            case ast.Constant(bytes() as raw):
                parts.append(raw.decode("latin-1"))
            case ast.BinOp(left, ast.Add(), right):
                waiting.extend((right, left))
            case ast.JoinedStr(values):
                waiting.extend(reversed(values))
            case ast.FormattedValue(ast.Constant() as inside):
                waiting.append(inside)
            case ast.FormattedValue():
                parts.append(" ")
            case _:
                return None
    return "".join(parts)


class _Lines:
    """Lines of places in a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at, self._line = 0, 1

    def line(self, at: int) -> int:
        if at < self._at:
            self._at, self._line = 0, 1
        self._line += self._text.count("\n", self._at, at)
        self._at = at
        return self._line


def _problem(line: int, what: str) -> Problem:
    return Problem("secret_in_code", "content", f"This looks like {what}.", _STEP, line=line)
