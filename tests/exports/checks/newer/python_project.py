"""The project's own tests pass, and its command line answers once, with a stub model that sees what it should."""

import contextlib
import importlib
import io
import json
import os
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import _JsonSchemaTestData

from tests.exports.frame import Case, Files, Mutant, demand, main, with_json

ANSWER = "An answer."
WHOLE = ("everything", "flat schema", "ticket_triage", "traps in prompts", "rich schema")
OF_THE_AGENT = "itself or every or command_line"
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # plug-ins of this environment are none of the project's


def check(case: Case) -> None:
    folder = case.written()
    package = _package(case)
    path = list(sys.path)
    _forget(package)
    try:
        sys.path.insert(0, str(folder))
        _tests_pass(folder, whole=case.name in WHOLE)
        _answers(case, package)
    finally:
        sys.path[:] = path
        _forget(package)
    _has_a_docker_folder(case.files, package)
    demand(json.loads(case.files[f"{package}/agent.json"]) == case.config, "another agent.json")
    demand(case.config["name"] in case.files["README.md"], "a README of another agent")
    demand(not [text for text in case.files.values() if re.search(r"__[A-Z]+__", text)], "a gap that nobody filled")


def _package(case: Case) -> str:
    return next(path for path in case.files if path.endswith("/agent.json")).split("/")[0]


def _forget(package: str) -> None:
    for module in [name for name in sys.modules if name.split(".")[0] == package or name.endswith("test_agent")]:
        del sys.modules[module]


def _tests_pass(folder: Path, *, whole: bool) -> None:
    """Those of the program itself, which is the same for every agent, only for some of them."""
    told = io.StringIO()
    options = ["-q", "-p", "no:cacheprovider", "--import-mode=importlib", f"--rootdir={folder}", "-W", "error"]
    options += [] if whole else ["-k", OF_THE_AGENT]
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        code = pytest.main([str(folder / "tests"), *options])
    demand(code == 0, f"its tests fail: {told.getvalue()[-400:]}")


def _answers(case: Case, package: str) -> None:
    """A turn through the command line. The stub's answer fits the schema or not; one that does not is refused."""
    command = importlib.import_module(f"{package}.__main__")
    schema = case.config.get("schema_definition")
    seen = list[tuple[str, str]]()
    given = list[dict[str, Any]]()

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        seen.append((info.instructions or "", str(messages[0].parts[-1].content)))
        if not info.output_tools:
            return ModelResponse(parts=[TextPart(ANSWER)])
        given.append(_JsonSchemaTestData(info.output_tools[0].parameters_json_schema).generate())
        return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, given[-1])])

    out, errors = io.StringIO(), io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        warnings.simplefilter("error")
        try:
            code = command.main([f"--{name}={value}" for name, value in case.values.items()], FunctionModel(answer))
        except SystemExit as refused:
            code = refused.code
    demand(seen and seen[0] == (case.system, case.user), f"other prompts: {seen!r:.300}")
    demand(bool(given) == bool(schema), "an output schema that nobody wanted, or none")
    if schema and not _fits(given[-1], schema):
        demand(code == 1 and len(given) in (1, 3) and "no answer" in errors.getvalue(), "takes what does not fit")
    else:
        said = json.loads(out.getvalue()) if schema else out.getvalue()
        demand(code == 0 and said == (given[0] if schema else f"{ANSWER}\n"), f"another answer: {said!r:.200}")


def _fits(value: Any, schema: Any) -> bool:
    try:
        return Draft202012Validator(schema).is_valid(value)
    except RecursionError:  # a schema of which a value would have to be its own opposite
        return False


def _has_a_docker_folder(files: Files, package: str) -> None:
    """What can be said without Docker: every line is a known command, every file that is copied is there."""
    lines = files["docker/Dockerfile"].replace("\\\n", " ").splitlines()
    commands = [line.split()[0] for line in lines if line]
    known = {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}
    demand(commands[0] == "FROM" and set(commands) <= known, f"an unknown command: {commands}")
    demand(commands.index("USER") < commands.index("CMD"), "it runs as root")
    copied = [line.split()[1] for line in lines if line.startswith("COPY")]
    allowed = {line[1:] for line in files["docker/Dockerfile.dockerignore"].splitlines() if line.startswith("!")}
    demand(allowed == set(copied) == {"requirements.txt", package}, f"other files in the image: {copied}")
    demand(json.loads(lines[-1].removeprefix("CMD ")) == ["python", "-m", f"{package}.server"], "starts something else")
    service = yaml.safe_load(files["docker/compose.yaml"])["services"]["agent"]
    demand(service["build"]["dockerfile"] in files, "no such Dockerfile")


def mutants(case: Case) -> Iterator[Mutant]:
    package = _package(case)
    setup, agent = f"{package}/setup.json", f"{package}/agent.json"

    def without(path: str) -> Files:
        return {name: text for name, text in case.files.items() if name != path}

    def changed(path: str, old: str, new: str) -> Files:
        demand(old in case.files[path], f"nothing to break in {path}")
        return {**case.files, path: case.files[path].replace(old, new)}

    yield "no agent.json", without(agent)
    yield "no setup.json", without(setup)
    yield "no module of prompts", without(f"{package}/prompts.py")
    yield "JSON that does not end", {**case.files, agent: "{"}
    yield "no prompts", with_json(case.files, lambda value: value.pop("prompts"), agent)
    yield "a gap without a sentence", with_json(case.files, _no_sentences, agent)
    yield "no model", with_json(case.files, lambda value: value.pop("model"), setup)
    yield "a tool that is not there", with_json(case.files, _one_tool_more, setup)
    yield "a sentence more", with_json(case.files, lambda value: value.update(tone="Angry."), agent)
    yield "answers that nobody checks", changed(f"{package}/agent.py", "raise ModelRetry", "str")
    yield "a command line that says nothing", changed(f"{package}/__main__.py", "print(shown(", "str(shown(")
    yield "a server that takes anything", changed(f"{package}/server.py", '!= "application/json"', '== "x"')
    yield "Python that does not end", {**case.files, f"{package}/tools.py": "def ("}
    yield "a Dockerfile of another package", changed("docker/Dockerfile", f"COPY {package}", "COPY other")


def _no_sentences(config: Any) -> None:
    for prompt in config["prompts"]:
        prompt["placeholders"] = {}


def _one_tool_more(setup: Any) -> None:
    setup["tools"].append({"name": "a", "function": "nowhere", "description": "", "parameters": {"type": "object"}})


if __name__ == "__main__":
    main(check, mutants)
