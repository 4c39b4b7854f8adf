"""Remarks on whether something may be missing: "..., and it may be missing" belongs to what was said before."""

from collections.abc import Sequence
from dataclasses import replace

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.text import Sentence, plain


def without_remark(text: str, pack: Pack) -> tuple[str, str]:
    """The text without a remark at its end, and the remark; "" when there is none."""
    for match in pack.words("own_remark").finditer(text):
        if match.end() == len(text) and match.start():
            return _before_joint(text[: match.start()], pack), match[0]
    head, comma, tail = text.rpartition(",")
    if comma and pack.words("optional").fullmatch(plain(tail)):
        return plain(head), plain(tail)
    return text, ""


def _before_joint(text: str, pack: Pack) -> str:
    """ "the room" of "the room, and"."""
    head = plain(text)
    for match in pack.words("and").finditer(head):
        if match.end() == len(head):
            return plain(head[: match.start()])
    return head


def rejoined(said: Sequence[Sentence], pack: Pack) -> list[Sentence]:
    """ "Add the room. It may be missing." is one sentence: the remark alone speaks of nothing."""
    found: list[Sentence] = []
    for sentence in said:
        if found and not sentence.bullet and pack.words("own_remark").fullmatch(plain(sentence.text)):
            before = found[-1]
            found[-1] = replace(before, text=f"{plain(before.text)}, {plain(sentence.text)}")
        else:
            found.append(sentence)
    return found
