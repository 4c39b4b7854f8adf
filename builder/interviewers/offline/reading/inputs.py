"""What the agent is given each time: placeholders with the person's phrase for each."""

import re

from builder.interviewers.offline.brief import Input
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.need import without_remark
from builder.interviewers.offline.reading.phrases import identifier, without_filler
from builder.interviewers.offline.reading.text import bare, capital, plain, split_outside, uncapital

MOST_INPUTS = 12
LONGEST_PHRASE = 160
_GAP = re.compile(r"\{+\s*([a-z][a-z0-9_]*)\s*\}+", re.IGNORECASE)


def stated_inputs(text: str, pack: Pack) -> list[Input]:
    """The inputs that a sentence names although nobody asked: "It gets the message and the order date"."""
    sentence = plain(without_filler(text, pack))
    match = pack.framed("inputs", sentence)
    return read_inputs(match["list"], pack) if match else []


def inputs_answer(text: str, pack: Pack) -> list[Input]:
    """The inputs in an answer to the question what it is given."""
    sentence = plain(without_filler(text, pack))
    for kind in ("inputs", "inputs_answer"):
        if match := pack.framed(kind, sentence):
            return read_inputs(match["list"], pack)
    return read_inputs(sentence, pack)


def read_inputs(text: str, pack: Pack) -> list[Input]:
    """The inputs of a list such as "the message, and the date of the order"."""
    if gaps := _GAP.findall(text):
        return [Input(name.lower(), name.replace("_", " ").lower()) for name in dict.fromkeys(gaps)]
    found: dict[str, Input] = {}
    for piece in split_outside(without_remark(text.rstrip(" ."), pack)[0], ",;\n"):
        for part in _split_and(piece, pack):
            phrase = _phrase(part, pack)
            name = _name(phrase, pack)
            if name and name not in found and len(found) < MOST_INPUTS:
                found[name] = Input(name, phrase)
    return list(found.values())


def _split_and(piece: str, pack: Pack) -> list[str]:
    if pack.words("datetime").search(piece):
        return [piece]
    return [
        part for part in re.split(rf"\s*{pack.words('and').pattern}\s*", piece, flags=re.IGNORECASE) if part.strip()
    ]


def _phrase(part: str, pack: Pack) -> str:
    text = bare(without_filler(part, pack))[:LONGEST_PHRASE]
    return uncapital(pack.rewrite("input_phrase", text), pack)


def _name(phrase: str, pack: Pack) -> str:
    if pack.is_only("light", phrase) or not re.search(r"[^\W\d_]{2}", phrase):
        return ""
    if match := pack.framed("what_clause", phrase):
        noun = pack.table("verbs").get(match["verb"].lower(), pack.table("verbs")["default"])
        return identifier(_pair(match["who"], noun, pack), pack)
    return identifier(phrase, pack)


def _pair(who: str, noun: str, pack: Pack) -> str:
    """ "customer message" where the owner comes first, "mensaje cliente" where it comes last; pronouns say nothing."""
    words = re.findall(r"\w+", who.lower())
    if pack.table("grammar")["what_alone"] or all(pack.words("light").fullmatch(word) for word in words):
        return noun
    return f"{who} {noun}" if pack.table("grammar")["owner_first"] else f"{noun} {who}"


def addressed_input(text: str, pack: Pack) -> Input | None:
    """What a task is done on, when nobody said what comes in: "sorts customers' messages" gives customer_message."""
    match = pack.framed("addressee", text)
    if not match:
        return None
    thing = pack.rewrite("singular", match["what"].lower())
    who = match["who"] if match["who"] and pack.words("person").fullmatch(match["who"].rstrip("'s")) else None
    owner = pack.rewrite("singular", who.lower().rstrip("'")) if who else ""
    spoken = capital(thing) if pack.table("grammar")["capital_nouns"] else thing
    whose = capital(owner) if pack.table("grammar")["capital_nouns"] else pack.first_rewrite("definite", owner)
    named = {"thing": pack.first_rewrite("definite", spoken), "owner": whose}
    phrase = pack.rewrite("contract", pack.text("inputs.of" if owner else "inputs.plain", **named))
    name = identifier(_pair(owner, thing, pack) if owner else thing, pack)
    return Input(name, phrase) if name else None
