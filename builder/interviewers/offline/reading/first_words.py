"""A free description of what somebody wants: the purpose, and everything else that is told on the way."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading import acts
from builder.interviewers.offline.reading.heard import Heard
from builder.interviewers.offline.reading.purpose import (
    NOT_STATED,
    free_purpose,
    is_empty,
    joined,
    rank,
    stated_purpose,
)
from builder.interviewers.offline.reading.story import told_in_full
from builder.interviewers.offline.reading.text import Sentence, word_count
from builder.interviewers.offline.reading.volunteered import volunteered

_MUCH = 4  # topics told in one message: somebody who says it all at once


def read_description(heard: Heard, said: Sequence[Sentence], pack: Pack, *, lenient: bool = False) -> Heard:
    """What a description tells. `lenient`: it was asked before or cannot be asked, so any sentence may be meant."""
    heard, rest = _main_first(heard, told_in_full(said, pack), pack, lenient=lenient)
    left: list[Sentence] = []
    for sentence in rest:
        if told := volunteered(heard, sentence, pack, asked="purpose"):
            heard = told
        else:
            left.append(sentence)
    if not heard.brief.purpose:
        heard, left = _free(heard, left, pack, lenient=lenient)
    asked_back = next((s.text for s in left if acts.is_question(s, pack)), heard.asked_back)
    heard = replace(_settled(heard), leftover=tuple(s.text for s in left), asked_back=asked_back)
    return replace(heard, answered=heard.brief.knows("purpose"))


def _main_first(heard: Heard, said: list[Sentence], pack: Pack, *, lenient: bool) -> tuple[Heard, list[Sentence]]:
    """The sentence that says what the agent is for comes first: one that says so surely, else the first line."""
    if not said or heard.brief.purpose:
        return heard, said
    opening = [sentence for sentence in said if sentence.line == said[0].line]
    main = min(opening, key=lambda sentence: rank(sentence.text, pack))
    if rank(main.text, pack) == NOT_STATED and len(opening) < len(said):
        heard, left = _free(heard, opening, pack, lenient=lenient)
        if heard.brief.purpose:
            return heard, [*left, *said[len(opening) :]]
        main = min(said, key=lambda sentence: rank(sentence.text, pack))
    return heard, sorted(said, key=lambda sentence: sentence is not main)


def _free(heard: Heard, left: Iterable[Sentence], pack: Pack, *, lenient: bool) -> tuple[Heard, list[Sentence]]:
    """The purpose from the sentence that says most, when none fits a frame."""
    left = list(left)
    for sentence in sorted(left, key=lambda s: (s.line, -word_count(s.text))):
        if acts.is_small_talk(sentence.text, pack) or (sentence.question and acts.is_puzzled(sentence.text, pack)):
            continue
        text = sentence.text
        if not lenient and len(left) > 1 and not pack.framed("agent_noun", text):
            continue  # one of several sentences that tell how things are: better to ask
        found = stated_purpose(text, pack, lenient=lenient) or free_purpose(text, pack, lenient=lenient)
        if found and not is_empty(found, pack):
            told = heard.told("purpose", heard.brief.told("purpose", purpose=joined(heard.brief.purpose, found)))
            return told, [other for other in left if other is not sentence]
    return heard, left


def _settled(heard: Heard) -> Heard:
    """Somebody who tells everything at once has said their rules, too; otherwise soft ones leave the question open."""
    if "rules" in heard.learned and not heard.brief.knows("rules") and len(heard.learned) >= _MUCH:
        return replace(heard, brief=heard.brief.told("rules"))
    return heard
