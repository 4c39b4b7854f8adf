"""What a good system prompt says, and how the draft can say it where the text does not."""

import re

from builder.core import placeholders
from builder.core.draft import Draft
from builder.core.placeholders import escape
from builder.core.tend import sentence
from builder.interviewers.offline.improving.cover import ENOUGH, mentions, share
from builder.interviewers.offline.improving.finding import Finding, Known
from builder.interviewers.offline.improving.lines import BULLET
from builder.interviewers.offline.pack import codes, pack_for
from builder.interviewers.offline.reading.text import plain, word_count

_OPENING = 400  # characters in which the role is looked for
_TELLING = 60  # words; a text of that length says what is to be done
_MOST = 0.51  # share of the words of a placeholder's name
_LEAST = 12  # words; a shorter one hardly does


def first(text: str, part: str) -> str:
    return f"{part}\n\n{text.lstrip()}"


def below(text: str, part: str) -> str:
    return f"{text.rstrip()}\n\n{part}"


def beneath(text: str, part: str, known: Known) -> str:
    """Below the text; single lines that were added stand together."""
    last = text.rstrip().rsplit("\n", 1)[-1]
    mine = last in known.pack.table("improve.adds").values()
    return f"{text.rstrip()}\n{part}" if mine else below(text, part)


def without_added(text: str, known: Known) -> str:
    """The text without the lines that say the same in every agent."""
    mine = set(known.pack.table("improve.adds").values())
    return "\n".join(line for line in text.split("\n") if line not in mine)


def plain_line(text: str) -> str:
    return " ".join(text.split())


def role(text: str, known: Known) -> Finding | None:
    if known.finds("role", text[:_OPENING]):
        return None
    name = escape(plain_line(known.draft.text("name")))
    who = known.adds("role", name=name) if name else known.adds("role_nameless")
    return known.mended("role", first(text, who))


def task(text: str, known: Known) -> Finding | None:
    description = escape(plain(plain_line(known.draft.text("description"))))
    own = without_added(text, known)
    words = word_count(own)
    if known.finds("task", own) or words >= _TELLING:
        return None
    if not description:
        told = [line for line in own.split("\n") if ":" not in line and not BULLET.match(line)]
        return known.advised("task") if word_count("\n".join(told)) < _LEAST else None
    if share(description, text, known.pack) >= ENOUGH:
        return None
    head, gap, rest = text.partition("\n\n")
    line = known.adds("task", text=description)
    return known.mended("task", f"{head.rstrip()}\n\n{line}{gap}{rest}")


def inputs(text: str, known: Known) -> Finding | None:
    """Each placeholder of the user prompt is spoken of."""
    unsaid = [gap for gap in placeholders.used(known.draft.text("user_prompt")) if not mentions(text, gap, _MOST)]
    if not unsaid:
        return None
    lines = [known.adds("inputs"), *(f"- {_explained(gap, known.draft)}" for gap in unsaid)]
    return known.mended("inputs", below(text, "\n".join(lines)), names=", ".join(map(_spoken, unsaid)))


def _spoken(gap: str) -> str:
    return gap.replace("_", " ")


def _explained(gap: str, draft: Draft) -> str:
    said = (draft.value("placeholders") or {}).get(gap)
    told = plain_line(said) if isinstance(said, str) else ""
    return _spoken(gap) if not told or _made(told, gap) else f"{_spoken(gap)}: {escape(told)}"


def _made(told: str, gap: str) -> bool:
    """Was that sentence made from the name alone?"""
    made = [re.escape(pack_for(code).text("inputs.sentence", phrase="\0")).replace("\0", ".+") for code in codes()]
    return any(told == sentence(gap, code) for code in codes()) or any(re.fullmatch(one, told) for one in made)


def rules(text: str, known: Known) -> Finding | None:
    """The limits of the draft stand in the prompt, too."""
    limits = [escape(plain_line(limit)) for limit in known.draft.value("guardrails") or () if isinstance(limit, str)]
    unsaid = [limit for limit in dict.fromkeys(limits) if limit and share(limit, text, known.pack) < ENOUGH]
    if not unsaid:
        return None
    lines = [known.adds("rules"), *(f"- {limit}" for limit in unsaid)]
    return known.mended("rules", below(text, "\n".join(lines)))


def no_rules(text: str, known: Known) -> Finding | None:
    own = without_added(text, known)
    return None if known.pack.says("forbids", own) or known.finds("rules", own) else known.advised("rules")
