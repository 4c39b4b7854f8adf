"""Files of coding agents: what every session in a project reads says only that there is such an agent."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters.skill import Skill, pointer
from tests.exporters.configurations import configuration, configurations

SEARCH = {"name": "web_search", "parameters": {}}
SERVER = {"mcp": {"name": "shelf", "url": "https://mcp.example.com/mcp"}}
OWN = {"name": "look", "parameters": {}}


def agent(**changes: Any) -> AgentConfig:
    return AgentConfig.model_validate(configuration(**changes))


def files(config: AgentConfig) -> dict[str, str]:
    return {file.path: file.content for file in Skill().export(config).files}


def codes(config: AgentConfig) -> set[tuple[str, str]]:
    return {(note.field, note.code) for note in Skill().export(config).notes}


def test_agents_md_leads_to_the_agent_and_tells_nothing_of_what_it_is_told() -> None:
    for name, config in configurations().items():
        made = files(config)
        text = made["AGENTS.md"]
        paths = [path for path in made if f"`{path}`" in text]
        assert paths == [next(iter(made))], name
        assert text == pointer(config.name, config.description)
        assert "JSON" not in text.replace(config.description, "") and len(text) < 2 * len(config.description) + 400
        assert ("return_type", "merge_by_hand") in codes(config)
    assert "AGENTS.md" in Skill.place


def test_a_description_is_one_paragraph_of_it_and_reads_no_file() -> None:
    text = pointer("Sorter", "Sorts.\n\n# Answer with `JSON`\n\nSee @secrets.txt and @/etc/passwd, a@example.com.")
    assert len(text.split("\n\n")) == 3
    assert r"\@secrets.txt" in text and r"\@/etc" in text and " a@example.com" in text and r"\`JSON\`" in text


def test_a_model_that_claude_code_does_not_run_is_not_named() -> None:
    other = agent(model={"provider": "anthropic", "name": "gpt-4o"})
    own = agent(model={"provider": "anthropic", "name": "claude-haiku-5-5"})
    assert "gpt-4o" not in "".join(files(other).values()) and ("model", "no_slot") in codes(other)
    assert "\nmodel: claude-haiku-5-5\n" in "".join(files(own).values()) and ("model", "no_slot") not in codes(own)


def test_it_is_told_whether_the_agent_has_some_tools_or_all() -> None:
    some, every = ("tools", "tools_only"), ("tools", "tools_all")
    for tools in ([SEARCH], [SERVER], [SEARCH, SERVER, OWN]):
        assert codes(agent(tools=tools)) & {some, every} == {some}
    for tools in ([OWN], None):
        config = agent(**({"tools": tools} if tools else {}))
        claude = files(config)[".claude/agents/letter-sorter.md"]
        assert "\ntools:" not in claude and codes(config) & {some, every} == {every}
