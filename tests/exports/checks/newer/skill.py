"""The reference validator of Agent Skills takes the skill; a linter that knows Claude Code's and Copilot's files (no
program of theirs: those take anything) finds no fault; three files tell the agent what they should, and the fourth
leads to the first.
"""

from collections.abc import Iterator
from pathlib import Path

import yaml
from skills_ref.parser import parse_frontmatter
from skills_ref.validator import validate
from skillsaw import Linter, RepositoryContext, RuleViolation, Severity
from skillsaw.config import LinterConfig

from tests.exports.checks.newer.openai_agents import filled
from tests.exports.frame import Case, Mutant, demand, main

RULES = {"agentskill-valid", "agentskill-name", "agentskill-structure", "agentskill-description"}
RULES |= {"claude-agent-frontmatter", "copilot-agent-valid", "instruction-file-valid"}
CONFIG = LinterConfig(rules={"copilot-agent-valid": {"report-unknown-fields": True}})
KEYS_OF_CLAUDE = {"name", "description", "tools", "model", "mcpServers"}


def check(case: Case) -> None:
    folder = case.written()
    skill = next(folder.glob(".claude/skills/*"))
    demand(validate(skill) == [], f"no valid skill: {validate(skill)}")
    found = Linter(RepositoryContext(folder), CONFIG, rule_ids=RULES, no_custom_rules=True, no_plugins=True).run()
    faults = [f"{fault.rule_id}: {fault.message}" for fault in found if _counts(fault)]
    demand(not faults, f"faults: {faults}")
    head, _ = parse_frontmatter((skill / "SKILL.md").read_text(encoding="utf-8"))
    demand(head["description"] == case.config["description"], "another description")
    _same_texts(case)
    _leads_there(case)
    _claude(folder)


def spaced(text: str, case: Case) -> str:
    """Text that only looks like one of the inputs has a blank there."""
    for name in case.values:
        text = text.replace(f"{{{name}}}", f"{{ {name}}}")
    return text


def _same_texts(case: Case) -> None:
    told, asked = spaced(case.system, case), spaced(case.user, case)
    for path, text in case.files.items():
        if path == "AGENTS.md" or (path.endswith(".agent.md") and "text_cut" in case.notes):
            continue
        bare = filled(text, case)
        demand(f"\n\n{told}\n\n## Task" in bare, f"other instructions in {path}")
        demand(f"\n{asked}\n```" in bare, f"another question in {path}")


def _leads_there(case: Case) -> None:
    text = case.files["AGENTS.md"]
    demand(f"`{next(iter(case.files))}`" in text, "AGENTS.md leads nowhere")
    demand("## Task" not in text and "## Output" not in text, "AGENTS.md tells every session what to do")


def _counts(fault: RuleViolation) -> bool:
    """Rules that others bring along judge how well a description is written."""
    return fault.severity != Severity.INFO and fault.rule_id in RULES


def _claude(folder: Path) -> None:
    text = next(folder.glob(".claude/agents/*.md")).read_text(encoding="utf-8")
    head = yaml.safe_load(text.split("\n---\n")[0])
    demand(set(head) <= KEYS_OF_CLAUDE, f"keys that Claude Code does not know: {set(head) - KEYS_OF_CLAUDE}")
    demand(all(part.isalnum() for part in head["name"].split("-")) and head["name"].islower(), "a bad name")


def mutants(case: Case) -> Iterator[Mutant]:
    skill, claude, copilot, _ = case.files

    def changed(path: str, old: str, new: str) -> dict[str, str]:
        demand(old in case.files[path], f"nothing to break in {path}: {old}")
        return {**case.files, path: case.files[path].replace(old, new, 1)}

    yield "an unknown key in the skill", changed(skill, "name: ", "first_message: Hi\nname: ")
    yield "a skill of another name", changed(skill, "name: ", "name: x")
    yield "a skill with a bad name", changed(skill, "name: ", "name: Bad--")
    yield "a skill without a description", changed(skill, "description: ", "license: ")
    yield "a head that does not end", changed(skill, "\n---\n", "\n")
    yield "a Claude agent without a name", changed(claude, "name: ", "model: ")
    yield "an unknown key for Claude", changed(claude, "name: ", "frist: a\nname: ")
    yield "broken YAML for Claude", changed(claude, "name: ", "name: [")
    yield "an unknown target for Copilot", changed(copilot, "name: ", "target: nowhere\nname: ")
    yield "an unknown key for Copilot", changed(copilot, "name: ", "frist: a\nname: ")
    yield "tools that are no list for Copilot", changed(copilot, "name: ", "tools: 3\nname: ")
    yield "a text too long for Copilot", changed(copilot, "\n---\n\n", "\n---\n\n" + "a " * 15_001)
    yield "other instructions", changed(claude, "\n\n## Task", "x\n\n## Task")
    yield "an AGENTS.md that leads elsewhere", changed("AGENTS.md", "SKILL.md", "README.md")
    yield "an AGENTS.md with the whole text", {**case.files, "AGENTS.md": case.files[skill]}
    yield "an empty AGENTS.md", {**case.files, "AGENTS.md": " \n"}


if __name__ == "__main__":
    main(check, mutants)
