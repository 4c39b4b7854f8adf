"""The library's own client speaks to the server, over stdio as assistants do, and gets the prompt and the agent."""

import asyncio
import json
import os
import runpy
import sys
from collections.abc import Iterator

from mcp import Client, MCPError, StdioServerParameters

from tests.exports.frame import Case, Files, Mutant, demand, main

LONGEST = 30  # seconds until a server that does not answer is given up
OVER_STDIO = ("everything", "flat schema", "ticket_triage", "traps in prompts", "braces", "long prompts", "deep schema")


def check(case: Case) -> None:
    asyncio.run(asyncio.wait_for(_talk(case), LONGEST))


async def _talk(case: Case) -> None:
    folder = case.written()
    started = StdioServerParameters(command=sys.executable, args=["server.py"], cwd=folder, env=dict(os.environ))
    # A process takes a second to start: for the others the same client speaks to the server within this one.
    server = started if case.name in OVER_STDIO else runpy.run_path(str(folder / "server.py"))["server"]()
    async with Client(server) as client:
        demand(client.server_info.name == case.config["name"], "another name")
        demand(client.instructions == case.config["description"], "another description")
        prompts = (await client.list_prompts()).prompts
        demand(len(prompts) == 1, f"{len(prompts)} prompts")
        _has_arguments(case, prompts[0].arguments or [])
        said = (await client.get_prompt(prompts[0].name, dict(case.values))).messages
        _says(case, [(message.role, message.content.text) for message in said])
        if case.values:
            await _refuses(client, prompts[0].name)
        resource = (await client.list_resources()).resources[0]
        held = (await client.read_resource(resource.uri)).contents[0]
        demand(json.loads(held.text) == case.config, "another agent in the resource")


def _has_arguments(case: Case, arguments: list) -> None:
    system, user = (prompt["placeholders"] for prompt in case.config["prompts"])
    hints = {**user, **system}
    demand({argument.name: argument.description for argument in arguments} == hints, "other arguments")
    demand(all(argument.required for argument in arguments), "an argument that may be left out")


def _says(case: Case, said: list[tuple[str, str]]) -> None:
    schema, first = case.config.get("schema_definition"), case.config.get("first_message")
    system, form = said[0][1][: len(case.system)], said[0][1][len(case.system) :]
    demand(system == case.system, f"other instructions: {system!r:.200}")
    demand(bool(form) == bool(schema), "a form that nobody wanted, or none")
    if schema:
        begin, _, end = form.partition("\n\n{")
        demand("JSON Schema" in begin and json.loads("{" + end) == schema, "another form of the answer")
    wanted = ["user", *(["assistant"] if first else []), "user"]
    demand([role for role, _ in said] == wanted, "other roles")
    demand(said[-1][1] == case.user and (not first or said[1][1] == first), "other messages")


async def _refuses(client: Client, name: str) -> None:
    """A value that is missing stops it."""
    try:
        await client.get_prompt(name, {})
    except MCPError:
        return
    raise AssertionError("answers with a value missing")


def mutants(case: Case) -> Iterator[Mutant]:
    def changed(old: str, new: str) -> Files:
        demand(old in case.main, f"nothing to break: {old}")
        return {**case.files, "server.py": case.main.replace(old, new, 1)}

    yield "another library", changed("mcp.server.mcpserver import", "mcp.server.fastmcp import")
    yield "no prompt", changed("made.add_prompt(prompt)", "pass")
    yield "no resource", changed("made.add_resource(", "str(")
    yield "arguments that may be left out", changed("required=True", "required=False")
    yield "gaps that are not filled", changed("filled(USER, values)", "USER + 'x'")
    yield "Python that does not end", changed("CONFIG = {", "CONFIG = {{")


if __name__ == "__main__":
    main(check, mutants)
