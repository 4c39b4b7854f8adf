"""A wish that points back at a story: "People write to me for bouquets, I want something that answers them"."""

from collections.abc import Sequence
from dataclasses import replace

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.text import Sentence, plain, uncapital


def told_in_full(said: Sequence[Sentence], pack: Pack) -> list[Sentence]:
    """The sentences, with the pronoun of a wish replaced by what the story before it speaks of."""
    found: list[Sentence] = []
    for sentence in said:
        whole = _resolved(sentence.text, " ".join(before.text for before in found), pack)
        found.append(replace(sentence, text=whole) if whole else sentence)
    return found


def _resolved(text: str, before: str, pack: Pack) -> str:
    """The wish with its pronoun resolved; "" when there is nothing to resolve or the story does not tell."""
    wish = pack.framed("pronoun", text)
    if not wish:
        return ""
    story = _without_joint(f"{before} {wish['before']}", pack)
    answers = pack.says("answering", wish["deed"])
    told = pack.framed("antecedent" if answers else "things", story)
    if not told:
        return ""
    parts = {name: _part(value or "", pack) for name, value in told.groupdict().items()}
    whom = pack.text("story.people" if answers else "story.things", **parts)
    trade = pack.framed("trade", story)
    place = f" {pack.text('story.place', place=trade['place'])}" if trade else ""
    wanted = pack.text("story.wish", place=place, deed=wish["deed"].strip(), whom=whom, after=wish["after"])
    return pack.rewrite("contract", wanted)


def _without_joint(story: str, pack: Pack) -> str:
    """ "People write to me, and" without the last word."""
    story = plain(story)
    joint = next((match for match in pack.words("and").finditer(story) if match.end() == len(story)), None)
    return plain(story[: joint.start()]) if joint else story


def _part(text: str, pack: Pack) -> str:
    return uncapital(plain(pack.rewrite("story", text)), pack)
