"""One message understood, given what was just asked and what is known. The entrance to the reading room."""

import difflib
from collections.abc import Sequence
from dataclasses import replace

from builder.core.check import check
from builder.interviewers.offline.memory import CONFIRM, Memory
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading import acts
from builder.interviewers.offline.reading.acts import Act
from builder.interviewers.offline.reading.answers import asks_what_is_meant, read_answer
from builder.interviewers.offline.reading.further import in_place
from builder.interviewers.offline.reading.heard import Heard
from builder.interviewers.offline.reading.need import rejoined
from builder.interviewers.offline.reading.pasted import Pasted, find_pasted, inferred, looks_like_properties
from builder.interviewers.offline.reading.telling import name_told, outputs_told
from builder.interviewers.offline.reading.text import Sentence, sentences, tidy, word_count
from builder.interviewers.offline.reading.typing_errors import mend

_SHORT_YES = 5  # words
_LIKE_A_TAP = 0.85
_LONGEST_TAP = 80
_MAY_BE_NONE = ("rules", "tone", "greeting")


def understand(message: str, memory: Memory, pack: Pack) -> Heard:
    """Everything that a message tells, never raising on any text."""
    pasted = find_pasted(message)
    text = pack.rewrite("again", mend(_tapped(tidy(pasted.prose if pasted else message), memory.taps), pack))
    heard = _pasted(Heard(memory.brief), pasted) if pasted else Heard(memory.brief)
    act = acts.act_of(text, pack) if text else None
    if act == "none" and not memory.brief.knows(memory.asked) and acts.is_plain_no(text, pack):
        act = "none" if memory.asked in _MAY_BE_NONE else "no"
    if memory.asked != CONFIRM and pack.is_only("halt", text) and not pasted:
        return replace(heard, leftover=(text,))
    if act and (settled := _act(heard, act, memory, pack)):
        return settled
    if act and not pasted:
        return replace(heard, leftover=(text,))  # "yes" to a question that is not answered by it
    asked = _expected(memory, heard)
    whole = rejoined(sentences(text, pack), pack)
    said = [sentence for sentence in whole if not _is_introduction(sentence, pasted, pack)]
    heard = read_answer(heard, asked, said, pack)
    heard = replace(heard, brief=in_place(heard.brief, pack))
    return _concluded(heard, asked, said, pack)


def _tapped(text: str, taps: Sequence[str]) -> str:
    """The answer to tap that somebody typed, perhaps with a slip of the finger."""
    near = difflib.get_close_matches(text, taps, 1, _LIKE_A_TAP) if len(text) < _LONGEST_TAP else []
    return near[0] if near else text


def _expected(memory: Memory, heard: Heard) -> str:
    """The topic that the words beside a paste are likely about: no longer the one that the paste answered."""
    if not memory.brief.purpose and memory.asked in ("", "purpose"):
        return "purpose_again" if memory.misses.get("purpose") or memory.misses.get("") else "purpose"
    return "" if memory.asked in heard.learned else memory.asked


def _act(heard: Heard, act: Act, memory: Memory, pack: Pack) -> Heard | None:
    """A message that is one short act, where it answers what is open."""
    asked = memory.asked
    if act in ("back", "decide_all"):
        return replace(heard, act=act)
    if asked == CONFIRM or not asked:
        agreed = act in ("yes", "enough")
        return replace(heard, act="yes" if agreed else "no" if act in ("no", "none") else act)
    if asked == "name" and act == "yes" and memory.offered:
        return replace(name_told(heard, memory.offered, pack), answered=True)
    if act in ("none", "no", "enough") and asked in _MAY_BE_NONE:
        told = heard.brief.told(asked)  # type: ignore[arg-type]
        return replace(heard, brief=told, act="none", answered=True)
    if asked == "inputs" and act == "yes" and len(memory.taps) > 1:
        return replace(heard, act="decide")  # yes to what was offered
    if act in ("decide", "no_name") or (act in ("none", "no", "enough") and asked in ("name", "inputs")):
        return replace(heard, act="decide")
    return None


def _concluded(heard: Heard, asked: str, said: Sequence[Sentence], pack: Pack) -> Heard:
    """What follows from the sentences taken together."""
    whole = " ".join(sentence.text for sentence in said)
    if heard.config or (heard.answered and not acts.contains("decide_all", whole, pack)):
        return heard
    if asks_what_is_meant(said, pack, asked):
        return replace(heard, puzzled=True)
    if acts.contains("decide_all", whole, pack):
        return replace(heard, act="decide_all")
    left_open = acts.contains("decide", whole, pack) or (asked == "name" and pack.says("no_name", whole))
    if asked and asked != CONFIRM and left_open:
        return replace(heard, act="decide")
    if asked in ("", CONFIRM) and not heard.learned and not heard.asked_back:
        yes, no = acts.begins_with("yes", whole, pack), acts.begins_with("no", whole, pack)
        enough = acts.contains("enough", whole, pack)
        agrees = yes and not pack.says("change_words", whole) and (asked == CONFIRM or _adds_nothing(heard))
        act: Act | None = "yes" if enough or agrees else "no" if no else None
        heard = replace(heard, act=act)
    return heard


def _adds_nothing(heard: Heard) -> bool:
    """ "Yes, fiinsh it": what follows the yes is too short to be a wish of its own."""
    return sum(word_count(text) for text in heard.leftover) <= _SHORT_YES


# ---- what was pasted


def _is_introduction(sentence: Sentence, pasted: Pasted | None, pack: Pack) -> bool:
    """ "Here is the schema:" says nothing beside the schema itself."""
    return pasted is not None and pack.says("paste_words", sentence.text) and len(sentence.text) < 90


def _pasted(heard: Heard, pasted: Pasted) -> Heard:
    heard = replace(heard, pasted=pasted)
    if pasted.kind == "broken":
        return heard
    if pasted.kind == "config":
        return _config(heard, dict(pasted.value))
    schema = pasted.value if pasted.kind == "schema" else None
    if schema is None and looks_like_properties(pasted.value):
        schema = {"type": "object", "properties": pasted.value}
    if schema is None:
        schema = inferred(pasted.value)
    elif "type" not in schema:
        schema = {"type": "object", **schema}
    return replace(outputs_told(heard, dict(schema)), answered=True)


def _config(heard: Heard, config: dict[str, object]) -> Heard:
    """A whole configuration is taken as it is when it is valid; otherwise the reply says what is wrong with it."""
    return replace(heard, config=config, answered=not check(config))
