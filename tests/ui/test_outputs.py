"""The table of outputs on the page. Here its changes come as a browser sends them; cells are edited in one, too."""

from collections.abc import Callable
from typing import Any

from builder import wiring
from builder.core.operation import Operation
from builder.ui import bridge
from builder.ui.panel.outputs import edited_rows
from builder.ui.panel.table import Row
from builder.ui.words import words
from tests.ui.conftest import Opener

KINDS = {text: kind for kind, text in words("en").under("kind").items()}


def test_cells_rows_and_deletions_of_the_browser_become_rows() -> None:
    given = [Row("a", origin="a"), Row("b", "number", minimum=1, origin="b"), Row("c", origin="c")]
    changes = {
        "edited_rows": {
            "0": {"name": "first", "kind": "Yes or no", "required": True},
            "1": {"minimum": None, "maximum": 5},
        },
        "deleted_rows": [2],
        "added_rows": [{"name": "new", "kind": "List of texts"}, {}],
    }
    assert edited_rows(given, changes, KINDS) == [
        Row("first", "yes_no", required=True, origin="a"),
        Row("b", "number", minimum=None, maximum=5.0, origin="b"),
        Row("new", "texts"),
        Row(),
    ]


def test_an_odd_answer_of_a_browser_is_harmless() -> None:
    changes = {
        "edited_rows": {"0": {"kind": "No such kind", "minimum": "x", "name": None, "other": 1}},
        "deleted_rows": [],
        "added_rows": [],
    }
    assert edited_rows([Row("a", "number", origin="a")], changes, KINDS) == [Row("", "number", origin="a")]


def test_the_finer_points_of_an_output_are_edited_as_json(
    open_page: Opener, billing: str, value: Callable[[str, str], Any]
) -> None:
    page = open_page("build", session=billing)
    page.session_state[f"details@{billing}"] = True
    page.run()
    page.selectbox(key=f"detail_of@{billing}").select("amount").run()
    page.text_area(key=f"detail.amount@{billing}").set_value('{"type": "number", "multipleOf": 0.01}').run()
    assert value(billing, "schema_definition")["properties"]["amount"] == {"type": "number", "multipleOf": 0.01}


def test_json_that_is_none_is_marked_and_kept_in_its_box(
    open_page: Opener, billing: str, value: Callable[[str, str], Any]
) -> None:
    page = open_page("build", session=billing)
    before = value(billing, "schema_definition")
    page.session_state[f"details@{billing}"] = True
    page.run()
    page.selectbox(key=f"detail_of@{billing}").select("amount").run()
    page.text_area(key=f"detail.amount@{billing}").set_value('{"type": ').run()
    assert value(billing, "schema_definition") == before
    assert page.text_area(key=f"detail.amount@{billing}").value == '{"type": '
    assert any("Line 1" in text.value for text in page.markdown)


def test_the_table_follows_a_schema_that_changed_elsewhere(app: wiring.App, open_page: Opener, billing: str) -> None:
    page = open_page("build", session=billing)
    bridge.run(app.interviews.edit(billing, [Operation("drop", "schema_definition", key="amount")]))
    page.run()
    assert not page.exception
    assert "amount" not in page.dataframe[0].value["name"].tolist()
