"""What a good system prompt says of the answers: outputs, form, tone, language, and what to do in doubt."""

import re
from collections.abc import Mapping
from typing import Any

from builder.core import output
from builder.core.placeholders import escape
from builder.interviewers.offline.improving.cover import ENOUGH, mentions, share
from builder.interviewers.offline.improving.finding import Finding, Known, quoted
from builder.interviewers.offline.improving.lines import own, sentences
from builder.interviewers.offline.improving.system_prompt import below, beneath, plain_line
from builder.interviewers.offline.reading.parts import values_of
from builder.interviewers.offline.reading.text import plain
from builder.interviewers.offline.writing.system_prompt import limits_of

_TALKS = ("converse", "teach", "voice")


def outputs(text: str, known: Known) -> Finding | None:
    """Every output of a structured agent is named."""
    schema = known.draft.value("schema_definition")
    if not known.structured or not isinstance(schema, Mapping):
        return None
    props = output.properties(schema)
    unsaid = [name for name in props if not mentions(text, name, ENOUGH)]
    if not unsaid:
        return None
    needed = output.required(schema)
    heading = known.adds("outputs" if len(unsaid) == len(props) else "more_outputs")
    lines = [heading, *(_output(name, props[name], name in needed, known) for name in unsaid)]
    return known.mended("outputs", below(text, "\n".join(lines)), names=", ".join(unsaid))


def _output(name: str, part: Any, needed: bool, known: Known) -> str:
    note = part.get("description") if isinstance(part, Mapping) else None
    values = plain_line(", ".join(str(value) for value in values_of(part)))
    said = [
        known.pack.text("prompt.one_of", values=values) if values else "",
        limits_of(part, known.pack),
        plain(plain_line(note)) if isinstance(note, str) else "",
    ]
    flag = "" if needed else f" ({known.pack.text('prompt.optional')})"
    about = "; ".join(filter(None, said))
    return escape(f"- {name}{flag}: {about}" if about else f"- {name}{flag}")


def tone(text: str, known: Known) -> Finding | None:
    wanted = escape(plain(plain_line(known.draft.text("tone"))))
    if not wanted:
        silent = known.structured or known.finds("tone", text) or known.pack.says("tone", text)
        return None if silent else known.advised("tone")
    clash = _opposite(wanted, text, known)
    if clash:
        return known.advised("tone_clash", tone=quoted(wanted), word=quoted(clash))
    if share(wanted, text, known.pack) >= ENOUGH:
        return None
    return known.mended("tone", beneath(text, known.adds("tone", tone=wanted), known))


def _opposite(wanted: str, text: str, known: Known) -> str:
    """A word of the text that says the contrary of the tone; "" when there is none."""
    for pair in known.pack.pairs("improve.opposites"):
        for mine, theirs in (pair, pair[::-1]):
            said = _said(theirs, text, known)
            if _has(mine, wanted) and said and not _has(mine, text) and not _has(theirs, wanted):
                return said
    return ""


def _has(expression: str, text: str) -> bool:
    return re.search(rf"\b(?:{expression})\b", text, re.IGNORECASE) is not None


def _said(expression: str, text: str, known: Known) -> str:
    """The word as the text says it, not in a sentence that forbids it."""
    for line, authors in own(text):
        for sentence in sentences(line, known.pack) if authors else ():
            found = re.search(rf"\b(?:{expression})\b", sentence, re.IGNORECASE)
            if found and not known.pack.says("forbids", sentence):
                return found[0]
    return ""


def rule_clash(text: str, known: Known) -> Finding | None:
    """A sentence that always does what a limit forbids."""
    limits = [limit for limit in known.draft.value("guardrails") or () if isinstance(limit, str)]
    for limit in (limit for limit in limits if known.pack.says("forbids", limit)):
        for line, authors in own(text):
            for sentence in sentences(line, known.pack) if authors else ():
                allows = known.finds("always", sentence) and not known.pack.says("forbids", sentence)
                if allows and share(limit, sentence, known.pack) > ENOUGH:
                    return known.advised("rule_clash", rule=quoted(limit), sentence=quoted(sentence))
    return None


def form(text: str, known: Known) -> Finding | None:
    """How long an answer to a person is, and what comes first."""
    if known.structured or known.finds("form", text):
        return None
    spoken = "voice" in known.draft or _kind(text, known) == "voice"
    return known.mended("form", beneath(text, known.adds("form_voice" if spoken else "form"), known))


def unknown(text: str, known: Known) -> Finding | None:
    if known.finds("unknown", text):
        return None
    return known.mended("unknown", beneath(text, known.adds(f"unknown_{_type(known)}"), known))


def outside(text: str, known: Known) -> Finding | None:
    if not _talks(text, known) or known.finds("outside", text):
        return None
    return known.mended("outside", beneath(text, known.adds("outside"), known))


def material(text: str, known: Known) -> Finding | None:
    if known.finds("material", text):
        return None
    return known.mended("material", beneath(text, known.adds("material"), known))


def language(text: str, known: Known) -> Finding | None:
    """In which language it answers: the one that was chosen; else that of the person it talks to."""
    languages = known.pack.table("languages")
    names = {code: name for name, code in reversed(list(languages.items()))}
    spoken = "|".join(map(re.escape, languages))
    if known.finds("language", text) or _has(spoken, text):
        return None
    chosen = known.draft.text("language")
    if chosen:
        name = names.get(chosen[:2].lower(), chosen)
        own_name = name if known.pack.table("grammar")["small_languages"] else name.capitalize()
        return known.mended("language", beneath(text, known.adds("language", language=escape(own_name)), known))
    same = known.adds("language_same")
    return known.mended("language", beneath(text, same, known)) if _talks(text, known) else None


def _type(known: Known) -> str:
    return "structured" if known.structured else "text"


def _kind(text: str, known: Known) -> str:
    """What sort of task it is, by the words of the description, else of the prompt's beginning."""
    said = known.draft.text("description") or text[:300]
    kinds = known.pack.pairs("kinds.unstructured")
    return next((kind for words, kind in kinds if re.search(words, said, re.IGNORECASE)), "")


def _talks(text: str, known: Known) -> bool:
    greets = any(name in known.draft for name in ("first_message", "conversation_starters", "voice"))
    return not known.structured and (greets or _kind(text, known) in _TALKS)
