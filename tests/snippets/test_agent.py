"""What a program copies to use an agent: it reads it by its address, fills its prompts, checks what comes out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder.core.placeholders import fill
from builder.snippets.base import AgentHere, Place
from tests.node.modules import node
from tests.snippets.conftest import (
    BILLING,
    CONVERSATION,
    NOBODY,
    PYTHON,
    Served,
    run,
    with_packages,
    written,
)
from tests.snippets.test_session import assert_types

Program = Callable[[Path, Place], list[str | Path]]


def curl(folder: Path, place: Place) -> list[str | Path]:
    return ["sh", written(folder, "curl", place)]


def python(folder: Path, place: Place) -> list[str | Path]:
    return [PYTHON, written(folder, "python", place)]


def python_client(folder: Path, place: Place) -> list[str | Path]:
    return [PYTHON, written(folder, "python_client", place)]


def javascript(folder: Path, place: Place) -> list[str | Path]:
    written(folder, "javascript", place)
    return [node(), folder / "example.mjs"]


each = pytest.mark.parametrize(
    "program", [curl, python, python_client, javascript], ids=lambda program: program.__name__
)
filling = pytest.mark.parametrize(
    "program", [python, python_client, javascript], ids=lambda program: program.__name__
)


def renewed(served: Served, agent: AgentHere, **changes: Any) -> int:
    whole = served.client.get(f"/v1/agents/{agent.id}").json()["configuration"]
    answer = served.client.put(f"/v1/agents/{agent.id}", json=whole | changes)
    return int(answer.raise_for_status().json()["version"])


@filling
@pytest.mark.parametrize("config", [BILLING, CONVERSATION], ids=["structured", "conversation"])
def test_the_prompts_are_filled_with_what_is_said_for_each_placeholder(
    served: Served, program: Program, config: Any, tmp_path: Path
) -> None:
    agent = served.agent(config)
    done = run(program(tmp_path, served.place(agent)), served.token)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(config["name"])
    for prompt in config["prompts"]:
        assert fill(prompt["content"], dict(agent.placeholders)) in done.stdout


def test_curl_reads_the_latest_and_the_fixed_version_and_keeps_the_file(served: Served, tmp_path: Path) -> None:
    agent = served.agent(CONVERSATION | {"name": "Curled"})
    assert renewed(served, agent, description="Newer.") == 2
    done = run(curl(tmp_path, served.place(agent)), served.token)
    assert done.returncode == 0, done.stderr
    latest, fixed = map(json.loads, done.stdout.strip().splitlines())
    assert (latest["version"], latest["configuration"]["description"]) == (2, "Newer.")
    assert (fixed["version"], fixed["configuration"]["description"]) == (1, CONVERSATION["description"])
    assert json.loads((tmp_path / "Curled.json").read_text("utf-8"))["description"] == "Newer."
    assert "Written: Curled.json" in done.stderr


def test_curl_leaves_a_file_that_is_there_already_and_names_it(served: Served, tmp_path: Path) -> None:
    agent = served.agent(CONVERSATION | {"name": "Kept"})
    (tmp_path / "Kept.json").write_text("mine", "utf-8")
    done = run(curl(tmp_path, served.place(agent)), served.token)
    assert done.returncode == 1 and "Kept.json is there already" in done.stderr
    assert (tmp_path / "Kept.json").read_text("utf-8") == "mine"


@pytest.mark.parametrize("program", [python, python_client], ids=lambda program: program.__name__)
def test_python_reads_a_fixed_version_where_one_is_named(served: Served, program: Program, tmp_path: Path) -> None:
    agent = served.agent(CONVERSATION | {"name": f"Fixed_{program.__name__}"})
    renewed(served, agent, name=f"Later_{program.__name__}")
    command = program(tmp_path, served.place(agent))
    assert "Later_" in run(command, served.token).stdout
    text = Path(command[1]).read_text("utf-8")
    Path(command[1]).write_text(text.replace("VERSION = None", f"VERSION = {agent.version}"), "utf-8")
    assert "Fixed_" in run(command, served.token).stdout


def test_javascript_reads_a_fixed_version_where_one_is_named(served: Served, tmp_path: Path) -> None:
    agent = served.agent(CONVERSATION | {"name": "FixedInJavaScript"})
    renewed(served, agent, name="LaterInJavaScript")
    command = javascript(tmp_path, served.place(agent))
    text = Path(command[1]).read_text("utf-8")
    assert f"configuration({{ version: {agent.version} }})" in text, "the comment says how"
    Path(command[1]).write_text(text.replace("configuration();", "configuration({ version: 1 });"), "utf-8")
    assert run(command, served.token).stdout.startswith("FixedInJavaScript")


CHECK_IN_PYTHON = """
import json, sys, agent
config = agent.configuration()
for answer in sys.argv[1:]:
    try:
        print(json.dumps(agent.output(config, answer)))
    except Exception as error:
        print("refused", type(error).__name__)
try:
    agent.prompt(config, "user", {})
except KeyError as error:
    print("no value for", error)
"""
CHECK_IN_JAVASCRIPT = """
import { configuration, output, prompt } from "./agent.mjs";
const config = await configuration();
for (const answer of process.argv.slice(2)) {
  await output(config, answer).then((found) => console.log(JSON.stringify(found)), () => console.log("refused"));
}
try {
  prompt(config, "user", Object.create({ customer_message: "inherited" }));
} catch (error) {
  console.log(error.message);
}
"""


@pytest.mark.parametrize(("kind", "program"), [("python", CHECK_IN_PYTHON), ("javascript", CHECK_IN_JAVASCRIPT)])
def test_an_output_is_checked_against_the_schema(served: Served, kind: str, program: str, tmp_path: Path) -> None:
    agent = served.agent()
    assert agent.schema is not None
    good = example_of(agent.schema)
    bad = {name: value for name, value in good.items() if name != agent.schema["required"][0]}
    written(tmp_path, kind, served.place(agent))
    with_packages(tmp_path)
    main = tmp_path / ("main.py" if kind == "python" else "main.mjs")
    main.write_text(program, "utf-8")
    command = [PYTHON if kind == "python" else node(), main, json.dumps(good), json.dumps(bad), "no JSON"]
    done = run(command, served.token)
    assert done.returncode == 0, done.stderr
    first, *refused, gap = done.stdout.splitlines()
    assert json.loads(first) == good
    assert len(refused) == 2 and all(line.startswith("refused") for line in refused)
    assert "no value for" in gap


def example_of(schema: Any) -> dict[str, Any]:
    """Something that fits a schema of plain outputs."""
    plain = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "array": []}
    return {
        name: part["enum"][0] if "enum" in part else plain[part["type"]] for name, part in schema["properties"].items()
    }


def test_the_text_of_a_conversation_is_left_as_it_is(served: Served, tmp_path: Path) -> None:
    written(tmp_path, "javascript", served.place(served.agent(CONVERSATION)))
    main = tmp_path / "main.mjs"
    main.write_text(
        'import { configuration, output } from "./agent.mjs";\n'
        'console.log(await output(await configuration(), "Hi {"));',
        "utf-8",
    )
    assert run([node(), main], served.token).stdout == "Hi {\n"


@each
def test_a_refusal_is_told_and_ends_the_program(served: Served, program: Program, tmp_path: Path) -> None:
    nobody = AgentHere(NOBODY, "Nobody", 1, "unstructured")
    done = run(program(tmp_path, served.place(nobody)), served.token)
    assert done.returncode != 0
    assert "not there" in done.stdout + done.stderr or "not here" in done.stdout + done.stderr


@each
def test_without_the_token_the_server_says_how_to_get_one(served: Served, program: Program, tmp_path: Path) -> None:
    if not served.token:
        return
    done = run(program(tmp_path, served.place(served.agent())))
    assert done.returncode != 0
    assert "builder token create" in done.stdout + done.stderr


def test_the_types_fit_the_module(served: Served, tmp_path: Path) -> None:
    written(tmp_path, "javascript", served.place(served.agent()))
    (tmp_path / "use.mts").write_text(
        """
        import { configuration, prompt, output, VALUES, type Agent } from "./agent.mjs";
        const agent: Agent = await configuration({ version: 1 });
        const text: string = prompt(agent, "system", VALUES);
        const found: unknown = await output(agent, text);
        // @ts-expect-error there are two kinds of prompts
        prompt(agent, "third", VALUES);
        """,
        "utf-8",
    )
    assert_types(tmp_path, "use.mts")
