"""Answers to the open question. Each reader takes the sentences of a message and says what it understood."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading import acts, behaviour
from builder.interviewers.offline.reading.corrections import corrected, unknown_part
from builder.interviewers.offline.reading.first_words import read_description
from builder.interviewers.offline.reading.further import further_outputs
from builder.interviewers.offline.reading.greeting import greeting_answer
from builder.interviewers.offline.reading.heard import Heard
from builder.interviewers.offline.reading.inputs import addressed_input, inputs_answer, read_inputs
from builder.interviewers.offline.reading.names import lone_name, name_answer, usable
from builder.interviewers.offline.reading.outputs import as_schema, read_outputs
from builder.interviewers.offline.reading.phrases import is_filler, without_filler
from builder.interviewers.offline.reading.returns import is_spoken, return_type_answer
from builder.interviewers.offline.reading.telling import inputs_told, name_told, outputs_told, rules_told, tone_told
from builder.interviewers.offline.reading.text import Sentence, plain, word_count
from builder.interviewers.offline.reading.volunteered import strongly_volunteered, volunteered

_SHORT_YES = 4  # words
_SHORT_THING = 5
_BARE_THING = 2
_LISTS = ("outputs", "inputs")
_LISTED = re.compile(r"[(,;:]")

Answer = Callable[[Heard, Sequence[Sentence], Pack], Heard]


def read_answer(heard: Heard, asked: str, said: Sequence[Sentence], pack: Pack) -> Heard:
    """What the sentences tell about the topic that was asked, and about others by the way."""
    return _READERS[asked](heard, said, pack)


def _each(
    heard: Heard,
    asked: str,
    said: Sequence[Sentence],
    pack: Pack,
    take: Callable[[Heard, Sentence, Pack], Heard | None],
) -> Heard:
    """Offers each sentence to what is sure about other topics, then to the asked one, then to the rest."""
    if puzzled := asks_what_is_meant(said, pack, asked):
        heard = replace(heard, asked_back=puzzled)
    for sentence in said:
        if _asks(sentence, asked, pack) and asked not in ("greeting",):
            told = strongly_volunteered(heard, sentence, pack, asked=asked)
            heard = told or replace(heard, asked_back=sentence.text)
            continue
        told = strongly_volunteered(heard, sentence, pack, asked=asked)
        if told is None and (unknown := unknown_part(sentence.text, pack, asked=asked)):
            heard = replace(heard, unknown=unknown)
            continue
        if told is None and not puzzled and (told := take(heard, sentence, pack)):
            told = replace(told, answered=True)
        heard = told or replace(heard, leftover=(*heard.leftover, sentence.text))
    return heard


def asks_what_is_meant(said: Sequence[Sentence], pack: Pack, asked: str = "") -> str:
    """The question of somebody who did not understand what was asked; "" when nobody asks that."""
    return next((s.text for s in said if _asks(s, asked, pack) and acts.is_puzzled(s.text, pack)), "")


def _asks(sentence: Sentence, asked: str, pack: Pack) -> bool:
    """ "What is broken (brakes, gears) and how urgent it is" only looks like a question where a list was asked for."""
    if asked in _LISTS and not sentence.question and _LISTED.search(sentence.text):
        return False
    return acts.is_question(sentence, pack)


def _return_type(heard: Heard, said: Sequence[Sentence], pack: Pack) -> Heard:
    def take(now: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
        found = return_type_answer(sentence.text, pack)
        if now.answered and found == now.brief.return_type:
            return now  # said in other words
        if now.answered or not found or (acts.is_small_talk(sentence.text, pack) and len(said) > 1):
            return volunteered(now, sentence, pack, asked="return_type")
        voice = now.brief.voice or (found == "unstructured" and is_spoken(sentence.text, pack))
        return now.told("return_type", now.brief.told("return_type", return_type=found, voice=voice))

    heard = _each(heard, "return_type", said, pack, take)
    return replace(heard, answered=heard.brief.knows("return_type"))


def _name(heard: Heard, said: Sequence[Sentence], pack: Pack) -> Heard:
    def take(now: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
        if "name" in now.learned or acts.is_small_talk(sentence.text, pack) or acts.act_of(sentence.text, pack):
            return None
        found = name_answer(sentence.text, pack)
        return name_told(now, found, pack) if usable(found) else None

    heard = _each(heard, "name", said, pack, take)
    return replace(heard, answered=heard.brief.knows("name"))


def _rules(heard: Heard, said: Sequence[Sentence], pack: Pack) -> Heard:
    def take(now: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
        text = without_filler(sentence.text, pack)
        if (
            is_filler(sentence.text, pack)
            or _is_chat(sentence.text, pack)
            or acts.act_of(text, pack) in ("none", "decide")
        ):
            return None
        bare = plain(text)
        if _only_a_thing(bare, pack):
            given = addressed_input(bare, pack)
            return inputs_told(now, read_inputs(bare, pack)) if given and not now.brief.knows("inputs") else None
        if behaviour.may_be_tone(bare, pack) and not (now.brief.tone and not behaviour.is_tone(bare, pack)):
            return tone_told(now, bare)
        return rules_told(now, sentence.text, pack)

    heard = _each(heard, "rules", said, pack, take)
    if heard.answered and not heard.brief.knows("rules"):  # only the tone was told: the question was about both
        return replace(heard, brief=heard.brief.told("rules", rules=heard.brief.rules))
    return heard


def _only_a_thing(text: str, pack: Pack) -> bool:
    """ "The mail of the parents" is no rule; it answers another question."""
    if word_count(text) > _SHORT_THING or not pack.words("article").match(text):
        return False
    return not (behaviour.is_tone(text, pack) or (word_count(text) > _BARE_THING and behaviour.may_be_rule(text, pack)))


def _is_chat(text: str, pack: Pack) -> bool:
    """Small talk and remarks about oneself, unless they sound like a rule all the same."""
    if acts.is_about_the_talk(text, pack):
        return True
    if behaviour.is_sure_rule(text, pack):
        return False
    if acts.is_small_talk(text, pack):
        return True
    return acts.is_about_oneself(text, pack) and not behaviour.may_be_rule(text, pack)


def _tone(heard: Heard, said: Sequence[Sentence], pack: Pack) -> Heard:
    def take(now: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
        text = plain(without_filler(sentence.text, pack))
        if not text or acts.is_remark(sentence.text, pack):
            return None
        if word_count(text) <= behaviour.LONGEST_TONE and not behaviour.is_sure_rule(text, pack):
            return tone_told(now, text)
        return rules_told(now, sentence.text, pack)

    return _each(heard, "tone", said, pack, take)


def _inputs(heard: Heard, said: Sequence[Sentence], pack: Pack) -> Heard:
    def take(now: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
        if is_filler(sentence.text, pack) or acts.is_remark(sentence.text, pack):
            return None
        found = inputs_answer(sentence.text, pack)
        return inputs_told(now, found) if found else None

    return _each(heard, "inputs", said, pack, take)


def _outputs(heard: Heard, said: Sequence[Sentence], pack: Pack) -> Heard:
    def take(now: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
        text = plain(without_filler(sentence.text, pack))
        if not text or acts.is_remark(sentence.text, pack) or acts.act_of(text, pack) or _only_agrees(sentence, pack):
            return None
        for kind in ("outputs_answer", "outputs"):
            if match := pack.framed(kind, text):
                text = match["list"]
                break
        found = further_outputs(sentence.text, pack) or read_outputs(text, pack)
        before = now.brief.schema if "outputs" in now.learned else {}
        return outputs_told(now, as_schema(found, before)) if found else None

    return _each(heard, "outputs", _joined_lines(said), pack, take)


def _only_agrees(sentence: Sentence, pack: Pack) -> bool:
    """ "Yes, it is great" names nothing."""
    return acts.begins_with("yes", sentence.text, pack) and word_count(sentence.text) <= _SHORT_YES


def _joined_lines(said: Sequence[Sentence]) -> list[Sentence]:
    """Bullets under each other are one list."""
    joined: list[Sentence] = []
    for sentence in said:
        if sentence.bullet and joined and joined[-1].bullet:
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text}\n{sentence.text}")
        else:
            joined.append(sentence)
    return joined


def _greeting(heard: Heard, said: Sequence[Sentence], pack: Pack) -> Heard:
    """The greeting may be several sentences long and ask something itself."""
    kept: list[str] = []
    for sentence in said:
        opens = pack.words("salutation").match(sentence.text.strip('"')) is not None
        told = None if opens else strongly_volunteered(heard, sentence, pack, asked="greeting")
        if told and "greeting" not in told.learned:
            heard = told
        elif opens or not acts.is_small_talk(sentence.text, pack):
            kept.append(sentence.text)
    whole = " ".join(kept)
    if (puzzled := asks_what_is_meant(said, pack)) and not pack.words("salutation").match(whole.strip('"')):
        return replace(heard, asked_back=puzzled)
    found = greeting_answer(whole, pack) if whole else ""
    if not found:
        return replace(heard, leftover=tuple(sentence.text for sentence in said))
    return replace(heard.told("greeting", heard.brief.told("greeting", greeting=found)), answered=True)


def _purpose(heard: Heard, said: Sequence[Sentence], pack: Pack) -> Heard:
    return read_description(heard, said, pack)


def _purpose_again(heard: Heard, said: Sequence[Sentence], pack: Pack) -> Heard:
    return read_description(heard, said, pack, lenient=True)


def _unknown_part(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    """A correction of something that does not exist is not a fact of its own."""
    if corrected(sentence.text, heard.brief, pack, asked=""):
        return None
    unknown = unknown_part(sentence.text, pack, asked="")
    return replace(heard, unknown=unknown) if unknown else None


def _anything(heard: Heard, said: Sequence[Sentence], pack: Pack) -> Heard:
    """No question is open, or only the one for a yes."""
    for sentence in said:
        if is_filler(sentence.text, pack) or acts.act_of(sentence.text, pack):
            continue
        if len(said) == 1 and (alone := lone_name(sentence.text, pack)) and heard.brief.name:
            return name_told(heard, alone, pack)
        told = _unknown_part(heard, sentence, pack) or volunteered(heard, sentence, pack)
        if told is None and acts.is_question(sentence, pack):
            told = replace(heard, asked_back=sentence.text)
        heard = told or replace(heard, leftover=(*heard.leftover, sentence.text))
    return heard


_READERS: dict[str, Answer] = {
    "purpose": _purpose,
    "purpose_again": _purpose_again,
    "return_type": _return_type,
    "name": _name,
    "rules": _rules,
    "tone": _tone,
    "inputs": _inputs,
    "outputs": _outputs,
    "greeting": _greeting,
    "confirm": _anything,
    "": _anything,
}
