"""Requests for further outputs: "Also give the sender and a short reason" adds outputs, whatever was asked."""

from dataclasses import replace

from builder.core import output
from builder.interviewers.offline.brief import Brief
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading import behaviour
from builder.interviewers.offline.reading.field import Field
from builder.interviewers.offline.reading.heard import Heard
from builder.interviewers.offline.reading.need import without_remark
from builder.interviewers.offline.reading.outputs import as_schema, read_outputs
from builder.interviewers.offline.reading.phrases import without_filler
from builder.interviewers.offline.reading.telling import rules_told
from builder.interviewers.offline.reading.text import Sentence, plain, word_count

_LONGEST_FIELD = 9  # words
_MARKS = ("optional", "required")


def further_outputs(text: str, pack: Pack) -> list[Field]:
    """The outputs that a sentence asks for besides others; [] when it asks for none."""
    wish, remark = without_remark(plain(text), pack)
    match = pack.framed("further", wish) or pack.framed("further", without_filler(wish, pack))
    if not match:
        return []
    listed = plain(pack.framed_out(("part_tail",), match["list"]))
    if pack.says("further_stop", _without_marks(listed, pack)):
        return []
    found = read_outputs(f"{listed}, {remark}" if remark else listed, pack)
    return found if word_count(listed) <= _LONGEST_FIELD * len(found) else []


def _without_marks(listed: str, pack: Pack) -> str:
    """The list without "if known" and the like, which only looks like the condition of a rule."""
    for name in _MARKS:
        listed = pack.words(name).sub(" ", listed)
    return listed


def further_told(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    """The sentence as outputs of an agent that gives back data, as a rule of one that talks, else kept for later."""
    brief = heard.brief
    found = further_outputs(sentence.text, pack) if brief.purpose or brief.return_type else []
    if not found:
        return None
    if brief.return_type == "unstructured":
        return rules_told(heard, sentence.text, pack, settles=False)
    if brief.return_type == "structured" and brief.knows("outputs"):
        return _added(heard, found)
    kept = (*heard.kept, *(entry.name for entry in found))
    return replace(heard, brief=brief.noted(awaited=(*brief.awaited, sentence.text)), kept=kept)


def _added(heard: Heard, found: list[Field]) -> Heard:
    known = output.properties(heard.brief.schema)
    new = [entry for entry in found if entry.name not in known]
    there = tuple(entry.name for entry in found if entry.name in known)
    heard = replace(heard, already=(*heard.already, *there))
    if not new:
        return heard
    return heard.told("outputs", heard.brief.told("outputs", schema=as_schema(new, heard.brief.schema)))


def in_place(brief: Brief, pack: Pack) -> Brief:
    """The brief after what was kept has found its place: among the outputs, or among the rules of one that talks."""
    if brief.awaited and brief.return_type == "unstructured":
        rules = [rule for text in brief.awaited for rule in behaviour.rules_of(text, pack)]
        return brief.noted(awaited=(), rules=tuple(dict.fromkeys((*brief.rules, *rules))))
    if not brief.awaited or not brief.knows("outputs"):
        return brief
    found = [entry for text in brief.awaited for entry in further_outputs(text, pack)]
    new = [entry for entry in found if entry.name not in output.properties(brief.schema)]
    return brief.noted(awaited=(), schema=as_schema(new, brief.schema) if new else brief.schema)
