"""Custom GPTs as people keep them, and prompts without any form."""

import json

import pytest

from builder.importers.intake import Intake, Item, Upload, intake

TAB = """Name: Trail Cook
Description: Plans meals for hikes.

Instructions:
# Role
You are Trail Cook. Plan for {days} days and {{people}}.

## Description of a plan
One line a meal.
Name: every meal has one.

Conversation starters:
- What can I cook in one pot?
2. "Plan three days"

Capabilities:
- Web Search
- DALL·E Image Generation: off
- [ ] Canvas
Knowledge: pots.pdf
"""


def read(text: str, name: str = "") -> Intake:
    return intake([Upload(name, text.encode())])


def taken(text: str, name: str = "") -> Item:
    [item] = read(text, name).items
    return item


def system(item: Item) -> str:
    return str(item.values["prompts"][0]["content"])


def test_what_stands_in_the_configure_tab_is_an_agent() -> None:
    item = taken(TAB)
    assert item.importer == "custom_gpt"
    assert (item.values["name"], item.values["description"]) == ("TrailCook", "Plans meals for hikes.")
    assert system(item).startswith("# Role\nYou are Trail Cook. Plan for {days} days and {people}.")
    assert system(item).endswith("Name: every meal has one.")
    assert item.values["conversation_starters"] == ["What can I cook in one pot?", "Plan three days"]
    assert item.values["tools"] == [{"name": "web_search", "parameters": {}}]
    assert item.values["prompts"][1]["content"] == "{message}"
    assert item.problems == ()
    assert {("knowledge", "knows_file"), ("capabilities", "unknown_part")} <= {
        (remark.where, remark.code) for remark in item.remarks
    }


@pytest.mark.parametrize(
    "text",
    [
        "# Name\nTrail Cook\n\n## Instructions\nBe kind.\n\n## Conversation Starters\n* One\n* Two",
        "**Name:** Trail Cook\n**Description:** Plans.\n**Instructions:**\nBe kind.\n**Prompt starters**\n- One\n- Two",
        "NAME\nTrail Cook\n\nINSTRUCTIONS\nBe kind.\n\nCONVERSATION STARTERS\nOne\nTwo",
        "GPT Name: Trail Cook\nInstructions: Be kind.\nStarters:\n• One\n• Two\nRecommended model: GPT-5",
    ],
)
def test_headings_are_known_in_every_way_in_which_people_write_them(text: str) -> None:
    for name in ("", "gpt.md", "gpt.txt"):
        item = taken(text, name)
        assert item.importer == "custom_gpt"
        assert (item.values["name"], system(item)) == ("TrailCook", "Be kind.")
        assert item.values["conversation_starters"] == ["One", "Two"]


@pytest.mark.parametrize(
    ("said", "tools"),
    [
        ("Web Browsing, DALL·E", ["web_search", "image_generation"]),
        ("\n- [x] Web Search and DALL·E\n- [ ] Code Interpreter, Canvas", ["web_search", "image_generation"]),
        ("Code Interpreter & Data Analysis; Web: no", ["code_interpreter"]),
    ],
)
def test_abilities_in_one_line_are_all_taken(said: str, tools: list[str]) -> None:
    item = taken(f"Name: A\nInstructions: Be kind.\nCapabilities: {said}")
    assert [tool["name"] for tool in item.values["tools"]] == tools
    [saved] = [taken(json.dumps({"instructions": "x", "starters": ["One"], "capabilities": said}))]
    assert [tool["name"] for tool in saved.values["tools"]] == tools


def test_files_that_a_gpt_knows_are_named() -> None:
    files = ["catalogue.pdf", "prices.xlsx"]
    flat = {"instructions": "Be kind.", "starters": ["One"], "files": [{"id": "1", "name": files[0]}, files[1]]}
    listed = "".join(f"\n- {name}" for name in files)
    head = "Name: A\nInstructions: Be kind.\nKnowledge: "
    for item in (taken(head + listed), taken(head + ", ".join(files)), taken(json.dumps(flat))):
        assert [one.params["file"] for one in item.remarks if one.code == "knows_file"] == files
    assert "“catalogue.pdf”" in next(one.text for one in item.remarks if one.code == "knows_file")
    [unnamed] = [one for one in taken(json.dumps({**flat, "files": [{"id": "1"}]})).remarks if one.where == "files"]
    assert unnamed.code == "reads_elsewhere"


def test_what_tools_save_as_json_is_an_agent() -> None:
    flat = {"name": "A", "instructions": "Be kind.", "conversation_starters": ["One"]}
    item = taken(json.dumps({**flat, "capabilities": {"web_browsing": True, "canvas": False}}))
    assert (item.importer, item.values["conversation_starters"]) == ("custom_gpt", ["One"])
    assert item.values["tools"] == [{"name": "web_search", "parameters": {}}]
    shown = {"name": "A", "description": "Is kind.", "prompt_starters": ["One"]}
    gizmo = {"id": "g-1", "display": shown, "instructions": "Be."}
    item = taken(json.dumps({"gizmo": gizmo, "tools": [], "files": [{"id": "file-1"}]}))
    assert (item.values["name"], item.values["description"], system(item)) == ("A", "Is kind.", "Be.")
    assert ("id", "unknown_part") in {(remark.where, remark.code) for remark in item.remarks}


def test_prose_becomes_the_system_prompt_and_says_so() -> None:
    text = "You are a friendly travel planner for families. Help who goes to {city}.\n\nAnswer in {{language}}."
    item = taken(text)
    assert item.importer == "prose"
    assert system(item) == text.replace("{{", "{").replace("}}", "}")
    assert item.values["name"] == "FriendlyTravelPlanner"
    assert item.values["description"] == "You are a friendly travel planner for families."
    assert item.remarks[0].code == "prose_taken"
    assert item.problems == ()


def test_prose_is_taken_as_it_stands_whatever_is_in_it() -> None:
    for text in (
        "Role: a helper\nGoal: help people who ask about trains",
        "Note: be kind to people\nNote: be short with them\n- a: b",
        'Answer as JSON like {"a": 1} or [1, 2] and nothing else, please.',
        "Eres un asistente amable que ayuda a las personas: escucha, responde y agradece.",
    ):
        item = taken(text)
        assert (item.importer, system(item).replace("{{", "{").replace("}}", "}")) == ("prose", text)
        assert item.problems == ()


def test_the_name_in_a_prose_is_found() -> None:
    for text, name in (
        ("You are Marvin, a robot that answers questions of people.", "Marvin"),
        ("You are an assistant called Ada and you help with sums.", "Ada"),
        ("Sort all letters by what they are about, then answer.", "NewAgent"),
    ):
        assert taken(text).values["name"] == name
    assert taken("Sort all letters by what they are about.", "letter-sorter.txt").values["name"] == "letter-sorter"


def test_a_head_is_no_part_of_the_prompt() -> None:
    item = taken("---\ntitle: Letter sorter\nauthor: Ada\n---\nSort all letters by what they are about.", "a.txt")
    assert (item.values["name"], system(item)) == ("LetterSorter", "Sort all letters by what they are about.")
    assert ("author", "unknown_part") in {(remark.where, remark.code) for remark in item.remarks}


def test_what_is_no_prompt_is_not_taken_for_one() -> None:
    program, page, rows = "import os\nprint('hello, all of you')", "<html><body>Hello all</body></html>", "a,b;c|d " * 9
    for text in ("hello", "x" * 500, program, page, rows):
        assert read(text).items == (), text
        assert [refused.code for refused in read(text).refused] == ["no_agent"], text
