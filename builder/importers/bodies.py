"""What bodies of providers' APIs share: tools, output formats, metadata, and how gaps are written in their texts."""

import re
from collections.abc import Mapping
from typing import Any

from builder.exporters.toolbox import mended
from builder.importers.prompts import EITHER, SINGLE, Parts, parts
from builder.importers.remarks import Remark
from builder.importers.servers import server
from builder.importers.taking import Taking, without_keys

# Their own, and ours for the same thing.
_BUILT_IN = {"web_search": "web_search", "web_search_preview": "web_search", "web_fetch": "web_fetch"}
# `{x}` as our exports write it, and `{{X}}` in capitals as prompts for Claude have it.
CAPITALS = re.compile(
    r"(?:(?P<two>\{\{[ \t]*(?=[A-Z][A-Z0-9_]*[ \t]*\}\}))|\{(?=[a-z][a-z0-9_]*\}))(?P<name>[A-Za-z0-9_]+)"
    r"(?(two)[ \t]*\}\}|\})"
)


def cut(text: str, *, is_ours: bool) -> Parts:
    """The text at its gaps: ours are written in one way, those of others in several."""
    return parts(text, SINGLE if is_ours else EITHER)


def metadata(whole: Taking, *own: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The configuration's metadata, and those of its texts that our exports keep there."""
    pairs, refused = without_keys(whole.mapping("metadata"), "metadata")
    whole.remarks += refused
    aside = {key: value for key in own if isinstance(value := pairs.get(key), str)}
    left = {key: value for key, value in pairs.items() if key not in aside}
    return ({"metadata": left} if left else {}), aside


def output_format(said: Taking) -> tuple[Any, str]:
    """The schema of `{"type": "json_schema", …}` in any of its two forms, and its name."""
    inner = said.mapping("json_schema")
    kind = said.text("type")
    if kind not in ("", "text", "json_schema"):
        said.remarks.append(Remark("left_out", said.place("type"), "unknown_part"))
    said.passed("strict", "description")
    name = said.anything("name") or inner.get("name")
    return said.anything("schema") or inner.get("schema"), name if isinstance(name, str) else ""


def tools(whole: Taking) -> tuple[list[Any], list[Remark]]:
    """Of each kind that OpenAI has, and Anthropic's own functions."""
    found, remarks = list[Any](), list[Remark]()
    for place, said in enumerate(whole.items("tools")):
        tool, told = one_tool(said, f"tools.{place}")
        found += tool
        remarks += told
    return found, remarks


def one_tool(said: Any, where: str) -> tuple[list[Any], list[Remark]]:
    told = Taking(said, where)
    kind = told.text("type")
    if kind == "mcp" and isinstance(said, Mapping):
        transport = said.get("transport")
        flat = {key: value for key, value in said.items() if key != "transport"}
        return server({**(transport if isinstance(transport, Mapping) else {}), **flat}, where)
    if kind in _BUILT_IN:
        return [{"name": _BUILT_IN[kind], "parameters": {}}], told.rest()
    if kind in ("function", "custom", ""):
        return function(told)
    return [], [Remark("left_out", where, "unknown_part")]


def function(told: Taking) -> tuple[list[Any], list[Remark]]:
    """A function that the caller runs: its name, and what it takes with what it is for."""
    nested = told.inside("function")
    inside = nested if nested.anything("name") else told
    inside.passed("strict", "type")
    name, about = inside.text("name"), inside.text("description")
    takes = inside.mapping("parameters") or inside.mapping("input_schema")
    remarks = [*told.rest(), *(nested.rest() if inside is nested else ())]
    if not name.strip():
        return [], [*remarks, Remark("left_out", told.place("name"), "wrong_kind")]
    if is_made_of(name, about):
        return [{"name": about, "parameters": takes}], remarks
    whole: dict[str, Any] = {"type": "object", "properties": {}, **takes}
    if about.strip():
        whole["description"] = about
    return [{"name": name, "parameters": whole}], remarks


def is_made_of(name: str, about: str) -> bool:
    """Whether our exports made the name of this text: it was the tool's own name, and stands as its description."""
    begins = mended(about)
    numbered = re.fullmatch(rf"{re.escape(begins[:60])}\w*_\d+", name) is not None
    return bool(about.strip()) and (name == begins or numbered)


def model(name: str, provider: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The value of “model”. `settings`: those that are no numbers are left out."""
    numbers = {
        key: value
        for key, value in settings.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    found = {"provider": provider if name else "", "name": name, "settings": numbers}
    bare = {key: value for key, value in found.items() if value}
    return {"model": bare} if bare else {}
