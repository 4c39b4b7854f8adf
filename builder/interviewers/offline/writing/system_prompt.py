"""The system prompt: who the agent is, what it gets, how it works and sounds, what it keeps to and gives back."""

import re
from collections.abc import Mapping
from typing import Any

from builder.core import output
from builder.core.placeholders import escape_stray
from builder.interviewers.offline.brief import Brief, Purpose
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.parts import values_of
from builder.interviewers.offline.reading.text import capital, plain
from builder.interviewers.offline.writing.description import enumerated, finite


def system_prompt(brief: Brief, pack: Pack) -> str:
    """The whole prompt; sections that nobody said anything about are left out. Placeholders stay what they are."""
    parts = [
        _role(brief, pack),
        _more(brief, pack),
        _inputs(brief, pack),
        _steps(brief, pack),
        _tone(brief, pack),
        _rules(brief, pack),
        _outputs(brief, pack),
        _care(brief, pack),
    ]
    return escape_stray("\n\n".join(part for part in parts if part))


def with_rules(text: str, rules: tuple[str, ...], pack: Pack) -> str:
    """A prompt that somebody else wrote, with more rules at its end."""
    lines = [f"- {rule}" for rule in map(escape_stray, rules) if rule not in text]
    if not lines:
        return text
    last = text.rstrip().rsplit("\n", 1)[-1]
    joint = "\n" if last.startswith("- ") else f"\n\n{pack.text('prompt.rules')}\n"
    return text.rstrip() + joint + "\n".join(lines)


def _role(brief: Brief, pack: Pack) -> str:
    purpose = _task(brief)
    who = pack.text("prompt.you_are_named", name=brief.name) if brief.name else pack.text("prompt.you_are")
    noun = with_article(purpose.noun, pack) if purpose.noun else pack.text("prompt.an_assistant")
    if not purpose.deed:
        return pack.text("prompt.role_noun", who=who, noun=noun)
    if purpose.form == "free":
        return pack.text("prompt.role_free", who=who, noun=noun, text=capital(purpose.deed))
    values = {"deed": purpose.deed, "finite": finite(purpose, pack), "second": pack.rewrite("address", purpose.deed)}
    relative = purpose.relative or pack.text("prompt.relative")
    return pack.text(f"prompt.role_{purpose.form}", who=who, noun=noun, relative=relative, **values)


def _task(brief: Brief) -> Purpose:
    """What it is for; a description written by hand counts more than what was said before."""
    own = brief.texts.get("description")
    if brief.sources.get("purpose") == "edited" and isinstance(own, str) and own.strip():
        return Purpose(deed=plain(own), form="free")
    return brief.purpose


def with_article(noun: str, pack: Pack) -> str:
    return pack.first_rewrite("article", noun)


def _more(brief: Brief, pack: Pack) -> str:
    if not brief.purpose.more:
        return ""
    lines = [f"- {capital(plain(pack.rewrite('base', deed)))}." for deed in brief.purpose.more]
    return "\n".join([pack.text("prompt.more"), *lines])


def _inputs(brief: Brief, pack: Pack) -> str:
    if not brief.inputs:
        return ""
    if len(brief.inputs) == 1:
        return pack.text("prompt.input", phrase=brief.inputs[0].phrase)
    return "\n".join([pack.text("prompt.inputs"), *(f"- {entry.phrase}" for entry in brief.inputs)])


def _steps(brief: Brief, pack: Pack) -> str:
    """How such a task is done well, with the names of what this agent gets and chooses."""
    choices = [name for name, part in output.properties(brief.schema).items() if values_of(part)]
    known = {
        "inputs": enumerated([entry.phrase for entry in brief.inputs], pack),
        "choices": enumerated(choices, pack) if brief.return_type == "structured" else "",
    }
    steps = [step for step in pack.list(f"steps.{_kind(brief, pack)}") if known["choices"] or "{choices}" not in step]
    lines = (f"{place}. {step.format(**known)}" for place, step in enumerate(steps, 1))
    return "\n".join([pack.text("prompt.steps"), *lines]) if known["inputs"] else ""


def _kind(brief: Brief, pack: Pack) -> str:
    """What sort of task it is, by the words of its purpose; the return type when none of them tells."""
    kind = "structured" if brief.return_type == "structured" else "unstructured"
    if brief.voice and kind == "unstructured":
        return "voice"
    said = " ".join([brief.purpose.noun, brief.purpose.deed, *brief.purpose.more])
    return next((name for words, name in pack.pairs(f"kinds.{kind}") if re.search(words, said, re.IGNORECASE)), kind)


def _tone(brief: Brief, pack: Pack) -> str:
    return pack.text("prompt.tone", tone=brief.tone) if brief.tone else ""


def _rules(brief: Brief, pack: Pack) -> str:
    lines = [f"- {rule}" for rule in brief.rules]
    return "\n".join([pack.text("prompt.rules"), *lines]) if lines else ""


def _outputs(brief: Brief, pack: Pack) -> str:
    if brief.return_type != "structured":
        return ""
    needed = output.required(brief.schema)
    lines = [_output(name, part, name in needed, pack) for name, part in output.properties(brief.schema).items()]
    return "\n".join([pack.text("prompt.outputs"), *lines]) if lines else ""


def _output(name: str, part: Any, needed: bool, pack: Pack) -> str:
    """One line on an output: what it holds and whether it may be left out."""
    said = [text for text in (_values(part, pack), limits_of(part, pack), _note(part)) if text]
    flag = "" if needed else f" ({pack.text('prompt.optional')})"
    return f"- {name}{flag}: {'; '.join(said)}" if said else f"- {name}{flag}"


def _values(part: Any, pack: Pack) -> str:
    values = [str(value) for value in values_of(part)]
    return pack.text("prompt.one_of", values=", ".join(values)) if values else ""


def limits_of(part: Any, pack: Pack) -> str:
    """The bounds of a number in words."""
    if not isinstance(part, Mapping):
        return ""
    low, high = part.get("minimum"), part.get("maximum")
    if low is not None and high is not None:
        return pack.text("prompt.from_to", low=low, high=high)
    if low is not None:
        return pack.text("prompt.at_least", low=low)
    return pack.text("prompt.at_most", high=high) if high is not None else ""


def _note(part: Any) -> str:
    note = part.get("description") if isinstance(part, Mapping) else None
    return plain(note) if isinstance(note, str) else ""


def _care(brief: Brief, pack: Pack) -> str:
    """What every careful agent does with gaps and with instructions in its material."""
    key = "structured" if brief.return_type == "structured" else "unstructured"
    lines = [pack.text(f"care.{key}")]
    if brief.language:
        lines.append(_language(brief.language, pack))
    return "\n".join(line for line in lines if line)


def _language(code: str, pack: Pack) -> str:
    names = {value: key for key, value in pack.table("languages").items()}
    name = names.get(code[:2], code)
    return pack.text("prompt.language", language=name if pack.table("grammar")["small_languages"] else capital(name))
