"""How an input becomes an output in this agent, drawn as a Mermaid flowchart made from its configuration.

What a person or a model wrote stands in quoted labels only, and each sign that could mean something to Mermaid,
Markdown or HTML gives way to one that looks like it: a name cannot draw, link, load or run anything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from builder.core import output, placeholders

MOST = 8
LONGEST = 48
_PLAIN = frozenset(" .,_-!?'()/=@^+…")
# Signs that look alike and mean nothing; the font of a drawing has these more often than the full width forms.
_ALIKE = dict(zip('<>"{}[]|`*:;~', "‹›”()()¦‘∗∶\u037e∼", strict=True))
_TO_FULL_WIDTH = 0xFEE0  # from "#" to "＃", and so on for all printable signs of ASCII
_LIST_MARK = re.compile(r"(\d+[.)]|[-+*])\s")
_BOX = "fill:transparent,stroke:#8a8a8a"
_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Legend:
    """The words of the drawing in the person's language."""

    once: str = "Set once"
    each_time: str = "Given each time"
    agent: str = "Agent"
    answer: str = "Answer in words"
    nothing: str = "Nothing yet"
    more: str = "{} more"
    tools: str = "Tools"


def label(text: str) -> str:
    """The text as a quoted Mermaid label that can only be read, never obeyed."""
    short = " ".join(text.split())
    short = short if len(short) <= LONGEST else short[: LONGEST - 1].rstrip() + "…"
    shown = "".join(_tame(sign) for sign in short)
    return f'"{_JOINER if _LIST_MARK.match(shown) else ""}{shown or "…"}"'


def _tame(sign: str) -> str:
    if sign.isalnum() or sign in _PLAIN:
        return sign
    if not sign.isprintable():
        return ""
    return _ALIKE.get(sign) or (chr(ord(sign) + _TO_FULL_WIDTH) if sign.isascii() else sign)


def mermaid(config: Mapping[str, Any], legend: Legend | None = None) -> str:
    """A left-to-right flowchart: what is given, the agent, what comes back."""
    return "\n".join(_drawn(config, legend or Legend()))


def _drawn(config: Mapping[str, Any], legend: Legend) -> Iterator[str]:
    yield "flowchart LR"
    yield f"  agent({label(str(config.get('name') or legend.agent))}):::agent"
    for group, title, names in (
        ("once", legend.once, _gaps(config, "system")),
        ("each", legend.each_time, _gaps(config, "user")),
    ):
        if names or group == "each":
            yield from _group(group, title, names or [legend.nothing], legend)
            yield f"  {group} --> agent"
    yield from _steps(config)
    last = "steps" if _step_titles(config) else "agent"
    if last == "steps":
        yield "  agent --> steps"
    yield from _tools(config, legend)
    yield from _results(config, legend)
    yield f"  {last} --> result"
    yield "  classDef agent stroke-width:2px"


def _group(name: str, title: str, members: list[str], legend: Legend) -> Iterator[str]:
    """A box with one line a member; long lists end with how many more there are."""
    yield f"  subgraph {name}[{label(title)}]"
    yield "    direction TB"
    for place, member in enumerate(members[:MOST]):
        yield f"    {name}{place}[{label(member)}]"
    if len(members) > MOST:
        yield f"    {name}more[{label(legend.more.format(len(members) - MOST))}]"
    yield "  end"
    yield f"  style {name} {_BOX}"


def _gaps(config: Mapping[str, Any], kind: str) -> list[str]:
    prompts = config.get("prompts")
    for prompt in prompts if isinstance(prompts, list) else []:
        if isinstance(prompt, Mapping) and prompt.get("prompt_type") == kind:
            return [name.replace("_", " ") for name in placeholders.used(str(prompt.get("content") or ""))]
    return []


def _step_titles(config: Mapping[str, Any]) -> list[str]:
    workflow = config.get("workflow")
    steps = workflow.get("steps") if isinstance(workflow, Mapping) else None
    return [str(step.get("title") or step.get("id") or "") for step in steps or [] if isinstance(step, Mapping)]


def _steps(config: Mapping[str, Any]) -> Iterator[str]:
    titles = _step_titles(config)[:MOST]
    if titles:
        yield '  subgraph steps[" "]'
        yield "    direction TB"
        for place, title in enumerate(titles):
            yield f"    step{place}({label(title)})"
        for place in range(1, len(titles)):
            yield f"    step{place - 1} --> step{place}"
        yield "  end"
        yield f"  style steps {_BOX}"


def _tools(config: Mapping[str, Any], legend: Legend) -> Iterator[str]:
    tools = config.get("tools")
    names = (
        [str(tool.get("name") or "MCP") for tool in tools if isinstance(tool, Mapping)]
        if isinstance(tools, list)
        else []
    )
    if names:
        yield from _group("tools", legend.tools, names, legend)
        yield "  agent <--> tools"


def _results(config: Mapping[str, Any], legend: Legend) -> Iterator[str]:
    schema = config.get("schema_definition")
    if config.get("return_type") == "structured":
        schema = schema if isinstance(schema, Mapping) else {}
        needed = output.required(schema)
        names = [name if name in needed else f"{name} (?)" for name in output.properties(schema)]
        yield from _group("result", "JSON", names or [legend.nothing], legend)
    else:
        yield f"  result[{label(legend.answer)}]"
