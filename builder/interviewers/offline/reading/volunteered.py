"""Facts that nobody asked for: each sentence is offered to the readers, the surest first."""

from collections.abc import Callable

from builder.interviewers.offline.brief import Brief
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading import acts, behaviour
from builder.interviewers.offline.reading.corrections import corrected, is_marked
from builder.interviewers.offline.reading.field import Field
from builder.interviewers.offline.reading.further import further_told
from builder.interviewers.offline.reading.greeting import stated_greeting
from builder.interviewers.offline.reading.headings import under_heading
from builder.interviewers.offline.reading.heard import Heard
from builder.interviewers.offline.reading.inputs import addressed_input, stated_inputs
from builder.interviewers.offline.reading.names import named, usable
from builder.interviewers.offline.reading.outputs import as_schema, read_outputs
from builder.interviewers.offline.reading.phrases import is_filler, without_filler
from builder.interviewers.offline.reading.purpose import joined, stated_deed, stated_purpose
from builder.interviewers.offline.reading.returns import (
    ReturnType,
    is_spoken,
    return_type_answer,
    sure_return_type,
    writes_for_people,
)
from builder.interviewers.offline.reading.telling import inputs_told, name_told, outputs_told, rules_told, tone_told
from builder.interviewers.offline.reading.text import Sentence, plain, word_count
from builder.interviewers.offline.reading.typed_list import colon_list, sorted_by

_DETAILS = {"enum", "format", "minimum", "items"}
_MUCH = 3  # topics told before: a message that tells everything
_MAY_BE_FIELDS = ("return_type", "name", "inputs")
_BARE_THING = 2  # words: "the letter" is no rule
_SHORT_TYPE = 8  # words of "no, it should just chat"
_SHORT = 16  # words of a sentence that may be about the return type alone

Reader = Callable[[Heard, Sentence, Pack], Heard | None]


def volunteered(heard: Heard, sentence: Sentence, pack: Pack, *, asked: str = "") -> Heard | None:
    """What a sentence tells without being asked; None when it tells nothing."""
    if sentence.heading and (under := under_heading(heard, sentence, pack)):
        return under
    if asked != "purpose" and (found := corrected(sentence.text, heard.brief, pack, asked=asked)):
        return heard.told(found.topic, found.brief)
    for reader in (
        further_told,
        _name,
        _greeting,
        _language,
        _just_text,
        _outputs,
        _inputs,
        _tone,
        _return_type_changed,
        _sure_rule,
        _purpose,
        _rule,
    ):
        if told := reader(heard, sentence, pack):
            return told
    return None


def strongly_volunteered(heard: Heard, sentence: Sentence, pack: Pack, *, asked: str) -> Heard | None:
    """Only what is beyond doubt about another topic than the one that was asked."""
    if found := corrected(sentence.text, heard.brief, pack, asked=asked):
        return heard.told(found.topic, found.brief)
    readers: tuple[Reader, ...] = (further_told, _named_only, _greeting, _language, _just_text, _labelled_tone)
    if asked not in ("outputs", "inputs") and (asked != "return_type" or ":" in sentence.text or ";" in sentence.text):
        readers = (*readers, _outputs, _inputs)
    if asked in ("name", "outputs", "inputs"):
        readers = (*readers, _sure_rule_about_it)
    if asked in _MAY_BE_FIELDS:
        readers = (*readers, _list_of_fields)
    for reader in readers:
        if told := reader(heard, sentence, pack):
            return told
    return None


# ---- one reader for each topic


def _named_only(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    found = named(sentence.text, pack, labels=False)
    return name_told(heard, found[0], pack) if found else None


def _name(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    """The name; what else the sentence says is read on."""
    found = named(sentence.text, pack)
    if not found or not usable(found[0]):
        return None
    told = name_told(heard, found[0], pack)
    rest = without_filler(found[1], pack)
    if word_count(rest) < 3 or is_filler(rest, pack) or is_marked(sentence.text, pack):
        return told
    return volunteered(told, Sentence(plain(rest), sentence.question), pack) or told


def _greeting(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    if not (greeting := stated_greeting(sentence.text, pack)):
        return None
    return heard.told("greeting", heard.brief.told("greeting", greeting=greeting))


def _language(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    match = pack.framed("language", plain(without_filler(sentence.text, pack)))
    code = pack.table("languages").get(match["language"].lower()) if match else None
    return heard.told("language", heard.brief.told("language", language=code)) if code else None


def _outputs(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    text = plain(without_filler(sentence.text, pack))
    brief = heard.brief
    if brief.return_type == "unstructured" and not is_marked(sentence.text, pack):
        return None
    if not brief.purpose and (sorted_task := _sorted_task(heard, text, pack)):
        return sorted_task
    match = pack.framed("outputs", text)
    wished = pack.framed("outputs_answer", text) if not match and brief.purpose and not brief.knows("outputs") else None
    listed = match or wished or colon_list(text, pack)
    found = read_outputs(listed["list"], pack) if listed else []
    sure = ":" in text or sure_return_type(text, pack) == "structured" or brief.return_type == "structured"
    if not listed or not found or not (sure or len(found) > 1 if match else _detailed(found, text)):
        return None
    told = outputs_told(heard, as_schema(found, brief.schema))
    before = Sentence(plain(text[: listed.start("list")]), sentence.question)
    return told if brief.purpose else _with_task(told, before, pack)


def _sorted_task(heard: Heard, text: str, pack: Pack) -> Heard | None:
    """ "Sorts letters by urgency: low or high" tells the task, the output and what comes in."""
    found = sorted_by(text, pack)
    if not found or behaviour.is_sure_rule(text, pack):
        return None
    told = _with_task(outputs_told(heard, as_schema([found[1]])), Sentence(found[0]), pack)
    return told if told.brief.purpose else None


def _with_task(heard: Heard, sentence: Sentence, pack: Pack) -> Heard:
    """The task in front of a list of outputs; what it works on is then known, too."""
    told = _purpose(heard, sentence, pack)
    if not told:
        return heard
    purpose = told.brief.purpose
    given = addressed_input(f"{purpose.noun} {purpose.deed}", pack)
    return inputs_told(told, [given]) if given and not told.brief.knows("inputs") else told


def _detailed(found: list[Field], text: str) -> bool:
    """A list of fields, not just things that somebody needs: with values, limits, marks or semicolons."""
    marks = sum(entry.required is not None or bool(_DETAILS & set(entry.schema)) for entry in found)
    return (";" in text and len(found) > 1) or marks > 1 or (marks > 0 and len(found) > 2)


def _inputs(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    found = stated_inputs(sentence.text, pack)
    return inputs_told(heard, found) if found else None


def _labelled_tone(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    tone = behaviour.labelled_tone(sentence.text, pack)
    return tone_told(heard, tone) if tone else None


def _tone(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    if told := _labelled_tone(heard, sentence, pack):
        return told
    text = plain(without_filler(sentence.text, pack))
    if not behaviour.is_tone(text, pack):
        return None
    return tone_told(heard, text)


def _just_text(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    """ "No, it should just chat", whatever was asked."""
    text = plain(without_filler(sentence.text, pack))
    if sentence.question or word_count(text) > _SHORT_TYPE or not pack.says("simply", text):
        return None
    refused = acts.begins_with("no", sentence.text, pack) or pack.says("not_structured", text)
    if not (refused or pack.framed("about_it", text)):
        return None
    if sure_return_type(text, pack) != "unstructured":
        return None
    return heard.told("return_type", heard.brief.told("return_type", return_type="unstructured"))


def _list_of_fields(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    """A list of fields with values or types, although something else was asked."""
    text = plain(without_filler(sentence.text, pack))
    if sentence.question or behaviour.is_sure_rule(text, pack) or pack.framed("about_it", text):
        return None
    if pack.framed("wish", text) or heard.brief.knows("outputs") or heard.brief.return_type == "unstructured":
        return None
    found = read_outputs(text, pack)
    typed = sum(bool(_DETAILS & set(entry.schema)) or entry.schema["type"] != "string" for entry in found)
    listed = sum("enum" in entry.schema for entry in found)
    return outputs_told(heard, as_schema(found)) if listed and len(found) + typed > 2 else None


def _return_type_changed(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    """The return type on its own, or changed: "no, it should just chat"."""
    brief, text = heard.brief, sentence.text
    about_it = pack.framed("about_it", without_filler(text, pack)) is not None
    if brief.knows("return_type") and not (about_it or is_marked(text, pack) or acts.begins_with("no", text, pack)):
        return None
    if not brief.purpose and stated_purpose(text, pack):
        return None
    rule = behaviour.is_sure_rule(text, pack) and not (pack.says("simply", text) or pack.says("not_structured", text))
    if rule or word_count(text) > _SHORT:
        return None
    found = sure_return_type(text, pack) or (_weak_return_type(brief, sentence, pack))
    if not found or found == brief.return_type:
        return None
    return heard.told(
        "return_type", brief.told("return_type", return_type=found, voice=brief.voice or is_spoken(text, pack))
    )


def _weak_return_type(brief: Brief, sentence: Sentence, pack: Pack) -> ReturnType | None:
    """A line of its own in a list of facts may be about the return type without saying so outright."""
    if not brief.purpose or brief.return_type or sentence.line == 0:
        return None
    return return_type_answer(sentence.text, pack)


def _sure_rule_about_it(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    """ "It must never ..." is a rule whatever was asked."""
    text = plain(without_filler(sentence.text, pack))
    is_list = ":" in text or ";" in text
    about_it = pack.framed("deed", text) or (not is_list and pack.framed("about_it", text))
    return _sure_rule(heard, sentence, pack) if about_it else None


def _sure_rule(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    wish = pack.words("off_topic_person").match(without_filler(sentence.text, pack)) or pack.framed(
        "wish", sentence.text
    )
    if not behaviour.is_sure_rule(sentence.text, pack) or sentence.question or (wish and not heard.brief.purpose):
        return None
    about_it = pack.framed("about_it", without_filler(sentence.text, pack)) is not None
    if (acts.is_small_talk(sentence.text, pack) and not about_it) or acts.is_about_the_talk(sentence.text, pack):
        return None
    if pack.framed("soft_rule", without_filler(sentence.text, pack)):
        return None
    first_message = not heard.brief.purpose or "purpose" in heard.learned
    if not about_it and first_message and pack.says("first_person", sentence.text):
        return None
    if not heard.brief.purpose and stated_purpose(sentence.text, pack) and not pack.framed("about_it", sentence.text):
        return None
    return rules_told(heard, sentence.text, pack)


def _purpose(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    """What it is for; later sentences about the same are joined to the first in the same message."""
    brief, text = heard.brief, sentence.text
    fresh = not brief.knows("purpose") or "purpose" in heard.learned
    if not fresh:
        return None
    found = (stated_purpose(text, pack) if not brief.knows("purpose") else None) or stated_deed(text, pack)
    if not found:
        return None
    told = heard.told("purpose", brief.told("purpose", purpose=joined(brief.purpose, found)))
    return _implied(told, text, pack)


def _implied(heard: Heard, text: str, pack: Pack) -> Heard:
    """What a purpose says by the way: a voice agent talks, a poem is text."""
    if heard.brief.knows("return_type"):
        return heard
    kind = sure_return_type(text, pack) or ("unstructured" if writes_for_people(text, pack) else None)
    if not kind:
        return heard
    voice = kind == "unstructured" and is_spoken(text, pack)
    return heard.told("return_type", heard.brief.told("return_type", return_type=kind, voice=voice))


def _rule(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    """A sentence that sounds like a rule, once it is known what the agent is for."""
    text = without_filler(sentence.text, pack)
    if not heard.brief.purpose or sentence.question or not behaviour.may_be_rule(text, pack):
        return None
    if sentence.line == 0 and "purpose" in heard.learned and len(heard.learned) < _MUCH:
        return None
    if word_count(text) <= _BARE_THING and pack.words("article").match(text):
        return None
    personal = pack.words("off_topic_person").match(text) or acts.is_remark(sentence.text, pack)
    if personal or pack.framed("wish", text) or pack.framed("soft_rule", text):
        return None
    return rules_told(heard, sentence.text, pack, settles="purpose" not in heard.learned)
