"""Source for Python 3.12 in the words of 3.11, as the check of Dify loads its engine."""

import typing

import pytest

from tests.exports.checks.dify.older_python import rewritten

NEW = '''"""A module."""

from __future__ import annotations

from collections.abc import Callable

type Name = str | None
type Pair = tuple[
    Name, Name
]


def first[T: int, U](values: list[T], other: dict[str, U]) -> T:
    type = "[not a type]"
    return values[0] if type else values[0]


class Box[T: int]:
    """A box[of T]."""

    def held[U](self, make: Callable[[T], U]) -> U:
        return make(1)


class Wide[U](
    Box[int],
):
    kind = dict[str, int]
'''


def test_it_means_the_same() -> None:
    module: dict[str, typing.Any] = {"__name__": "new"}
    exec(compile(rewritten(NEW), "new", "exec"), module)
    assert module["__doc__"] == "A module."
    assert module["Name"] == str | None
    assert module["first"]([3], {}) == 3
    assert module["Box"]().held(str) == "1"
    assert typing.get_args(module["Box"].__orig_bases__[0]) == (module["T"],)
    assert module["Wide"].__parameters__ == (module["U"],)
    assert module["T"].__bound__ == typing.ForwardRef("int")


def test_source_without_new_words_stays() -> None:
    source = "def f(x):\n    types = x\n    return types[0]\n\nclass A(dict[str, int]):\n    pass\n"
    assert rewritten(source) == source


@pytest.mark.parametrize(
    "source",
    ["def f[T: int](x: T): ...\ndef g[T: str](x: T): ...\n", "def f[*T](x: T): ...\n", "class A[T: (int, str)]: ...\n"],
)
def test_what_it_does_not_know_is_no_guess(source: str) -> None:
    with pytest.raises(SyntaxError, match="kind"):
        rewritten(source)
