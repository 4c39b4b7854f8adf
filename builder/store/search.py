"""Finding agents: which words of a configuration count, and lists by key instead of by offset."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, or_, select

from builder.core.errors import Invalid
from builder.core.saved import Sort
from builder.store.dialect import Dialect
from builder.store.tables import AGENTS, VERSIONS
from builder.store.words import indexed, sought

_AGENT = AGENTS.c
_ORDER = {"newest": (_AGENT.updated, True), "oldest": (_AGENT.updated, False), "name": (_AGENT.name_key, False)}


def words_in(config: Mapping[str, Any]) -> str:
    """The words by which an agent is found: those of name, description, prompts and placeholders."""
    return indexed(_texts(config))


def _texts(config: Mapping[str, Any]) -> Iterator[str]:
    yield str(config.get("name", ""))
    yield str(config.get("description", ""))
    for prompt in config.get("prompts", []):
        yield str(prompt.get("content", ""))
        for name, sentence in prompt.get("placeholders", {}).items():
            yield f"{name} {sentence}"


def agents_with_configs() -> Select[Any]:
    """Agents, each with the configuration of its last version."""
    latest = and_(VERSIONS.c.agent == _AGENT.number, VERSIONS.c.number == _AGENT.version)
    return select(AGENTS, VERSIONS.c.config).join(VERSIONS, latest)


def found(dialect: Dialect, owner: str, text: str, kind: str | None, sort: Sort, after: str | None) -> Select[Any]:
    """The agents in question, in order, from the key on."""
    statement = agents_with_configs().where(_AGENT.owner == owner, _AGENT.deleted.is_(None))
    phrases = sought(text)
    if phrases:
        statement = statement.where(dialect.matching(phrases))
    elif text.strip():  # signs only: no agent has such a word
        statement = statement.where(false())
    if kind:
        statement = statement.where(_AGENT.return_type == kind)
    column, falling = _ORDER[sort]
    if after is not None:
        statement = statement.where(_beyond(column, falling, *_read(after, sort)))
    order = (column.desc(), _AGENT.number.desc()) if falling else (column, _AGENT.number)
    return statement.order_by(*order)


def _beyond(column: ColumnElement[Any], falling: bool, value: Any, number: int) -> ColumnElement[bool]:
    if falling:
        return or_(column < value, and_(column == value, _AGENT.number < number))
    return or_(column > value, and_(column == value, _AGENT.number > number))


def key_of(row: Row[Any], sort: Sort) -> str:
    """The key of the last agent of a page: opaque to everybody else."""
    return json.dumps([getattr(row, _ORDER[sort][0].name), row.number])


def _read(key: str, sort: Sort) -> tuple[str | int, int]:
    try:
        value, number = json.loads(key)
    except (ValueError, TypeError):
        value, number = None, None
    kind = str if sort == "name" else int
    if type(value) is not kind or type(number) is not int or not _holdable(value, number):
        raise Invalid("The place to go on from is not known.", next_step="Begin again with the first page.")
    return value, number


def _holdable(*values: str | int) -> bool:
    return all(abs(each) < 2**63 if isinstance(each, int) else each.isascii() and each.isprintable() for each in values)
