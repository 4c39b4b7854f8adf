"""Discovery of plug-ins: a room is a package, each kind is one module in it with one subclass of the room's base."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def kinds(room: ModuleType, base: type[T]) -> dict[str, type[T]]:
    """The concrete subclasses of `base` in the room's modules, by their `name`."""
    found: dict[str, type[T]] = {}
    for module in _modules(room):
        for _, thing in inspect.getmembers(module, inspect.isclass):
            if issubclass(thing, base) and not inspect.isabstract(thing) and thing.__module__ == module.__name__:
                found[getattr(thing, "name")] = thing  # noqa: B009 - the base declares it, T does not
    return found


def _modules(room: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(room.__path__):
        yield importlib.import_module(f"{room.__name__}.{found.name}")
