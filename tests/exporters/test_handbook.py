"""The text for coding agents comes apart as it was put together, whatever the texts in it look like."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from builder.exporters.front_matter import with_head
from builder.exporters.handbook import INPUTS, OUTPUT, TASK, TOOLS, Handbook, parts
from tests.exporters.traps import TRAPS

OTHER = Handbook("Be kind.", "{x}", (("x", "What."),), (("look", "Looks."),), {"type": "object"})
TEXTS = st.lists(
    st.sampled_from((*TRAPS, TASK, INPUTS, TOOLS, OUTPUT, "```", "````text\n", "\n", "\n```", OTHER.rest())), min_size=1
).map("".join)


@given(system=TEXTS, user=TEXTS, has_inputs=st.booleans(), has_tools=st.booleans(), has_schema=st.booleans())
def test_no_text_is_taken_for_the_next_part(
    system: str, user: str, has_inputs: bool, has_tools: bool, has_schema: bool
) -> None:
    inputs = (("x", "What."), ("y", "A `b`: c")) if has_inputs else ()
    tools = (("look", ""), ("find_it", "Looks: now.")) if has_tools else ()
    schema = {"type": "object", "description": system} if has_schema else None
    book = Handbook(system, user, inputs, tools, schema)
    assert parts(book.system + book.rest()) == book


@pytest.mark.parametrize(
    "text", ["", "Be kind.", f"{TASK}{TASK}", f"a{OUTPUT}```json\n[\n```", "a\n```", f"{TOOLS}- `a`"]
)
def test_texts_of_others_have_no_parts(text: str) -> None:
    assert parts(text) is None


@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_a_head_says_what_it_was_given_and_ends_where_it_ends(texts: list[str]) -> None:
    values = {"name": texts[0], "list": texts, "inner": {texts[-1] or "a": [{"a": texts[0], "b": True}], "n": 1e16}}
    head, body = with_head(values, "Text.").removeprefix("---\n").split("\n---\n")
    assert yaml.safe_load(head) == values
    assert body == "\nText.\n"
    assert "---" not in head
    assert "+++" not in head
