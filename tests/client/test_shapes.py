"""The client's values are the server's answers: held against its openapi.json, so that neither drifts."""

import dataclasses
import doctest
import importlib
import inspect
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

import builder_client
from builder.api.app import description_of
from builder.core import events as of_the_server
from builder.core.events import Event
from builder_client import answers, answers_agents, answers_exchange, events
from tests.servers import ROOT

OWN = {"Operation", "File"}  # what only the client has
CALLED_OTHERWISE = {"Health": "HealthBody"}
INTERNAL = {"Event", "Proposed", "Remembered", "Planned", "Agreed"}  # between interviewer and service
VALUES = dict(inspect.getmembers(answers, dataclasses.is_dataclass))
VALUES |= dict(inspect.getmembers(answers_agents, dataclasses.is_dataclass))
VALUES |= dict(inspect.getmembers(answers_exchange, dataclasses.is_dataclass))


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    found: dict[str, Any] = description_of()["components"]["schemas"]
    return found


@pytest.mark.parametrize("name", sorted(set(VALUES) - OWN))
def test_a_value_has_the_keys_and_kinds_of_the_answer(name: str, schemas: dict[str, Any]) -> None:
    schema = schemas[CALLED_OTHERWISE.get(name, name)]
    hints = get_type_hints(VALUES[name])
    known = set(schema["properties"])
    if name != "Talk":  # of which the client takes what a program needs
        assert set(hints) == known
    for field, hint in hints.items():
        assert field in known
        assert fits(hint, schema["properties"][field], schemas), (field, hint, schema["properties"][field])


@pytest.mark.parametrize("name", sorted(set(VALUES) - OWN))
def test_what_an_answer_may_leave_out_the_value_does_not_need(name: str, schemas: dict[str, Any]) -> None:
    always = set(schemas[CALLED_OTHERWISE.get(name, name)].get("required", []))
    for field in dataclasses.fields(VALUES[name]):
        needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        assert not needed or field.name in always, field.name


def fits(hint: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> bool:
    """Can every value that the schema allows be read as the hint?"""
    if "$ref" in schema:
        named = schema["$ref"].rpartition("/")[2]
        found = schemas[named]
        if dataclasses.is_dataclass(hint):
            return CALLED_OTHERWISE.get(getattr(hint, "__name__", ""), getattr(hint, "__name__", "")) == named or (
                set(get_type_hints(hint)) <= set(found.get("properties", {}))
            )
        return fits(hint, found, schemas)
    if hint is Any:
        return True
    if "anyOf" in schema or "oneOf" in schema:
        return all(fits(hint, one, schemas) for one in schema.get("anyOf", schema.get("oneOf")))
    if get_origin(hint) is Union or isinstance(hint, type(int | None)):
        return any(fits(one, schema, schemas) for one in get_args(hint))
    if get_origin(hint) is Literal:
        allowed = schema.get("enum", [schema["const"]] if "const" in schema else [])
        return bool(allowed) and set(allowed) <= set(get_args(hint))
    kinds = {str: "string", int: "integer", bool: "boolean", type(None): "null", dict: "object", tuple: "array"}
    kinds |= {float: "number"}
    origin = get_origin(hint) or hint
    wanted = kinds.get(origin, "object")
    if hint is str and ("enum" in schema or "const" in schema):
        return True
    if schema.get("type") != wanted:
        return False
    if wanted == "array":
        return fits(get_args(hint)[0], schema.get("items", {}), schemas)
    return True


def test_every_event_of_the_server_is_known_with_its_fields() -> None:
    told = {kind.__name__: kind for kind in Event.__subclasses__() if kind.__name__ not in INTERNAL}
    assert set(events.KINDS) == set(told)
    for name, kind in told.items():
        ours = {one.name for one in dataclasses.fields(events.KINDS[name])} - {"kind", "data"}
        assert ours <= {one.name for one in dataclasses.fields(kind)}, name


def test_every_internal_event_is_one() -> None:
    assert all(hasattr(of_the_server, name) for name in INTERNAL)


NAMES = [found.name for found in pkgutil.iter_modules(builder_client.__path__)]
MODULES = [importlib.import_module(f"builder_client.{name}") for name in NAMES]


def test_every_class_says_how_it_is_used() -> None:
    """By an example that runs, or one that the README and the tests run in the same form."""
    public = [getattr(builder_client, name) for name in builder_client.__all__]
    assert [kind.__name__ for kind in public if ">>>" not in kind.__doc__ and "client." not in kind.__doc__] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.__name__))
def test_examples_in_the_words_of_the_client_are_true(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


def test_the_client_copied_alone_needs_httpx2_and_nothing_of_ours(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "builder_client", tmp_path / "builder_client")
    script = (
        "import sys, builder_client; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'builder', 'pydantic', 'fastapi', 'streamlit', 'starlette', 'httpx', 'websockets'}), builder_client.__file__)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("[] ")
    assert str(tmp_path) in done.stdout
    assert (tmp_path / "builder_client" / "py.typed").is_file()
