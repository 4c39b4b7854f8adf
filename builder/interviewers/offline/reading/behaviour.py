"""Tone and rules: how the agent should sound and what it must always or never do."""

import re
from collections.abc import Sequence

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.phrases import without_filler
from builder.interviewers.offline.reading.text import capital, plain, split_outside, word_count

LONGEST_TONE = 12  # words
_TONE_PHRASE = 8  # words
_WORD = re.compile(r"[^\W\d_][\w'-]*")


def labelled_tone(text: str, pack: Pack) -> str:
    """The tone in "Tone: friendly" or "It should sound friendly"; "" when the sentence is about something else."""
    sentence = plain(without_filler(text, pack))
    for index, frame in enumerate(pack.frames("tone")):
        match = frame.search(sentence)
        if not match:
            continue
        tone = plain(match["tone"])
        if (index == 0 and word_count(tone) <= LONGEST_TONE and not pack.says("rule_strong", tone)) or is_tone(
            tone, pack
        ):
            return tone
    return ""


def is_tone(text: str, pack: Pack) -> bool:
    """ "Calm, slow, friendly", "a bit silly": words for a manner and nothing that makes a sentence."""
    words = _WORD.findall(text.lower())
    if not words or len(words) > LONGEST_TONE:
        return False
    known = pack.words("tone").findall(text)
    covered = sum(len(_WORD.findall(found)) for found in known)
    other = sum(
        1
        for word in _WORD.findall(pack.words("tone").sub(" ", text.lower()))
        if not pack.words("tone_shape").fullmatch(word)
    )
    return covered > 0 and other <= covered // 2


def may_be_tone(text: str, pack: Pack) -> bool:
    """A short fragment without any word of a rule, as an answer to a question about manner."""
    if is_tone(text, pack) or (word_count(text) <= 3 and not pack.says("rule", text)):
        return True
    opens = pack.words("tone").match(text) is not None
    sounds_like_a_rule = pack.says("rule_strong", text) or re.search(r"\d", text)
    return opens and word_count(text) <= _TONE_PHRASE and not sounds_like_a_rule


def rules_of(text: str, pack: Pack) -> list[str]:
    """The rules in a sentence, each in its own words, addressed to the agent where the pack can do that."""
    sentence = plain(without_filler(text, pack))
    for frame in pack.frames("rule_label"):
        if match := frame.search(sentence):
            sentence = plain(match["rule"])
    return [written for part in _split(sentence, pack) if (written := _written(part, pack))]


def _split(sentence: str, pack: Pack) -> list[str]:
    """ "It must do this, and it must never do that" holds two rules; so does "always this; never that"."""
    joint = pack.text("grammar.rule_joint")
    return [part for piece in split_outside(sentence, ";") for part in re.split(joint, piece) if part]


def _written(rule: str, pack: Pack) -> str:
    text = plain(rule)
    if not re.search(r"\w", text):
        return ""
    return capital(pack.rewrite("second", pack.rewrite("rule", text))) + "."


def is_sure_rule(text: str, pack: Pack) -> bool:
    return pack.says("rule_strong", text)


def may_be_rule(text: str, pack: Pack) -> bool:
    return pack.says("rule", text)


def same_rule(one: str, other: str, pack: Pack) -> float:
    """0-1: how much two rules are about the same thing, by the words that carry meaning."""
    first, second = _meaning(one, pack), _meaning(other, pack)
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def _meaning(rule: str, pack: Pack) -> set[str]:
    words = _WORD.findall(rule.lower())
    return {
        _stem(word)
        for word in words
        if len(word) > 3 and not pack.words("light").fullmatch(word) and not pack.words("rule").fullmatch(word)
    }


def _stem(word: str) -> str:
    return word[: max(4, len(word) - 2)]


def nearest_rule(rule: str, rules: Sequence[str], pack: Pack, at_least: float = 0.5) -> int | None:
    """The place of the rule that a new one is about, if one clearly is."""
    ranked = sorted(((same_rule(rule, known, pack), -place) for place, known in enumerate(rules)), reverse=True)
    return -ranked[0][1] if ranked and ranked[0][0] >= at_least else None


def without_tone(text: str, pack: Pack) -> tuple[str, str]:
    """ "Friendly, and it must never promise anything": the tone in front and the rest."""
    for mark in ";,":
        head, found, rest = text.partition(mark)
        if found and is_tone(head, pack) and is_sure_rule(rest, pack) and not is_sure_rule(head, pack):
            return plain(head), plain(without_filler(rest, pack))
    return "", text


def as_tone(text: str) -> str:
    """A tone as it is kept: one short phrase without a full stop."""
    text = plain(text)
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
