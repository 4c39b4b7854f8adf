"""Texts of a platform as prompts of a configuration, and what a configuration needs besides: a name, a description."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.core.agent import LONGEST_DESCRIPTION
from builder.core.name import is_agent_name, mend_agent_name, snake
from builder.core.placeholders import escape
from builder.importers.remarks import Remark

Parts = Sequence[tuple[bool, str]]  # (True, name as the platform writes it) or (False, text)
SINGLE = re.compile(r"\{(?P<name>[a-z][a-z0-9_]*)\}")  # as our own exports write them where nothing fills them
ANY_CASE = re.compile(r"\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}")
DOUBLE = re.compile(r"\{\{[ \t]*(?P<name>[A-Za-z_][\w.-]*)[ \t]*\}\}")
EITHER = re.compile(r"(?P<braces>\{\{[ \t]*|\{)(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?(braces)(?:[ \t]*\}\}|\}))")
ADDED = "{message}"
HINT = "The message that the agent answers."
LONGEST_SHOWN = 80


def parts(text: str, gap: re.Pattern[str] = SINGLE, declared: Collection[str] | None = None) -> Parts:
    """The text cut at its gaps, of which `gap` has the group `name`. `declared`: others than these stay text."""
    found, end = list[tuple[bool, str]](), 0
    for match in gap.finditer(text):
        if declared is not None and match["name"] not in declared:
            continue
        found += [(False, text[end : match.start()]), (True, match["name"])]
        end = match.end()
    return [part for part in (*found, (False, text[end:])) if part[1]]


@dataclass(frozen=True, slots=True)
class Prompts:
    """`items`: the value of “prompts”; no system prompt where there was no text. `names`: theirs -> ours."""

    items: list[dict[str, Any]]
    names: Mapping[str, str]
    remarks: tuple[Remark, ...]


def prompts(
    system: Parts | str | None,
    user: Parts | str | None = None,
    hints: Mapping[str, str] | None = None,
    where: str = "instructions",
) -> Prompts:
    """Both prompts. A str is text in which `{x}` is a gap. `hints`: names as the platform writes them -> sentences.

    `where` is the place of the texts in the document. Without a user prompt it is `{message}`, and a remark."""
    cut = [parts(text) if isinstance(text, str) else text or [] for text in (system, user)]
    remarks = list[Remark]()
    if not _says(cut[1]):
        cut[1] = [(True, "message")]
        remarks.append(Remark("added", "", "user_prompt_added", {"content": ADDED}))
        hints = {"message": HINT, **(hints or {})}
    names = _names([name for part in cut for is_gap, name in part if is_gap])
    remarks += [
        Remark("rewritten", where, "template_rewritten", {"name": name})
        for said, name in names.items()
        if said != name
    ]
    told, made = _sentences(names, hints or {}, where)
    kinds = zip(("system", "user"), cut, strict=True)
    items = [_prompt(kind, part, names, told) for kind, part in kinds if _says(part)]
    return Prompts(items, names, (*remarks, *made))


def _says(part: Parts) -> bool:
    return any(is_gap or text.strip() for is_gap, text in part)


def _prompt(kind: str, part: Parts, names: Mapping[str, str], told: Mapping[str, str]) -> dict[str, Any]:
    used = dict.fromkeys(names[text] for is_gap, text in part if is_gap)
    content = "".join(f"{{{names[text]}}}" if is_gap else escape(text) for is_gap, text in part)
    return {"prompt_type": kind, "content": content, "placeholders": {name: told[name] for name in used}}


def _names(said: Sequence[str]) -> dict[str, str]:
    """Names in snake_case, each once. Those that are right already keep theirs."""
    right = [name for name in said if name == snake(name)]
    found, taken, numbers = dict(zip(right, right, strict=True)), set(right), dict[str, int]()
    for name in said:
        if name not in found:
            bare = new = snake(name) or "value"
            while new in taken:
                numbers[bare] = numbers.get(bare, 1) + 1
                new = f"{bare}_{numbers[bare]}"
            found[name] = new
            taken.add(new)
    return {name: found[name] for name in said}


def _sentences(
    names: Mapping[str, str], hints: Mapping[str, str], where: str
) -> tuple[dict[str, str], tuple[Remark, ...]]:
    told, made = dict[str, str](), list[Remark]()
    for said, name in names.items():
        hint = hints.get(said)
        if isinstance(hint, str) and hint.strip():
            told[name] = hint
        else:
            told[name] = sentence(said)
            made.append(Remark("added", where, "placeholder_explained", {"name": name}))
    return told, tuple(made)


def sentence(name: str) -> str:
    """What to say of a placeholder of which nothing is known but its name."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_.-]+", " ", name).strip().lower()
    return f"What to write for “{words or name}”."


def named(said: Any, path: str = "", where: str = "name") -> tuple[dict[str, str], tuple[Remark, ...]]:
    """{"name": ...} as configurations want it; without one, from the path of the file; {} where neither helps."""
    if isinstance(said, str) and said.strip():
        new = said if is_agent_name(said) else mend_agent_name(said)
        if new:
            mended = Remark("rewritten", where, "name_mended", {"old": said[:LONGEST_SHOWN], "new": new})
            return {"name": new}, () if new == said else (mended,)
    new = mend_agent_name(_stem(path))
    return ({"name": new}, (Remark("added", where, "name_made", {"new": new}),)) if new else ({}, ())


_GENERAL = frozenset(("agent", "agents", "root_agent", "config", "readme", "index", "main", "skill", "app", "crew"))


def _stem(path: str) -> str:
    """The file's name without its ending; the folder's where many files are called so."""
    places = [part for part in path.replace("\\", "/").split("/") if part]
    stem = re.split(r"[.#]", places[-1])[0] if places else ""
    return places[-2] if stem.lower() in _GENERAL and len(places) > 1 else stem


_SELF = re.compile(
    r"\b[Yy]ou(?:'re| are| act as| will act as) (?:an? |the |my |our )?(?P<kind>[A-Za-z][A-Za-z -]{2,80}?)"
    r"(?= (?:that|who|which|whose|for|with|at|in|of|to|and|on|from|by|specializ\w+|helping|working)\b|[.,;:!\n(]|$)"
)
UNNAMED = "NewAgent"


def named_by(system: str) -> tuple[dict[str, str], tuple[Remark, ...]]:
    """A name for an agent that nothing names, from what its system prompt says it is."""
    found = _SELF.search(system[:2_000])
    words = found["kind"].split()[-3:] if found else []
    new = mend_agent_name(" ".join(word.capitalize() for word in words)) or UNNAMED
    return {"name": new}, (Remark("added", "name", "name_from_text", {"new": new}),)


def described(said: Any, system: str = "", where: str = "description") -> tuple[dict[str, str], tuple[Remark, ...]]:
    """{"description": ...}, cut where it is too long; without one, the first sentence of the text `system`."""
    if isinstance(said, str) and said.strip():
        if len(said) <= LONGEST_DESCRIPTION:
            return {"description": said}, ()
        cut = Remark("rewritten", where, "description_cut", {"longest": LONGEST_DESCRIPTION})
        return {"description": said[:LONGEST_DESCRIPTION].rstrip()}, (cut,)
    first = first_sentence(system)
    return ({"description": first}, (Remark("added", where, "description_made"),)) if first else ({}, ())


def first_sentence(text: str) -> str:
    """Of the first line that is more than a heading; at most as long as a description may be."""
    lines = [line.strip(" \t*_>`-") for line in text[:20_000].splitlines()]
    spoken = [line for line in lines if line and not line.startswith(("#", "<"))] or [
        bare for line in lines if (bare := line.lstrip("#< ").strip())
    ]
    if not spoken:
        return ""
    ended = re.match(r"\A.*?[.!?。！？](?=\s|$)", spoken[0][: LONGEST_DESCRIPTION * 2])
    return (ended[0] if ended else spoken[0])[:LONGEST_DESCRIPTION].strip()
