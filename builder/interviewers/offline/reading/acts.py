"""What a message does in the talk: agrees, declines, leaves the choice, asks back, goes back, chats."""

import re
from typing import Literal

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.phrases import is_filler, without_filler
from builder.interviewers.offline.reading.text import Sentence, bare, word_count

Act = Literal["yes", "no", "enough", "decide", "decide_all", "none", "no_name", "back"]
_SHORT = 9  # words
_CRY = 4  # words
_THUMBS = re.compile("[\U0001f44d\U0001f44c\u2705\u2714\U0001f642\U0001f60a\ufe0f]+")
_LIST = re.compile(r"[;(]|,[^,]+,")  # who lists things talks about the agent, whatever the things are
_ORDER: tuple[Act, ...] = ("back", "decide_all", "decide", "no_name", "enough", "none", "no", "yes")


def act_of(text: str, pack: Pack) -> Act | None:
    """What a short answer does as a whole; None when it says something of its own."""
    core = bare(_THUMBS.sub(f" {pack.list('tap.confirm')[0]} ", text)).strip("¡¿ ")
    for candidate in (core, bare(without_filler(core, pack))):
        for act in _ORDER:
            if candidate and pack.words(act).fullmatch(candidate):
                return act
    return _pieced(core, pack)


def _pieced(text: str, pack: Pack) -> Act | None:
    """ "Yes, that's right." and "I don't mind, whatever you think is best.": every piece is an act."""
    pieces = [bare(piece) for piece in re.split(r"[,.;!–—-]+\s+", text) if bare(piece)]
    acts = [next((act for act in _ORDER if pack.words(act).fullmatch(piece)), None) for piece in pieces]
    if len(pieces) < 2 or any(
        act is None and not is_filler(piece, pack) for act, piece in zip(acts, pieces, strict=True)
    ):
        return None
    said = [act for act in acts if act]
    return next((act for act in _ORDER if act in said), None)


def is_plain_no(text: str, pack: Pack) -> bool:
    """ "No" alone: to a question about rules it means none, to the plan it means no."""
    return pack.is_only("no", text)


def contains(act: Act, text: str, pack: Pack) -> bool:
    """Is one sentence or clause of the text that act?"""
    return any(pack.words(act).fullmatch(bare(piece)) for piece in re.split(r"[,.;!?¡¿\n]+\s*", text) if bare(piece))


def begins_with(act: Act, text: str, pack: Pack) -> bool:
    match = pack.words(act).match(text.strip(" \"'"))
    return match is not None


def is_question(sentence: Sentence, pack: Pack) -> bool:
    """Does the person ask something back?"""
    start = without_filler(sentence.text, pack)
    if pack.is_only("lost", start) or pack.is_only("lost", sentence.text):
        return True
    if not sentence.question:
        return is_puzzled(start, pack) and pack.words("question_start").match(start) is not None
    start = without_filler(sentence.text, pack)
    return (
        bool(pack.words("question_start").match(start))
        or word_count(start) <= _SHORT
        or pack.says("question_start", start)
    )


def is_puzzled(text: str, pack: Pack) -> bool:
    """Does the person not understand what was asked?"""
    return pack.says("puzzled", text) or pack.is_only("lost", text)


def is_small_talk(text: str, pack: Pack) -> bool:
    if is_filler(text, pack) or pack.is_only("idle", text):
        return True
    return _LIST.search(text) is None and pack.says("small_talk", text)


def is_remark(text: str, pack: Pack) -> bool:
    """Small talk, a cry such as "What a day!", or something that happened to the person."""
    cry = text.rstrip().endswith("!") and word_count(text) <= _CRY
    if cry or is_small_talk(text, pack) or is_about_the_talk(text, pack):
        return True
    return pack.framed("about_me", without_filler(text, pack)) is not None


def is_about_the_talk(text: str, pack: Pack) -> bool:
    """ "I hope you can work with that", "how do I put this": about the talk or the person, not about the agent."""
    start = without_filler(text, pack)
    about = pack.framed("about_talk", start) or pack.framed("about_talk", text)
    return about is not None and pack.framed("wish", start) is None


def is_about_oneself(text: str, pack: Pack) -> bool:
    """ "My cat sits on the keyboard": the person speaks of themselves."""
    return pack.says("off_topic_person", text)
