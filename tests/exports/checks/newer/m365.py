"""Microsoft's own schema takes the manifest. It closes its objects by the names of properties, which later drafts of
JSON Schema hold to, and its patterns are held as JavaScript reads them: a dot is no break of any kind."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from tests.exports.frame import Case, Mutant, demand, json_mutants, main

FILE = Path(__file__).parents[2] / "schemas" / "m365" / "declarative-agent-v1.8.json"
SCHEMA = Draft7Validator(json.loads(FILE.read_text(encoding="utf-8")))
LINE = re.compile(r"(?!.*(?:\[\[|\]\]))[^\n\r\u2028\u2029]*\S[^\n\r\u2028\u2029]*")


def check(case: Case) -> None:
    manifest = json.loads(case.main)
    SCHEMA.validate(manifest)
    demand(manifest["name"] == case.config["name"], "another name")
    demand(all(map(LINE.fullmatch, _lines(manifest))), "a text that is no line, or has brackets")
    text = manifest["instructions"]
    demand(len(text.encode("utf-16-le")) // 2 <= 8_000 and text.strip(), "too long, or nothing")
    demand(not re.search("[\u2028\u2029]", text), "a break that the pattern does not know")
    wanted = re.sub("[\u2028\u2029]", "\n", _spaced(case.system))
    demand(wanted.strip().startswith(_filled(text, case).strip()[:7_900]), "other instructions")
    demand("text_cut" in case.notes or len(_filled(text, case).strip()) == len(wanted.strip()), "cut without a note")
    starters = case.config.get("conversation_starters", [])[:12]
    demand(len(manifest.get("conversation_starters", [])) == len(starters), "other starters")


def _lines(manifest: dict[str, Any]) -> list[str]:
    starters = [starter["text"] for starter in manifest.get("conversation_starters", [])]
    return [manifest["name"], manifest["description"], *starters]


def _filled(text: str, case: Case) -> str:
    for name, value in case.values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _spaced(text: str) -> str:
    """Text that only looks like a gap has a blank there."""
    return re.sub(r"\{(?=[a-z][a-z0-9_]*\})", "{ ", text)


def mutants(case: Case) -> Iterator[Mutant]:
    wrong: dict[str, object] = {
        "version": "v9",
        "name": "n" * 101,
        "description": "[[translated]] text",
        "instructions": "i" * 8_001,
        "capabilities": [{"name": "Anything"}],
        "conversation_starters": [{"title": "x"}],
    }
    yield from json_mutants(case.files, ["version", "name", "description", "instructions"], wrong)
    deep = {**json.loads(case.main), "capabilities": [{"name": "WebSearch", "pages": []}]}
    yield "an unknown key below", {"declarativeAgent.json": json.dumps(deep)}


if __name__ == "__main__":
    main(check, mutants)
