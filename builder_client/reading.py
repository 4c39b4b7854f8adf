"""JSON as typed values: strict about what the values need, blind for what they do not know."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


class Unreadable(ValueError):
    """The value is of another shape; says where."""


def parsed(body: bytes) -> Any:
    """The JSON of an answer, whatever it holds."""
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Unreadable("it is not valid JSON") from None


def read(kind: type[T], value: Any) -> T:
    """The value as a `kind`, a frozen dataclass. Keys it does not know are passed over."""
    return cast(T, _read(kind, value, ""))


def _read(kind: Any, value: Any, where: str) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Any:
        return value
    if origin in (Union, UnionType):
        return None if value is None and NoneType in inner else _one_of(inner, value, where)
    if origin is Literal:
        return _checked(str, value, where)  # a newer server may know more words
    if origin is tuple:
        return tuple(_read(inner[0], item, f"{where}[]") for item in _checked(list, value, where))
    if origin is not None and issubclass(origin, Mapping):
        return {key: _read(inner[1], item, f"{where}.{key}") for key, item in _checked(dict, value, where).items()}
    if is_dataclass(kind):
        return _object(kind, _checked(dict, value, where), where)
    return float(value) if kind is float and type(value) is int else _checked(kind, value, where)


def _one_of(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    *others, last = [one for one in kinds if one is not NoneType]
    for kind in others:
        try:
            return _read(kind, value, where)
        except Unreadable:
            continue
    return _read(last, value, where)


def _checked(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise Unreadable(f"{where.lstrip('.') or 'it'} is no {kind.__name__}")
    return value


def _object(kind: Any, found: dict[str, Any], where: str) -> Any:
    given = {}
    for name, (hint, needed) in _shape(kind).items():
        if name in found:
            given[name] = _read(hint, found[name], f"{where}.{name}")
        elif needed:
            raise Unreadable(f"{f'{where}.{name}'.lstrip('.')} is missing")
    return kind(**given)


@cache
def _shape(kind: Any) -> dict[str, tuple[Any, bool]]:
    hints = get_type_hints(kind)
    return {
        one.name: (hints[one.name], one.default is MISSING and one.default_factory is MISSING) for one in fields(kind)
    }
