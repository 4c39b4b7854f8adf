"""A custom GPT of ChatGPT: what stands in its Configure tab, as a text with headings or as JSON that tools save."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from builder.importers.base import Document, Importer, Reading
from builder.importers.prompts import EITHER, LONGEST_SHOWN, described, named, parts, prompts
from builder.importers.remarks import Remark
from builder.importers.taking import Taking

TITLE = "Custom GPT"
_FIELDS: Mapping[str, str] = {
    "name": "name",
    "gpt name": "name",
    "description": "description",
    "instructions": "instructions",
    "system prompt": "instructions",
    "conversation starters": "starters",
    "prompt starters": "starters",
    "starters": "starters",
    "sample prompts": "starters",
    "knowledge": "knowledge",
    "knowledge files": "knowledge",
    "files": "knowledge",
    "capabilities": "capabilities",
    "actions": "actions",
    "recommended model": "model",
    "profile picture": "picture",
    "gpt url": "address",
    "url": "address",
    "category": "category",
}
_HEADING = re.compile(
    r"[ \t]{0,3}(?:#{1,4}[ \t]*)?(?:\*\*|__)?(?P<name>[A-Za-z][A-Za-z ]{2,22}?)[ \t]*"
    r"(?P<end>:(?:\*\*|__)?|(?:\*\*|__):?|$)[ \t]*(?P<rest>.*)$"
)
_POINT = re.compile(r"^[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]+")
_ABILITIES = {"web": "web_search", "brows": "web_search", "search": "web_search", "code": "code_interpreter"}
_ABILITIES |= {"python": "code_interpreter", "data analysis": "code_interpreter"}
_ABILITIES |= {"image": "image_generation", "dall": "image_generation"}
_NO = re.compile(r"\b(?:no|off|false|disabled)\b|\[ \]|☐|✗|❌", re.IGNORECASE)
_BOX = re.compile(r"\A[ \t]*+(?:(?:[-*•–]|\d{1,2}[.)])[ \t]*+)?(?:\[[ xX]?\]|☐|☑|✅|✓|✔|✗|❌)[ \t]*")
_BETWEEN = re.compile(r"[,;|]|\band\b|[&+](?![ \t]*data analysis)", re.IGNORECASE)
_KEYS_OF_FILES = ("knowledge", "files", "knowledge_files")
_JSON_SIGNS = ("conversation_starters", "prompt_starters", "starters", "sample_prompts", "gizmo")


class CustomGPT(Importer):
    name = "custom_gpt"
    title = TITLE
    rank = 7

    def recognises(self, document: Document) -> bool:
        if _is_saved(document):
            return True
        if document.data is not None and not _is_plain(document):
            return False
        found = _sections(document.text)
        return "instructions" in found and bool({"name", "description", "starters"} & set(found))

    def read(self, document: Document) -> Reading:
        if _is_saved(document):
            return _of_json(document.data, document.path)
        return _of_text(_sections(document.text), document.path)


def _is_saved(document: Document) -> bool:
    """Whether a tool wrote it, with keys of its own."""
    data = document.data
    if not isinstance(data, Mapping):
        return False
    held = _held(data)
    return _instructions(held) != "" and any(key in held or key in data for key in _JSON_SIGNS)


def _is_plain(document: Document) -> bool:
    """A short text with a heading before each line happens to be YAML; its keys begin with capital letters."""
    keys = document.data if isinstance(document.data, Mapping) else {}
    return "Instructions" in keys and not document.text.lstrip().startswith(("{", "---"))


def _sections(text: str) -> dict[str, str]:
    """The parts of a text under the headings of the Configure tab. What instructions hold in themselves stays in them:
    only a heading that is not yet there ends them."""
    found = dict[str, list[str]]()
    field, is_marked = "", False
    for line in text.split("\n"):
        heading = _heading(line)
        ends = heading is not None and heading[0] not in found and not (
            field == "instructions" and is_marked and not heading[2]
        )
        if heading is not None and ends:
            field, rest, is_marked = heading
            found[field] = [rest] if rest else []
        elif field:
            found[field].append(line)
    return {name: "\n".join(lines).strip("\n").strip() for name, lines in found.items()}


def _heading(line: str) -> tuple[str, str, bool] | None:
    """Field, text behind it, and whether it is marked as a heading (`#` or bold)."""
    match = _HEADING.match(line) if len(line) < 20_000 else None
    if match is None:
        return None
    field = _FIELDS.get(" ".join(match["name"].lower().split()))
    is_marked = line.lstrip().startswith(("#", "**", "__"))
    is_alone = not match["rest"] and (":" in match["end"] or is_marked or match["name"][0].isupper())
    if field is None or not (is_alone or ":" in match["end"]):
        return None
    return field, match["rest"], is_marked


def _of_text(found: Mapping[str, str], path: str) -> Reading:
    remarks = list[Remark]()
    starters = [bare for line in found.get("starters", "").split("\n") if (bare := _bare(line))]
    tools = list(_tools(_each_ability(found.get("capabilities", "")), "capabilities", remarks))
    remarks += _of_files([_bare(line) for line in found.get("knowledge", "").split("\n")], "knowledge")
    remarks += [Remark("refused", "actions", "reads_elsewhere")] if found.get("actions") else []
    left = [field for field in ("model", "picture", "address", "category") if found.get(field)]
    remarks += [Remark("left_out", field, "unknown_part") for field in left]
    said = (found.get("name"), found.get("description"), found.get("instructions", ""))
    return _reading(*said, starters, tools, remarks, path)


def _bare(line: str) -> str:
    bare = _POINT.sub("", line).strip()
    return bare.strip("\"“”") if bare[:1] in "\"“" else bare


def _each_ability(said: str) -> list[str]:
    """Those of a list, and those that stand in one line; a box before the line counts for all of it."""
    found = list[str]()
    for line in said.split("\n"):
        box = _BOX.match(line)
        before = box[0] if box else ""
        found += [before + one.strip() for one in _BETWEEN.split(line[len(before) :]) if one.strip()]
    return found


def _of_files(names: list[str], where: str) -> list[Remark]:
    """A remark for each file that the GPT knows and that did not come along."""
    each = [one.strip() for name in names for one in re.split(r"[,;]", name) if one.strip()]
    return [Remark("refused", where, "knows_file", {"file": one[:LONGEST_SHOWN]}) for one in each]


def _tools(said: list[str], where: str, remarks: list[Remark]) -> Iterator[dict[str, Any]]:
    """The abilities that are switched on, each once, under the names by which tools are known."""
    seen = set[str]()
    for line in said:
        known = next((tool for sign, tool in _ABILITIES.items() if sign in line.lower()), "")
        if known and known not in seen and not _NO.search(line):
            seen.add(known)
            remarks.append(Remark("rewritten", where, "tool_named", {"tool": known}))
            yield {"name": known, "parameters": {}}
        elif line.strip() and not known:
            remarks.append(Remark("left_out", where, "unknown_part"))


def _held(data: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """The GPT itself; exports keep it in “gizmo”, and its texts in “display”."""
    gizmo = data.get("gizmo")
    if isinstance(gizmo, Mapping) and isinstance(gizmo.get("gizmo"), Mapping):
        gizmo = gizmo["gizmo"]
    held = gizmo if isinstance(gizmo, Mapping) else data
    display = held.get("display")
    return {**held, **display} if isinstance(display, Mapping) else held


def _instructions(held: Mapping[Any, Any]) -> str:
    texts = (held.get(key) for key in ("instructions", "system_prompt", "prompt"))
    return next((text for text in texts if isinstance(text, str) and text.strip()), "")


def _of_json(data: Mapping[Any, Any], path: str) -> Reading:
    held = Taking(_held(data))
    text = _instructions(_held(data))
    held.passed("instructions", "display", *(["system_prompt"] if not held.anything("instructions") else []))
    starters = [one for key in _JSON_SIGNS[:4] for one in held.texts(key) if one.strip()]
    held.refuse("reads_elsewhere", "actions")
    remarks = [remark for key in _KEYS_OF_FILES for remark in _known_files(held, key)]
    said = [one if isinstance(one, str) else str(one.get("type", "")) for one in _abilities(held)]
    tools = list(_tools(said, "tools", remarks))
    name, about = held.text("name") or held.text("title"), held.text("description")
    return _reading(name, about, text, starters, tools, [*held.rest(), *remarks], path)


def _abilities(held: Taking) -> Iterator[Any]:
    for key in ("capabilities", "tools"):
        said = held.anything(key)
        if isinstance(said, Mapping):
            yield from (str(name) for name, value in said.items() if value)
        elif isinstance(said, list):
            yield from (one for one in said if isinstance(one, str | Mapping))
        elif isinstance(said, str):
            yield from _each_ability(said)


def _known_files(held: Taking, key: str) -> list[Remark]:
    """A remark for each file by its name; one without names where there are none."""
    said = held.anything(key)
    if isinstance(said, str):
        return _of_files(said.split("\n"), key)
    if not said:
        return []
    told = (one.get("name") or one.get("filename") if isinstance(one, Mapping) else one for one in _listed(said))
    named = [one for one in told if isinstance(one, str) and one.strip()]
    return _of_files(named, key) or [Remark("refused", held.place(key), "reads_elsewhere")]


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _reading(
    name: Any, about: Any, text: str, starters: list[str], tools: list[Any], remarks: list[Remark], path: str
) -> Reading:
    told = prompts(parts(text, EITHER))
    called, of_name = named(name, path)
    described_as, of_about = described(about, text)
    values = {**called, **described_as, "return_type": "unstructured", "prompts": told.items}
    values |= {"conversation_starters": starters} if starters else {}
    values |= {"tools": tools} if tools else {}
    return Reading(values, (*told.remarks, *of_name, *of_about, *remarks))
