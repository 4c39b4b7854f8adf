"""The Python project: its program is the same for every agent, and a person can start it."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from builder.core.agent import AgentConfig
from builder.core.zipped import zipped
from builder.exporters.base import Export
from builder.exporters.cleaning import cleaned
from builder.exporters.markdown import in_markdown
from builder.exporters.python_project import PythonProject
from builder.importers.intake import Upload, intake
from tests.exporters.configurations import EVERYTHING, configuration, configurations
from tests.exporters.test_python_text import complaints
from tests.exporters.traps import TRAPS

KNOWN = "letter_sorter_agent"


def exported(config: AgentConfig) -> dict[str, str]:
    return {file.path: file.content for file in export(config).files}


def export(config: AgentConfig) -> Export:
    return PythonProject().export(config)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project of an agent with everything, unpacked."""
    for path, content in exported(AgentConfig.model_validate(EVERYTHING)).items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error::SyntaxWarning", *arguments]
    bare = {"PATH": "", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
    done = {"capture_output": True, "text": True, "check": False, "input": said, "timeout": 60}
    return subprocess.run(command, cwd=folder, env=bare, **done)


def test_people_write_only_in_the_data() -> None:
    """Every program file is that of any other agent, but for the name of the package."""
    known = exported(AgentConfig.model_validate(configuration(tools=[{"name": "a", "parameters": {}}])))
    for name, config in configurations().items():
        files = exported(config)
        package = next(path for path in files if path.endswith("/agent.json")).split("/")[0]
        for path, content in files.items():
            same = known.get(path.replace(f"{package}/", f"{KNOWN}/"), "").replace(KNOWN, package)
            if path.endswith("tools.py"):
                assert set(complaints(content)) <= {"Return"}, name
            elif path.endswith((".py", "Dockerfile", "compose.yaml", ".dockerignore", "ignore", "-dev.txt")):
                assert content == same, (name, path)
            else:
                assert path.endswith((".json", "README.md", "requirements.txt", ".env.example")), path


def test_the_readme_shows_a_description_and_nothing_else_of_it() -> None:
    for trap in (*TRAPS, "# big", "- point", "1. first", "[a](b)", "<b>x</b>", "```"):
        line = in_markdown(f"{trap} {trap}")
        assert "\n" not in line
        assert re.search(r"(?<!\\)(\\\\)*[`*_\[<]", line) is None
        assert re.match(r"[#+=>-]|\d+[.)]", line) is None


def test_a_sign_that_steers_machines_is_a_blank_in_what_people_read() -> None:
    for sign in map(chr, (*range(32), *range(127, 160))):
        assert in_markdown(f"{sign}So{sign}rts {sign} letters.{sign}") == "So rts letters."
        files = exported(AgentConfig.model_validate(configuration(description=f"So{sign}rts letters.")))
        taken = intake([Upload("a.zip", zipped(files.items()))])
        assert (len(taken.items), taken.refused) == (1, ()), repr(sign)


def test_every_program_file_is_python_that_reads_well(project: Path) -> None:
    sources = [*project.rglob("*.py")]
    assert len(sources) == 7
    for source in sources:
        assert ast.get_docstring(ast.parse(source.read_text(encoding="utf-8")))
    rules = ("--isolated", "--no-cache", "--line-length=120", "--select=E,F,W,I,B,UP")
    done = run(project, "-m", "ruff", "check", *rules, ".")
    assert done.returncode == 0, done.stdout


def test_its_own_tests_pass(project: Path) -> None:
    done = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis")
    assert done.returncode == 0, done.stdout[-2_000:]


def test_help_says_what_to_write(project: Path) -> None:
    shown = run(project, "-m", "every_thing_agent", "--help")
    assert shown.returncode == 0, shown.stderr
    assert "--firm_name TEXT" in shown.stdout and "What to write for firm_name." in shown.stdout


def test_a_missing_key_and_a_missing_value_are_said_in_words(project: Path) -> None:
    values = ["--firm_name=A", "--customer=B", "--question=C"]
    no_key = run(project, "-m", "every_thing_agent", *values)
    assert (no_key.returncode, no_key.stdout) == (1, "")
    said = "There is no answer: no key is set. Put your key into the file .env, behind OPENAI_API_KEY="
    assert no_key.stderr == f"{said} (README.md says how).\n"
    no_value = run(project, "-m", "every_thing_agent", *values[:2])
    assert no_value.returncode == 2 and no_value.stderr.startswith("Please give a value for: question")


def test_a_name_of_a_gap_may_be_any(tmp_path: Path) -> None:
    names = "help class from self values model project not_a_gap h"
    system = " ".join(f"{{{name}}}" for name in names.split())
    config = AgentConfig.model_validate(configuration(system=system, description="100 % %(prog)s %s sure"))
    for path, content in exported(config).items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")
    given = [f"--{name}=x" for name in names.split()]
    assert "letter" in run(tmp_path, "-m", KNOWN, *given).stderr
    assert "sure" in run(tmp_path, "-m", KNOWN, "-h").stdout


def test_the_key_belongs_to_the_model() -> None:
    keys = {"google": "GOOGLE_API_KEY", "openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
    for provider, key in keys.items():
        files = exported(AgentConfig.model_validate(configuration(model={"provider": provider})))
        assert f"{key}=\n" in files[".env.example"] and f"`{key}=`" in files["README.md"]
        assert files["requirements.txt"].startswith(f"pydantic-ai-slim[{provider}]==")
        assert json.loads(files[f"{KNOWN}/setup.json"])["model"].startswith(f"{provider}:")


def test_the_agent_is_whole_in_it() -> None:
    for name, config in configurations().items():
        files = exported(config)
        (agent,) = (content for path, content in files.items() if path.endswith("/agent.json"))
        assert next(iter(files)) == "README.md" and json.loads(agent) == cleaned(config)[0].to_json(), name


def test_nothing_is_lost_as_all_of_it_stands_in_the_file_of_the_agent() -> None:
    for name, config in configurations().items():
        assert [note for note in export(config).notes if note.kind == "lost"] == [], name
    server = {"name": "shelf", "url": "https://mcp.example.com/mcp", "timeout": 9}
    tools = [{"name": "web_search", "parameters": {"max_results": 5}}, {"mcp": server}]
    model = {"provider": "openai", "name": "gpt-6.1", "settings": {"stop": ["x"]}}
    here = export(AgentConfig.model_validate(configuration(tools=tools, model=model))).notes
    told = {note.field: note.code for note in here}
    unused = ("model.settings.stop", "tools.0.parameters", "tools.1.mcp.timeout")
    assert {told[field] for field in unused} == {"kept_unused"}
    elsewhere = export(AgentConfig.model_validate(configuration(tools=tools, model={"provider": "google"}))).notes
    assert ("tools.1", "kept_unused") in {(note.field, note.code) for note in elsewhere}


def test_a_name_of_both_prompts_is_explained_as_in_the_first_and_that_is_told(project: Path) -> None:
    made = configuration(system="For {x}.", user="{x} {y}")
    for prompt, hint in zip(made["prompts"], ("The first.", "The second."), strict=True):
        prompt["placeholders"] = dict.fromkeys(prompt["placeholders"], hint)
    config = AgentConfig.model_validate(made)
    (project / "every_thing_agent/agent.json").write_text(json.dumps(config.to_json()), encoding="utf-8")
    shown = run(project, "-m", "every_thing_agent", "--help").stdout
    assert "--x TEXT The first." in " ".join(shown.split()) and "--y TEXT The second." in " ".join(shown.split())
    assert ("placeholders", "sentence_once") in {(note.field, note.code) for note in export(config).notes}
