"""Deciding what the person leaves open: sensible values made from what was said, marked as assumed."""

import re

from builder.core.name import mend_agent_name
from builder.interviewers.offline.brief import Brief, Input
from builder.interviewers.offline.knowledge import usual_outputs
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.further import in_place
from builder.interviewers.offline.reading.inputs import addressed_input, read_inputs
from builder.interviewers.offline.reading.outputs import as_schema, read_outputs
from builder.interviewers.offline.writing.description import finite, sentence_of

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
NEEDED = ("return_type", "name", "rules", "inputs", "outputs")
_NAME_WORDS = 2
_LONGEST_NAME = 32


def decided(topic: str, brief: Brief, pack: Pack) -> Brief:
    """The brief with that topic decided, and what waited for it in its place."""
    return in_place(_decided(topic, brief, pack), pack)


def _decided(topic: str, brief: Brief, pack: Pack) -> Brief:
    match topic:
        case "return_type":
            kind = "structured" if pack.says("data_deed", _said(brief)) or brief.schema else "unstructured"
            return brief.told("return_type", "assumed", return_type=kind)
        case "name":
            return brief.told("name", "assumed", name=suggested_name(brief, pack))
        case "rules":
            brief = brief if brief.knows("tone") else decided("tone", brief, pack)
            return brief.told("rules", "assumed")
        case "tone":
            return brief.told("tone", "assumed", tone=pack.text("decide.tone"))
        case "inputs":
            return brief.told("inputs", "assumed", inputs=_inputs(brief, pack))
        case "outputs":
            return brief.told("outputs", "assumed", schema=_schema(brief, pack))
        case "greeting":
            return brief.told("greeting", "assumed", greeting=pack.text("decide.greeting"))
    return brief


def all_decided(brief: Brief, pack: Pack) -> Brief:
    """The brief with everything decided that an agent needs and that is open."""
    for topic in NEEDED:
        if not brief.knows(topic) and not (topic == "outputs" and brief.return_type != "structured"):
            brief = decided(topic, brief, pack)
    return brief


def _said(brief: Brief) -> str:
    return " ".join([brief.purpose.noun, brief.purpose.deed, *brief.purpose.more])


def suggested_name(brief: Brief, pack: Pack) -> str:
    """A name from the purpose: what it works on and what it is: "LovePoemWriter"."""
    purpose, doers = brief.purpose, pack.table("doers")
    deed = finite(purpose, pack)
    spoken = re.findall(r"[\w-]+", deed)
    verbs = spoken if pack.table("grammar")["verb_last"] else spoken[:1]
    verb = next((word for word in verbs if word.lower() in doers), "")
    doer = doers.get(verb.lower(), doers["default"])
    words = _telling(deed.replace(verb, " ", 1) if verb else deed, pack) or _telling(purpose.noun, pack)
    things = [word[:1].upper() + word[1:] for word in words[:_NAME_WORDS]]
    if pack.table("grammar")["doer_first"]:
        things, doer = [str(doer), *things], ""
    name = mend_agent_name("".join([*things, str(doer)])[:_LONGEST_NAME])
    return name or mend_agent_name(str(doers["default"]))


def _telling(phrase: str, pack: Pack) -> list[str]:
    """The words of a phrase that tell one agent from another, singular."""
    plain = pack.rewrite("name_words", phrase).translate(_LETTERS)
    words = [word for word in re.findall(r"[^\W\d_]{3,}", plain) if not _is_dull(word, pack)]
    return [pack.rewrite("singular", word) for word in words]


def _is_dull(word: str, pack: Pack) -> bool:
    return any(pack.words(name).fullmatch(word) for name in ("light", "dull_in_name", "keep_out"))


def _inputs(brief: Brief, pack: Pack) -> tuple[Input, ...]:
    found = addressed_input(_said(brief), pack)
    return (found,) if found else tuple(read_inputs(pack.text("decide.input"), pack))


def _schema(brief: Brief, pack: Pack) -> dict[str, object]:
    """What agents of this trade give back, else what follows from what it does."""
    if known := usual_outputs(f"{_said(brief)} {sentence_of(brief, pack)}", pack.code):
        return known
    for words, outputs in pack.pairs("decide.outputs"):
        if re.search(words, _said(brief), re.IGNORECASE):
            return as_schema(read_outputs(outputs, pack))
    return as_schema(read_outputs(pack.text("decide.output"), pack))
