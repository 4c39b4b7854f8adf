"""Importers take whatever a document says: no shape of it makes them raise, and all that they say has words."""

import ast
import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.core.agent import KEYS
from builder.core.check import check
from builder.core.convert import to_agent
from builder.exporters.registry import all_exporters
from builder.importers.base import Document, Importer
from builder.importers.parsing import parse
from builder.importers.registry import all_importers
from builder.importers.settling import settled
from tests.exporters.configurations import EVERYTHING

IMPORTERS = pytest.mark.parametrize("importer", all_importers(), ids=lambda importer: importer.name)
PATHS = st.sampled_from(["", "a.json", "a.yaml", "a.md", "a.py", "b/SKILL.md", "AGENTS.md", "b/root_agent.yaml"])
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
OTHERS: tuple[Any, ...] = (None, True, 0, -1.5, "", "x", "{x}", [], {}, [None], [[]], ["x", 1])
OTHERS = (*OTHERS, {"": None}, {"a": {"b": []}}, [{"name": 3}], [{"type": "x"}])
MOST_CHANGED = 300


def is_read(importer: Importer, document: Document) -> bool:
    """Whether it reads all of the document as it should; True for one that it does not know."""
    if not importer.recognises(document):
        return True
    for part in importer.each(document):
        reading = importer.read(part)
        values, remarks = settled(reading.values)
        check(values)
        told = [remark.to_json() for remark in (*reading.remarks, *remarks)]
        json.dumps([values, told])
        assert all(remark["text"].strip() for remark in told)
        assert set(reading.values) <= set(KEYS)
        assert set(reading.used) <= {*document.others, document.path}
    return True


@cache
def words() -> list[str]:
    """The texts that stand in the importers' own modules, so that documents by chance reach every branch of them."""
    found = set[str]()
    for importer in all_importers():
        tree = ast.parse(inspect.getsource(sys.modules[type(importer).__module__]))
        texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
        found |= {text for text in texts if isinstance(text, str) and 0 < len(text) < 40 and "\n" not in text}
    return sorted(found)


def values() -> st.SearchStrategy[Any]:
    texts = st.text(max_size=8) | st.sampled_from(words())
    keys = st.sampled_from(words()) | st.text(max_size=5)
    plain = st.none() | st.booleans() | NUMBERS | texts
    return st.recursive(
        plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6), max_leaves=25
    )


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_any_value_is_read_without_an_exception(data: st.DataObject) -> None:
    value = data.draw(values())
    text = json.dumps(value) if data.draw(st.booleans()) else data.draw(st.text(max_size=60))
    document = Document(data.draw(PATHS), text, value, {"b.json": text, "tools.py": text})
    assert [importer.name for importer in all_importers() if not is_read(importer, document)] == []


def files_of(importer: Importer) -> Mapping[str, str]:
    """A real document of the importer's kind: what our export of that kind writes, else our own file."""
    exporter = next((one for one in all_exporters() if one.name == importer.name), None)
    if exporter is None:
        return {"a.json": json.dumps(EVERYTHING)}
    return {file.path: file.content for file in exporter.export(to_agent(EVERYTHING)).files}


@IMPORTERS
def test_each_part_of_a_document_may_be_anything(importer: Importer) -> None:
    """Every part of a real document, replaced by values of all kinds, one after the other."""
    files = files_of(importer)
    for main in files:
        data = parse(files[main], main)
        others = {path: text for path, text in files.items() if path != main}
        for path in [*paths(data)][:MOST_CHANGED]:
            for other in OTHERS:
                assert is_read(importer, Document(main, files[main], changed(data, path, other), others))


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all parts of a value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from paths(part, (*path, key))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with the part at this path replaced."""
    if not path:
        return new
    if isinstance(value, list):
        return [changed(part, path[1:], new) if place == path[0] else part for place, part in enumerate(value)]
    return {key: changed(part, path[1:], new) if key == path[0] else part for key, part in value.items()}


@IMPORTERS
def test_a_document_of_each_kind_is_known_by_its_importer(importer: Importer) -> None:
    if any(exporter.name == importer.name for exporter in all_exporters()):
        files = files_of(importer)
        documents = [Document(path, text, parse(text, path), files) for path, text in files.items()]
        assert any(importer.recognises(document) for document in documents)


@IMPORTERS
def test_it_says_what_it_is(importer: Importer) -> None:
    assert type(importer).__module__.endswith(f".{importer.name}")
    assert importer.title.strip()
    assert 0 <= importer.rank <= 10
