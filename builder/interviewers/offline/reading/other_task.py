"""The task said anew: "it should translate reviews into German instead"."""

import re
from dataclasses import replace

from builder.interviewers.offline.brief import Brief, Purpose
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading import acts, behaviour
from builder.interviewers.offline.reading.phrases import without_filler
from builder.interviewers.offline.reading.purpose import is_empty, stated_deed
from builder.interviewers.offline.reading.returns import sure_return_type
from builder.interviewers.offline.reading.text import plain

_ALIKE = 0.5
_STEM = 5  # letters


def other_task(sentence: str, brief: Brief, pack: Pack) -> Brief | None:
    """The brief with another task; None when the sentence is about something else, such as a rule or the tone.

    Somebody who takes something back ("instead", "no, it should ...") means the task when the sentence has the same
    verb and things as the task had, or a deed that such agents are made for.
    """
    text = _without_mark(plain(without_filler(sentence, pack)), pack)
    if not brief.purpose or behaviour.is_sure_rule(text, pack) or behaviour.labelled_tone(text, pack):
        return None
    if not pack.framed("about_it", text) or sure_return_type(text, pack) or not _takes_back(sentence, pack):
        return None
    found = stated_deed(text, pack)
    if not found or is_empty(found, pack):
        return None
    first_deed = not brief.purpose.deed and pack.says("instead", sentence)
    known_deed = _same_deed(found.deed, brief.purpose, pack) or pack.says("data_deed", found.deed)
    if not first_deed and not known_deed:
        return None
    texts = {key: value for key, value in brief.texts.items() if key != "description"}
    purpose = Purpose(brief.purpose.noun, found.deed, found.form, found.relative)
    return replace(brief.told("purpose", purpose=purpose), texts=texts)


def _same_deed(deed: str, before: Purpose, pack: Pack) -> bool:
    """The same verb, about much the same things."""
    known = f"{before.noun} {before.deed}"
    words = deed.lower().split()
    verb = words[-1] if pack.table("grammar")["verb_last"] else words[0]
    return verb[:_STEM] in known.lower() and behaviour.same_rule(deed, known, pack) >= _ALIKE


def _takes_back(sentence: str, pack: Pack) -> bool:
    return pack.says("correction", sentence) or acts.begins_with("no", sentence, pack)


def _without_mark(text: str, pack: Pack) -> str:
    """The sentence without its "instead"."""
    return plain(re.sub(r"\s{2,}", " ", pack.words("instead").sub(" ", text)))
