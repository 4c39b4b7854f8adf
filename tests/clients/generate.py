"""The generated files of the TypeScript client, from the API's own description: its types and its table of calls.

Run as a program it writes them.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.node.modules import CLIENT, node, node_modules

SOURCES = CLIENT / "src"
GENERATOR = (
    "--default-non-nullable=false",  # defaults are the server's: who calls may leave such a key out
    "--root-types",  # every schema is a type of its own name
    "--root-types-no-schema-prefix",
    "--root-types-keep-casing",
)
METHODS = ("get", "post", "put", "patch", "delete")
HEAD = "// Written by `make typescript-client` from the API's description. Do not edit.\n"


def described() -> dict[str, Any]:
    """What `python -m builder openapi` prints."""
    command = [sys.executable, "-m", "builder", "openapi"]
    printed = subprocess.run(command, cwd=CLIENT.parent.parent, capture_output=True, check=True).stdout
    found: dict[str, Any] = json.loads(printed)
    return found


def generated(description: Mapping[str, Any]) -> dict[str, str]:
    """File name -> what must stand in it."""
    return {"schema.ts": _types(description), "calls.ts": _calls(description)}


def _types(description: Mapping[str, Any]) -> str:
    program = node_modules(CLIENT) / "openapi-typescript" / "bin" / "cli.js"
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "openapi.json"), Path(folder, "schema.ts")
        given.write_text(json.dumps(legible(description)), "utf-8")
        command = [node(), str(program), str(given), "--output", str(made), *GENERATOR]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"The types could not be generated:\n{done.stdout}\n{done.stderr}")
        return HEAD + made.read_text("utf-8")


# Titles only repeat the name of what they stand at; examples are for people who read the description itself.
SILENT = {"title", "example", "examples"}


def legible(part: Any, names: bool = False) -> Any:
    """The same description, said so that good types come of it. `names`: the keys of this part are names of others."""
    if isinstance(part, list):
        return [legible(item) for item in part]
    if not isinstance(part, dict):
        return part
    if "contentSchema" in part:
        return legible(part["contentSchema"])  # of each line of a stream, or each event
    kept = {key: legible(item, key == "properties") for key, item in part.items() if names or key not in SILENT}
    return kept if names else _open(_both(kept))


def _both(part: dict[str, Any]) -> dict[str, Any]:
    """`anyOf` beside `properties` is one demand more; the generator takes it for another choice."""
    if "properties" not in part or not isinstance(choices := part.get("anyOf"), list):
        return part
    return {"allOf": [{key: item for key, item in part.items() if key != "anyOf"}, {"anyOf": choices}]}


def _open(part: dict[str, Any]) -> dict[str, Any]:
    """An object of which nothing is said may have any keys; the generator takes it for an empty one."""
    says = {"properties", "additionalProperties", "allOf", "anyOf", "oneOf"}
    return part if part.get("type") != "object" or says & part.keys() else {**part, "additionalProperties": True}


def _calls(description: Mapping[str, Any]) -> str:
    """How each call is made: its method and its path."""
    rows = [
        f'  {call["operationId"]}: ["{method.upper()}", "{path}"],'
        for path, calls in description["paths"].items()
        for method, call in calls.items()
        if method in METHODS
    ]
    return "\n".join([HEAD + "export const CALLS = {", *rows, "} as const;", ""])


def main() -> None:
    for name, text in generated(described()).items():
        (SOURCES / name).write_text(text, "utf-8")
        print(f"written: {name}, {text.count(chr(10)):,} lines")


if __name__ == "__main__":
    main()
