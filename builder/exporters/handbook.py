"""An agent as one Markdown text for whoever reads text only, and such a text in its parts again.

What the agent is told comes first, as it is. All after it is in fences and on single lines, so that nothing in the
texts of people is taken for the next part when it is read from its end.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TASK = "\n\n## Task\n\nEach task comes in this form. What stands in braces is filled in.\n\n"
INPUTS = "\n\n## Inputs\n\n"
TOOLS = "\n\n## Tools\n\n"
OUTPUT = "\n\n## Output\n\nAnswer with JSON only. It fits this JSON Schema:\n\n"
_INPUT = re.compile(r"- `\{([a-z][a-z0-9_]*)\}`: (.+)")
_TOOL = re.compile(r"- `([A-Za-z0-9_]+)`(?:: (.+))?")
_LAST_FENCE = re.compile(r"\n(`{3,})\Z")
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Handbook:
    """`system` and `user` are plain texts with `{name}` for each of `inputs`: (name, what to provide). A name may stand
    there twice: the first is of the system's text, the last of the user's. `tools`: (name, what it is for or "")."""

    system: str
    user: str
    inputs: Pairs = ()
    tools: Pairs = ()
    schema: Mapping[str, Any] | None = None

    def rest(self) -> str:
        """All behind the system's text."""
        inputs = "\n".join(f"- `{{{name}}}`: {_line(hint) or name}" for name, hint in self.inputs)
        tools = "\n".join(f"- `{name}`: {_line(about)}" if about else f"- `{name}`" for name, about in self.tools)
        schema = json.dumps(self.schema, ensure_ascii=False, indent=2, allow_nan=False) if self.schema else ""
        return "".join(
            (
                TASK + _fenced("text", self.user),
                INPUTS + inputs if inputs else "",
                TOOLS + tools if tools else "",
                OUTPUT + _fenced("json", schema) if schema else "",
            )
        )


def parts(text: str) -> Handbook | None:
    """The parts of a text that is `system + rest()`; None for any other text."""
    before, schema = _before_fence(text, OUTPUT, "json")
    before, tools = _before_list(before, TOOLS, _TOOL)
    before, inputs = _before_list(before, INPUTS, _INPUT)
    system, user = _before_fence(before, TASK, "text")
    if user is None:
        return None
    try:
        known = json.loads(schema) if schema else None
    except (ValueError, RecursionError):
        return None
    return Handbook(system, user, inputs, tools, known if isinstance(known, dict) else None)


def _line(text: str) -> str:
    return " ".join(text.split())


def _fenced(kind: str, text: str) -> str:
    """The text between two lines of backticks, more of them than stand together anywhere in it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{kind}\n{text}\n{fence}"


def _before_fence(text: str, heading: str, kind: str) -> tuple[str, str | None]:
    end = _LAST_FENCE.search(text)
    if end is None:
        return text, None
    opening = f"{heading}{end[1]}{kind}\n"
    start = text.rfind(opening)
    return (text, None) if start < 0 else (text[:start], text[start + len(opening) : end.start()])


def _before_list(text: str, heading: str, item: re.Pattern[str]) -> tuple[str, Pairs]:
    start = text.rfind(heading)
    if start < 0:
        return text, ()
    found = [item.fullmatch(line) for line in text[start + len(heading) :].split("\n")]
    pairs = tuple((match[1], match[2] or "") for match in found if match)
    return (text[:start], pairs) if len(pairs) == len(found) else (text, ())
