"""What a text says as JSON or YAML, or the head of a text between `---` lines; None where it is neither."""

import re
from typing import Any

from builder.importers.json_strict import checked, read_json
from builder.importers.refusals import Unreadable
from builder.importers.yaml_safe import read_yaml

_HEAD = re.compile(r"---[ \t]*\n(?P<head>[\s\S]*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_JSON = (".json", ".jsonc", ".json5")
_YAML = (".yaml", ".yml")
_PROGRAMS = (".py", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts")
_WITH_HEAD = (".md", ".mdx", ".mdc", ".markdown", ".prompty", ".prompt")
_COMMENTS = r"(?:\s++|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+"  # nothing is tried twice: the time is linear
_BEGINS_JSON = re.compile(rf'\A{_COMMENTS}(?:\{{\s*+(?:"|\}}|//|/\*)|\[\s*+(?:\{{|\[|"|\]|//|/\*))')
_BEGINS_YAML = re.compile(
    r"\A(?:[ \t]*+(?:#[^\n]*+|---|%YAML[^\n]*+)?\n){0,50}+(?:- )?[\"']?[A-Za-z_$][\w$. -]{0,60}[\"']?:(?:\s|$)"
)
_KEY = re.compile(r"\A[a-z_$][\w.-]*+:(?:\s|$)")
_LINE = re.compile(r"^([A-Za-z_][\w-]{0,40}):[ \t]*(.*)$", re.MULTILINE)


def parse(text: str, path: str = "") -> Any:
    """By the ending of the path, else by how the text begins. Raises Unreadable for JSON and YAML that is broken."""
    ending = _ending(path)
    if ending in _PROGRAMS:
        return None
    if ending in _JSON:
        return read_json(text)
    if ending in _YAML:
        return _yaml(text)
    if head := split_head(text):
        return _head(head[0])
    if ending in _WITH_HEAD:
        return None
    if _BEGINS_JSON.match(text):
        return read_json(text)
    return _perhaps(text) if _BEGINS_YAML.match(text) else None


def yaml_in(text: str, path: str = "") -> str:
    """What of the text `parse` reads as YAML: all, a head, or nothing."""
    ending = _ending(path)
    if ending in (*_PROGRAMS, *_JSON):
        return ""
    if ending in _YAML:
        return text
    if head := split_head(text):
        return head[0]
    is_some = ending not in _WITH_HEAD and not _BEGINS_JSON.match(text) and _BEGINS_YAML.match(text)
    return text if is_some else ""


def _ending(path: str) -> str:
    return path[path.rfind(".") :].lower() if "." in path else ""


def split_head(text: str) -> tuple[str, str] | None:
    """Head and body of a text that begins with a line `---`; None for a text without."""
    found = _HEAD.match(text)
    return (found["head"], text[found.end() :]) if found and ":" in found["head"] else None


def _yaml(text: str) -> Any:
    value = read_yaml(text)
    checked(value)
    return value


def _perhaps(text: str) -> Any:
    """YAML that nobody says is some: prose has colons, too."""
    try:
        value = _yaml(text)
    except Unreadable:
        if _is_meant_as_yaml(text):
            raise
        return None
    return value if isinstance(value, dict | list) else None


def _is_meant_as_yaml(text: str) -> bool:
    """Most lines at the left edge begin with a key as programs write them."""
    lines = [line for line in text[:50_000].split("\n") if line[:1].strip() and not line.startswith(("#", "---", "- "))]
    keys = [line for line in lines if _KEY.match(line)]
    return len(keys) > 1 and len(keys) * 2 > len(lines)


def _head(head: str) -> Any:
    """Heads are often written as lines `key: any text`, which YAML does not take: then each line is a text."""
    try:
        return _yaml(head)
    except Unreadable as error:
        lines = dict(_LINE.findall(head))
        if error.code != "broken_yaml" or not lines:
            raise
    return {key: said.strip().strip("\"'") for key, said in lines.items()}
