"""Microsoft 365 Copilot: manifests of declarative agents, also those of projects that keep the text in a file."""

import re
from collections.abc import Mapping
from typing import Any

from builder.exporters.m365 import BUILT_IN
from builder.importers.base import Document, Importer, Reading
from builder.importers.outputs import output
from builder.importers.prompts import described, named, prompts
from builder.importers.remarks import Remark
from builder.importers.taking import Taking

_VERSION = re.compile(r"v1\.\d{1,2}")
_FILE = re.compile(r"\A\s*+\$\[file\(['\"](?P<path>[^'\"]{1,200})['\"]\)\]\s*+")
_FILLED = re.compile(r"\$\{\{[^{}]{1,60}\}\}|\[\[[A-Za-z_]\w{0,60}\]\]")  # by the toolkit, by a file of translations
_TOOLS = {theirs: ours for ours, theirs in reversed(BUILT_IN.items())}


class M365Importer(Importer):
    name = "m365"
    title = "Microsoft 365 Copilot"
    rank = 1

    def recognises(self, document: Document) -> bool:
        data = document.data
        if not isinstance(data, Mapping):
            return False
        said, version = data.get("$schema"), data.get("version")
        if isinstance(said, str) and "declarative-agent" in said[:300]:
            return True
        has_parts = not {"instructions", "conversation_starters", "capabilities"}.isdisjoint(data)
        return isinstance(version, str) and _VERSION.fullmatch(version) is not None and has_parts and "name" in data

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        whole.passed("$schema", "version", "id")
        whole.refuse("reads_elsewhere", "actions", "worker_agents")
        system, used = _instructions(whole, document)
        texts = prompts(system)
        name, of_name = named(whole.anything("name"), document.path)
        description, of_description = described(whole.text("description"), system)
        found: dict[str, Any] = {**name, **description, **output(None)[0], "prompts": texts.items}
        starters, tools = _starters(whole), _tools(whole)
        found |= {key: value for key, value in (("conversation_starters", starters), ("tools", tools)) if value}
        parts = (whole.text("name"), whole.text("description"), system, *starters)
        filled = dict.fromkeys(match[0] for text in parts for match in _FILLED.finditer(text))
        remarks = [Remark("rewritten", "instructions", "template_kept", {"text": text}) for text in filled]
        return Reading(found, (*texts.remarks, *remarks, *of_name, *of_description, *whole.rest()), used)


def _instructions(whole: Taking, document: Document) -> tuple[str, frozenset[str]]:
    """The text; where it is in a file, that file's, if it came along."""
    said = whole.text("instructions")
    elsewhere = _FILE.fullmatch(said)
    if elsewhere is None:
        return said, frozenset()
    folder = document.path.rpartition("/")[0]
    path = f"{folder}/{elsewhere['path']}".lstrip("/").removeprefix("./")
    if path in document.others:
        return document.others[path], frozenset((path,))
    whole.remarks.append(Remark("left_out", "instructions", "file_missing", {"file": elsewhere["path"][:80]}))
    return "", frozenset()


def _starters(whole: Taking) -> list[str]:
    found = list[str]()
    for place, data in enumerate(whole.items("conversation_starters")):
        starter = Taking(data, f"conversation_starters.{place}")
        title, text = starter.text("title"), starter.text("text")
        if title and text and title != text:
            starter.remarks.append(Remark("left_out", starter.place("title"), "unknown_part"))
        found += [text or title] if (text or title).strip() else []
        whole.remarks += starter.rest()
    return found


def _tools(whole: Taking) -> list[dict[str, Any]]:
    found = list[dict[str, Any]]()
    for place, data in enumerate(whole.items("capabilities")):
        ability = Taking(data, f"capabilities.{place}")
        name = ability.text("name")
        if name in _TOOLS:
            found.append({"name": _TOOLS[name], "parameters": {}})
        else:
            ability.remarks.append(Remark("left_out", ability.place("name"), "unknown_part"))
        whole.remarks += ability.rest()
    return found
