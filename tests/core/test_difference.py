"""Two configurations compared in plain words."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.core import convert
from builder.core.difference.alignment import steps
from builder.core.difference.compare import Comparison, compare
from builder.core.difference.texts import aligned, passages, rows, words
from tests.core.examples import conversational, structured
from tests.core.schemas import Maker
from tests.patience import at_once


def said(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[str]]:
    return {each.change.field: [fact.text for fact in each.facts] for each in compare(before, after).fields}


def with_schema(**properties: Any) -> dict[str, Any]:
    schema = structured()["schema_definition"]
    return structured(schema_definition={**schema, "properties": {**schema["properties"], **properties}})


def with_prompts(system: str, user: str = "{letter}", **sentences: str) -> dict[str, Any]:
    prompts = [
        {"prompt_type": "system", "content": system, "placeholders": sentences},
        {"prompt_type": "user", "content": user, "placeholders": {}},
    ]
    return structured(prompts=prompts)


def test_nothing_changed_says_nothing() -> None:
    assert compare(structured(), structured()) == Comparison(())


def test_short_texts_are_told_whole() -> None:
    assert said(structured(tone="friendly"), structured(tone="formal")) == {"tone": ["“friendly” → “formal”"]}
    assert said(structured(), structured(tone="formal")) == {"tone": ["new: “formal”"]}
    assert said(structured(tone="formal"), structured()) == {"tone": ["removed, it was “formal”"]}


def test_sentences_of_a_prompt_are_counted() -> None:
    before = with_prompts("You sort letters. Be quick. Ask nobody.")
    after = with_prompts("You sort letters. Be very quick. Thank them at last. Tell who wrote it.")
    assert said(before, after) == {
        "system_prompt": ["2 sentences added", "1 sentence removed", "1 sentence changed"],
    }
    assert said(before, with_prompts("You sort letters.\n\nBe quick. Ask nobody.")) == {
        "system_prompt": ["only spaces, line breaks or the order changed"]
    }


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("First. Second! Third? Fourth… Fifth.", 5),
        ("Write e.g. names, i.e. words. Then stop.", 2),
        ("1. Read it.\n2. Sort it.", 2),
        ("一つ目です。二つ目です！三つ目ですか？", 3),
        ("Version 2.5 is out. Use it.", 2),
        ("He said “Stop.” Then he went.", 2),
        ("", 0),
    ],
)
def test_sentences_are_found_in_many_languages(text: str, count: int) -> None:
    assert len(passages(text)) == count, passages(text)


def test_scripts_without_spaces_are_compared_sign_by_sign() -> None:
    old, new = words("今日は晴れです", "今日は雨です")
    assert [text for text, differs in old if differs] == ["晴れ"]
    assert [text for text, differs in new if differs] == ["雨"]
    old, _ = words("สวัสดีครับ", "สวัสดีค่ะ")
    assert "".join(text for text, _ in old) == "สวัสดีครับ"


def test_placeholders_new_gone_explained_and_renamed() -> None:
    before = with_prompts("For {firm} and {city}.", firm="The firm.", city="The city.")
    after = with_prompts("For {company} and {city}.", company="The firm.", city="Where it is.")
    assert said(before, after)["placeholders"] == [
        "{firm} is called {company} now",
        "{city} is explained otherwise",
    ]
    more = with_prompts("For {firm}, in {land}.", firm="The firm.", land="A country.")
    assert said(before, more)["placeholders"] == ["{land} is new", "{city} was removed"]
    moved = with_prompts("For {firm} and {town}.", firm="The firm.", town="Where they live.")
    assert said(before, moved)["placeholders"] == ["{city} is called {town} now", "{town} is explained otherwise"]


def test_outputs_are_told_one_by_one() -> None:
    schema = {
        "type": "object",
        "properties": {
            "desk": {"type": "string", "enum": ["sales", "law", "home"], "description": "Who gets it."},
            "tags": {"type": "array", "items": {"type": "string"}},
            "writer": {"type": "object", "properties": {"age": {"type": "integer", "minimum": 18}}},
        },
        "required": ["tags"],
    }
    old = structured()["schema_definition"]
    writer = {"type": "object", "properties": {"age": {"type": "integer"}}}
    before = structured(schema_definition={**old, "properties": {**old["properties"], "writer": writer}})
    assert said(before, structured(schema_definition=schema))["schema_definition"] == [
        "“desk” became optional",
        "“desk” is explained otherwise",
        "“desk” may also be: home",
        "“tags” was added (list of text, required)",
        "“writer.age”: the smallest value is 18",
        "“urgent” was removed",
    ]


@pytest.mark.parametrize(
    ("before", "after", "fact"),
    [
        ({"type": "string"}, {"type": "integer"}, "“x”: text → whole number"),
        ({"type": "string"}, {"type": ["string", "null"]}, "“x”: text → text | nothing"),
        ({"type": "string"}, {"type": "string", "format": "date"}, "“x”: text → date"),
        ({"type": "string", "enum": ["a", "b"]}, {"type": "string", "enum": ["a"]}, "“x” may no longer be: b"),
        ({"maxLength": 9}, {"maxLength": 5}, "“x”: the largest number of characters 9 → 5"),
        ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {}}, "“x[]”: text → anything"),
        ({"type": "object"}, {"type": "object", "additionalProperties": False}, "“x” takes only what is listed"),
        ({"type": "string"}, {"type": "string", "not": {"const": ""}}, "“x” changed in its fine points: “not”"),
    ],
)
def test_an_output_changes(before: Any, after: Any, fact: str) -> None:
    assert fact in said(with_schema(x=before), with_schema(x=after))["schema_definition"]


def test_references_are_followed_to_what_changed() -> None:
    def linked(least: int) -> dict[str, Any]:
        schema = structured()["schema_definition"]
        properties = {**schema["properties"], "age": {"$ref": "#/$defs/age"}}
        definitions = {"age": {"type": "integer", "minimum": least}}
        return structured(schema_definition={**schema, "properties": properties, "$defs": definitions})

    assert said(linked(0), linked(18)) == {"schema_definition": ["“age”: the smallest value 0 → 18"]}


def test_an_output_that_only_got_another_name_is_renamed() -> None:
    own = {"type": "integer", "maximum": 5}
    found = said(with_schema(mood=own), with_schema(temper=own))
    assert found["schema_definition"] == ["“mood” is called “temper” now"]


def test_lists_tools_cases_steps_and_settings() -> None:
    step = {"id": "a", "title": "Read", "kind": "model", "next": []}
    before = structured(
        guardrails=["Never promise.", "Stay calm."],
        tools=[{"name": "search", "parameters": {}}],
        test_cases=[{"inputs": {}, "expect": 1}],
        workflow={"steps": [step]},
        model={"provider": "google", "settings": {"temperature": 0}},
    )
    after = structured(
        guardrails=["Stay calm.", "Never shout at anybody."],
        tools=[{"name": "search", "parameters": {"k": 3}}, {"mcp": {"url": "https://a.invalid"}}],
        test_cases=[{"inputs": {}, "expect": 1}, {"inputs": {}, "expect": 2}],
        workflow={"steps": [{**step, "title": "Look", "next": ["b"]}, {**step, "id": "b", "title": "Write"}]},
        model={"provider": "google", "settings": {"temperature": 1}},
    )
    assert said(before, after) == {
        "guardrails": ["“Never promise.” was removed", "“Never shout at anybody.” was added"],
        "tools": ["“MCP https://a.invalid” was added", "“search” has other settings"],
        "test_cases": ["1 case added"],
        "workflow": ["step “Read” is called “Look” now", "step “Look” leads elsewhere", "“Write” was added"],
        "model": ["“settings.temperature”: 0 → 1"],
    }


def test_from_data_to_talk_and_back() -> None:
    away = said(structured(), conversational())
    assert away["return_type"] == ["people read the answers now (conversation)"]
    assert "“desk” was removed" in away["schema_definition"]
    assert compare(structured(), conversational()).fit is None
    back = said(conversational(), structured())
    assert "“desk” was added (one of several values, required)" in back["schema_definition"]


pieces = st.text(alphabet="ab. \n", max_size=60)


@given(pieces, pieces)
def test_the_two_sides_of_aligned_passages_are_the_two_texts(before: str, after: str) -> None:
    one, other = passages(before), passages(after)
    found = aligned(one, other)
    assert [row.text for row in found if row.kind in ("same", "gone")] == one
    assert [row.text for row in found if row.kind in ("same", "new")] == other


digits = st.lists(st.integers(0, 3), max_size=40)


@given(digits, digits, st.sampled_from([0, 5, 10_000]))
def test_steps_are_both_sequences_whatever_the_effort(one: list[int], other: list[int], effort: int) -> None:
    found = list(steps(one, other, effort))
    assert all(one[a:b] == other[c:d] for same, a, b, c, d in found if same)
    assert [item for _, a, b, _, _ in found for item in one[a:b]] == one
    assert [item for _, _, _, c, d in found for item in other[c:d]] == other


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**48))
def test_every_change_of_a_schema_is_told_in_some_words(number: int) -> None:
    maker = Maker(number)
    before = structured(schema_definition=maker.schema())
    after = structured(schema_definition=maker.changed(before["schema_definition"]))
    found = compare(before, after)
    assert [each.change for each in found.fields] == convert.changes(before, after)
    assert all(each.facts and all(fact.text for fact in each.facts) for each in found.fields)


def han(period: int) -> str:
    return "".join(chr(0x4E00 + place % period) for place in range(20_000))


def unspaced(period: int) -> str:
    return " ".join(f"w{place % (period // 5)}" for place in range(5_000))


def lines(period: int) -> str:
    return "\n".join(f"Line {place} says {place % (period % 9)}." for place in range(900))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a. " * 6_600, "b. " * 6_600),
        ("A. B. " * 3_300, "B. A. B. " * 2_200),
        *((made(499), made(503)) for made in (han, unspaced, lines)),
    ],
)
def test_long_prompts_are_compared_at_once(before: str, after: str) -> None:
    """200 ms on a machine with nothing else to do."""
    with at_once():
        compare(with_prompts(before), with_prompts(after))
        rows(passages(before), passages(after))
