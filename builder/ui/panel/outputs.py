"""The output fields of a structured agent as a table to edit, and each one's JSON for what a table cannot show."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from builder.core import json_text, output
from builder.core.operation import Operation
from builder.ui.errors import guarded
from builder.ui.panel import edits, marks, notes, table
from builder.ui.panel.flaws import sentence
from builder.ui.panel.view import View
from builder.ui.plain import plain
from builder.ui.state import Tab
from builder.ui.words import Words

FIELD = "schema_definition"
TYPES = {
    "name": "string",
    "kind": "string",
    "choices": "string",
    "required": "boolean",
    "description": "string",
    "minimum": "Float64",
    "maximum": "Float64",
}
COLUMNS = tuple(TYPES)


@dataclass
class Table:
    """The table as the browser got it, and the schema that its edits have led to.

    While the draft's schema is still that one, the browser keeps its table, cursor and half-filled rows.
    """

    number: int
    given: list[table.Row]
    base: Mapping[str, Any]
    reached: Mapping[str, Any] | None
    flaws: list[table.Flaw]


def draw(view: View) -> None:
    schema = view.draft.value(FIELD)
    current = _current(view.tab, schema)
    with st.container(gap="xsmall", key=view.tab.key(f"field_{FIELD}")):
        st.markdown(f"**{view.say.field(FIELD)}**", help=view.say("help.schema_definition"))
        _editor(view, current)
        for flaw in current.flaws:
            st.markdown(f":red[:material/error: {plain(view.say(f'table.{flaw.code}', name=flaw.name))}]")
        marks.draw(view, FIELD)
        notes.of_field(view, FIELD)
        if schema:
            _details(view, schema)


def _current(tab: Tab, schema: Mapping[str, Any] | None) -> Table:
    found = tab.kept.get("table")
    if not isinstance(found, Table) or found.reached != schema:
        base = schema or output.EMPTY
        found = tab.kept["table"] = Table(
            found.number + 1 if isinstance(found, Table) else 0, table.rows(base), base, schema, []
        )
    return found


def _key(tab: Tab, current: Table) -> str:
    return tab.key(f"outputs_{current.number}")


def _editor(view: View, current: Table) -> None:
    say = view.say
    kinds = say.under("kind")
    st.data_editor(
        _frame(current.given, kinds),
        key=_key(view.tab, current),
        num_rows="dynamic",
        hide_index=True,
        placeholder="",
        disabled=FIELD in view.writing,
        alt=say("table.alt"),
        on_change=table_changed,
        args=(view.tab, {text: kind for kind, text in kinds.items()}),
        column_config=_columns(say, kinds),
    )


def _frame(given: list[table.Row], kinds: Mapping[str, str]) -> Any:
    import pandas  # type: ignore[import-untyped]  # slow to load, and only needed here

    shown = [{name: getattr(row, name) for name in COLUMNS} | {"kind": kinds[row.kind]} for row in given]
    return pandas.DataFrame(shown, columns=list(COLUMNS)).astype(TYPES)


def _columns(say: Words, kinds: Mapping[str, str]) -> dict[str, Any]:
    column = st.column_config
    return {
        "name": column.TextColumn(say("table.name"), width=140),
        "kind": column.SelectboxColumn(
            say("table.kind"), options=list(kinds.values()), default=kinds[table.TEXT], width=105
        ),
        "choices": column.TextColumn(say("table.choices"), help=say("table.choices.help"), width=160),
        "required": column.CheckboxColumn(say("table.required"), default=True, width=85),
        "description": column.TextColumn(say("table.description"), width=240),
        "minimum": column.NumberColumn(say("table.minimum"), width=70),
        "maximum": column.NumberColumn(say("table.maximum"), width=70),
    }


@guarded
def table_changed(tab: Tab, kinds: Mapping[str, str]) -> None:
    """Takes over what is complete in the edited table; a half-filled row stays in the table and waits."""
    current: Table = tab.kept["table"]
    changes = st.session_state[_key(tab, current)]
    wanted, current.flaws = table.with_rows(current.base, edited_rows(current.given, changes, kinds))
    if wanted != current.reached:
        before, current.reached = current.reached, wanted
        if not edits.edit(tab, [edits.to(FIELD, wanted)], {FIELD: before}):
            tab.kept["table"] = replace(current, reached={"changed": "elsewhere"})


def edited_rows(given: list[table.Row], changes: Mapping[str, Any], kinds: Mapping[str, str]) -> list[table.Row]:
    """The rows of the browser's table: what was given, with its edits, without the deleted, with the added."""
    edited = {int(place): cells for place, cells in changes["edited_rows"].items()}
    gone = set(changes["deleted_rows"])
    kept = [_with(row, edited.get(place, {}), kinds) for place, row in enumerate(given) if place not in gone]
    return kept + [_with(table.Row(), cells, kinds) for cells in changes["added_rows"]]


def _with(row: table.Row, cells: Mapping[str, Any], kinds: Mapping[str, str]) -> table.Row:
    found: dict[str, Any] = {}
    for name, value in cells.items():
        if name == "kind":
            found[name] = kinds.get(str(value), row.kind)
        elif name in ("minimum", "maximum"):
            found[name] = float(value) if isinstance(value, int | float) else None
        elif name == "required":
            found[name] = bool(value)
        elif name in COLUMNS:
            found[name] = str(value or "")
    return replace(row, **found)


def _details(view: View, schema: Mapping[str, Any]) -> None:
    """One output's own JSON Schema: for nested objects and everything that the table has no column for."""
    names = [row.name for row in sorted(table.rows(schema), key=lambda row: row.kind not in table.NESTED)]
    opened = st.expander(view.say("table.details"), key=view.tab.key("details"), on_change="rerun")
    if not opened.open or not names:
        return
    with opened:
        name = st.selectbox(view.say("table.which"), names, key=view.tab.key("detail_of")) or names[0]
        own = output.properties(schema).get(name, {})
        widget = f"detail.{name}"
        view.tab.show(widget, own, json.dumps(own, indent=2, ensure_ascii=False))
        st.text_area(
            view.say("table.json_of", name=plain(name)),
            key=view.tab.key(widget),
            height=220,
            disabled=FIELD in view.writing,
            on_change=detail_changed,
            args=(view.tab, name, own, schema),
        )
        reading = json_text.parse(str(view.tab.widget(widget) or ""))
        if reading.flaws or not isinstance(reading.value, Mapping):
            st.markdown(f":red[:material/error: {plain(sentence(reading.flaws, view.say))}]")


@guarded
def detail_changed(tab: Tab, name: str, shown: Any, schema: Mapping[str, Any]) -> None:
    """Takes over one output's own schema; text that is none stays in its box and is marked there."""
    widget = f"detail.{name}"
    reading = json_text.parse(str(tab.widget(widget) or ""))
    if not reading.flaws and isinstance(reading.value, Mapping) and reading.value != shown:
        tab.shown[widget] = reading.value
        edits.edit(tab, [Operation("put", FIELD, dict(reading.value), name)], {FIELD: schema})
