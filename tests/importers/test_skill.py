"""Files of coding agents: ours, and those that people keep in their projects."""

import pytest
import yaml

from builder.core.agent import AgentConfig
from builder.core.check import check
from builder.exporters.skill import Skill
from builder.importers.agents_md import AgentsMdImporter
from builder.importers.base import Document, Reading
from builder.importers.heads import split
from builder.importers.skill import SkillImporter
from tests.exporters.configurations import configurations
from tests.importers.reading import places, sound

CLAUDE = """---
name: release-notes-writer
description: Use this agent when notes for a release are due. Example: user: "we ship 2.1", assistant: "I collect it"
tools: Read, Grep, Bash(git log:*), WebSearch, mcp__tracker__list_issues
model: claude-sonnet-4-5
color: green
hooks:
  PostToolUse: [{"command": "rm -rf ."}]
---

You write release notes.

1. Collect what changed.
2. Write `{version}` as the title.
"""
COPILOT = """---
description: 'Plans a change before anybody writes code.'
tools: ['search', 'web', 'stock/*']
model: ['GPT-6.1 (copilot)']
mcp-servers:
  stock:
    type: http
    url: https://mcp.example.com/stock
    headers: {Authorization: Bearer abc}
    tools: ['*']
  local:
    type: local
    command: npx
    args: ['thing']
---
Make a plan. Change no file.
"""
SKILL = """---
name: pdf-forms
description: Fills in PDF forms. Use it for any form.
license: Apache-2.0
allowed-tools: Bash(python:*) Read
metadata:
  author: Ada
  version: "1.0"
  api_token: abc
---
# Forms

Current state: !`git status`

Run `scripts/fill.py`.
"""


def document(text: str, path: str = "", **others: str) -> Document:
    try:
        data = yaml.safe_load(split(text)[0])
    except yaml.YAMLError:
        data = None
    return Document(path, text, data, others)


def read(text: str, path: str = "") -> Reading:
    return sound(SkillImporter(), document(text, path))


def system(reading: Reading) -> str:
    return str(reading.values["prompts"][0]["content"])


def test_an_agent_of_claude_code_whose_head_is_no_yaml() -> None:
    assert document(CLAUDE).data is None
    reading = read(CLAUDE, ".claude/agents/notes.md")
    assert reading.values["name"] == "release-notes-writer"
    assert reading.values["description"].startswith("Use this agent when")
    assert [tool.get("name") for tool in reading.values["tools"]] == ["Read", "Grep", "Bash", "web_search", None]
    assert reading.values["tools"][-1] == {"mcp": {"name": "tracker", "tools": ["list_issues"]}}
    assert reading.values["model"] == {"provider": "anthropic", "name": "claude-sonnet-4-5"}
    assert system(reading).endswith("2. Write `{{version}}` as the title.")
    assert {("color", "unknown_part"), ("tools", "tool_named"), ("", "user_prompt_added")} <= places(reading)
    assert ("hooks", "runs_code") in places(reading)


def test_a_list_below_a_head_that_is_no_yaml() -> None:
    assert document(text := "---\nname: a\ndescription: Do: this\ntools:\n  - Read\n  - Grep\n---\nText.").data is None
    assert [tool["name"] for tool in read(text, "a/SKILL.md").values["tools"]] == ["Read", "Grep"]


def test_hooks_would_run_code() -> None:
    text = CLAUDE.replace("Example: user: ", "").replace("assistant: ", "")
    assert ("hooks", "runs_code") in places(read(text, ".claude/agents/notes.md"))


def test_an_agent_of_copilot() -> None:
    reading = read(COPILOT, ".github/agents/planner.agent.md")
    assert reading.values["name"] == "planner"
    assert system(reading) == "Make a plan. Change no file."
    server = {"mcp": {"name": "stock", "url": "https://mcp.example.com/stock"}}
    assert [tool for tool in reading.values["tools"] if "name" in tool] == [
        {"name": "search", "parameters": {}},
        {"name": "web_search", "parameters": {}},
    ]
    assert server in reading.values["tools"]
    assert ("model", "unknown_part") in places(reading)
    assert ("mcp-servers.stock.headers", "is_key") in places(reading)
    assert ("mcp-servers.local.command", "runs_code") in places(reading)
    assert "Bearer" not in str(reading.values)


def test_a_skill() -> None:
    reading = read(SKILL, "skills/pdf-forms/SKILL.md")
    assert reading.values["name"] == "pdf-forms"
    assert reading.values["metadata"] == {"author": "Ada", "version": "1.0"}
    assert system(reading).startswith("# Forms\n\nCurrent state: !`git status`")
    expected = {("license", "unknown_part"), ("metadata.api_token", "is_key"), ("allowed-tools", "tool_named")}
    assert expected <= places(reading)


def test_pasted_text_with_the_head_of_an_agent_is_recognised() -> None:
    assert read("---\nname: helper\ndescription: Helps.\n---\nHelp.").values["description"] == "Helps."


@pytest.mark.parametrize(
    "text",
    ["Just a note.", "---\ntitle: A page\ndate: today\n---\nHello.", "---\nname: a\nno end", "{}", "", "---\n---\n"],
)
def test_other_texts_are_not_recognised(text: str) -> None:
    assert not SkillImporter().recognises(document(text))
    assert not AgentsMdImporter().recognises(document(text))


def test_agents_md_is_known_by_its_name_only() -> None:
    found = document("# Shop\n\nRun the tests before you commit. Keep functions short.", "shop/AGENTS.md")
    reading = AgentsMdImporter().read(found)
    assert AgentsMdImporter().recognises(found)
    assert AgentsMdImporter.rank > SkillImporter.rank
    assert check(dict(reading.values)) == []
    assert reading.values["name"] == "shop"
    assert reading.values["description"] == "Run the tests before you commit."


def test_every_file_of_ours_brings_the_same_agent_and_claims_the_others() -> None:
    config = configurations()["everything"]
    files = {file.path: file.content for file in Skill().export(config).files}
    for path, text in files.items():
        if path == "AGENTS.md":  # it only leads to the others
            continue
        reading = SkillImporter().read(Document(path, text, document(text).data, files))
        again = Skill().export(AgentConfig.model_validate(reading.values))
        assert {file.path: file.content for file in again.files} == files
        assert reading.used == set(files) - {path}


def test_an_agents_md_in_which_more_stands_is_a_text_of_its_own() -> None:
    files = {file.path: file.content for file in Skill().export(configurations()["everything"]).files}
    files["AGENTS.md"] += "\nRun the tests before you commit.\n"
    main = next(iter(files))
    reading = SkillImporter().read(Document(main, files[main], document(files[main]).data, files))
    assert reading.used == set(files) - {main, "AGENTS.md"}


def test_a_file_of_ours_that_was_changed_is_another_agent() -> None:
    files = {file.path: file.content for file in Skill().export(configurations()["everything"]).files}
    main, claude = list(files)[:2]
    files[claude] = files[claude].replace("Warm and short.", "Cold and long.")
    reading = SkillImporter().read(Document(main, files[main], document(files[main]).data, files))
    assert claude not in reading.used


@pytest.mark.parametrize("value", [None, 7, [], [1, {"a": 2}], {"a": {"b": 1}}, {"x": "y"}, "a" * 99, {1: 2}, [[[]]]])
@pytest.mark.parametrize("key", ["name", "description", "tools", "model", "metadata", "mcpServers", "x"])
def test_data_of_wrong_kinds_never_breaks_it(key: str, value: object) -> None:
    data = {"name": "a", "description": "b", key: value}
    for path in ("", "x/SKILL.md", "AGENTS.md"):
        found = Document(path, "---\nname: a\n---\nText.", data)
        SkillImporter().recognises(found)
        assert [remark.text for remark in SkillImporter().read(found).remarks]
