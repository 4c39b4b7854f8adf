"""JSON text as a person edits it, judged against the draft: what is taken over, what must wait, and on which line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.core import convert, json_text, placeholders
from builder.core.agent import KEYS
from builder.core.check import check
from builder.core.draft import Draft
from builder.core.json_text import Flaw, Path, Reading
from builder.core.operation import Operation
from builder.core.problem import Problem

_PROMPT_FIELDS = {"system_prompt": "system", "user_prompt": "user"}
# An unfinished configuration is no wrong one, and the draft tends its placeholders itself.
_HARMLESS = ("unlisted_placeholder", "unused_placeholder", "stray_brace")


@dataclass(frozen=True, slots=True)
class Judged:
    """`held` names the keys whose values wait; `problems` carry their lines; nothing is taken from a broken text."""

    flaws: tuple[Flaw, ...]
    problems: tuple[Problem, ...] = ()
    operations: tuple[Operation, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def waiting(self) -> bool:
        """Does the text hold something that the draft has not?"""
        return bool(self.flaws or self.held)


def as_text(draft: Draft) -> str:
    return json.dumps(convert.as_config(draft), indent=2, ensure_ascii=False)


def judge(text: str, draft: Draft) -> Judged:
    """What becomes of this text; the draft is only read."""
    reading = json_text.parse(text)
    if reading.flaws:
        return Judged(reading.flaws)
    problems = tuple(replace(problem, line=line_of(problem, reading)) for problem in check(reading.value))
    if not isinstance(reading.value, Mapping):
        return Judged((), problems, held=("",))
    wrong = [_root(problem.field) for problem in problems if not _harmless(problem)]
    prompts = reading.value.get("prompts", [])
    if not isinstance(prompts, list) or not all(isinstance(one, Mapping) for one in prompts):
        wrong.append("prompts")
    held = tuple(dict.fromkeys(wrong))
    return Judged((), problems, tuple(_operations(draft, reading.value, held)), held)


def _harmless(problem: Problem) -> bool:
    unfinished = problem.code.startswith("missing_") and problem.code != "missing_key"
    return unfinished or problem.code in _HARMLESS


def _root(field: str) -> str:
    """The key of the configuration that a problem's field belongs to."""
    first = field.split(".")[0]
    return "prompts" if first in (*_PROMPT_FIELDS, "placeholders") else first


def _operations(draft: Draft, config: Mapping[str, Any], held: Sequence[str]) -> list[Operation]:
    """From the draft to the text's configuration, but for the keys that wait: those stay as the draft has them.

    A text in which something waits is not finished, so a key that it lacks is not taken for removed.
    """
    usable = {key: value for key, value in config.items() if key in KEYS and key not in held}
    if held:
        usable = convert.as_config(draft) | usable
    return [operation for operation in convert.operations(draft, usable) if not _only_unused(operation, draft)]


def _only_unused(operation: Operation, draft: Draft) -> bool:
    """The draft keeps sentences of unused placeholders, a file does not: their absence is no edit."""
    if operation.field != "placeholders":
        return False
    text = draft.text("system_prompt") + draft.text("user_prompt")
    used = {name: draft.value("placeholders", {}).get(name) for name in placeholders.used(text)}
    return bool((operation.value or {}) == {name: value for name, value in used.items() if value})


def line_of(problem: Problem, reading: Reading) -> int:
    """The line of what is wrong, or of the nearest thing around it."""
    return reading.line_of(_path(problem.field, reading.value))


def _path(field: str, config: Any) -> Path:
    first, _, rest = field.partition(".")
    if first in _PROMPT_FIELDS:
        return (*_prompt(config, _PROMPT_FIELDS[first]), "content")
    if first == "placeholders" and rest:
        return _placeholder(config, rest)
    return _walk(field.split(".") if field else [], config)


def _prompts(config: Any) -> list[tuple[int, Mapping[str, Any]]]:
    prompts = config.get("prompts") if isinstance(config, Mapping) else None
    return [(i, one) for i, one in enumerate(prompts) if isinstance(one, Mapping)] if isinstance(prompts, list) else []


def _prompt(config: Any, kind: str) -> Path:
    return next((("prompts", i) for i, prompt in _prompts(config) if prompt.get("prompt_type") == kind), ("prompts",))


def _placeholder(config: Any, name: str) -> Path:
    """Where it is explained, else where it is used."""
    for i, prompt in _prompts(config):
        listed = prompt.get("placeholders")
        if isinstance(listed, Mapping) and name in listed:
            return ("prompts", i, "placeholders", name)
    for i, prompt in _prompts(config):
        if name in placeholders.used(str(prompt.get("content") or "")):
            return ("prompts", i, "content")
    return ("prompts",)


def _walk(steps: Sequence[str], value: Any) -> Path:
    """Follows a dotted path as far as it leads; a key may hold dots itself."""
    path: Path = ()
    while steps:
        for length in range(1, len(steps) + 1):
            name = ".".join(steps[:length])
            if isinstance(value, Mapping) and name in value:
                value, path, steps = value[name], (*path, name), steps[length:]
                break
            if isinstance(value, list) and name.isdigit() and int(name) < len(value):
                value, path, steps = value[int(name)], (*path, int(name)), steps[length:]
                break
        else:
            return path
    return path
