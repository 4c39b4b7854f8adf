"""The first words of the agent."""

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.phrases import without_filler
from builder.interviewers.offline.reading.text import word_count

LONGEST = 400


def stated_greeting(text: str, pack: Pack) -> str:
    """The greeting in "It greets with: ..." or in a sentence that can only be one."""
    sentence = without_filler_start(text, pack)
    if match := pack.framed("greeting", sentence):
        return _unquoted(match["greeting"])
    if pack.words("salutation").match(text) and pack.says("greeting_mark", text):
        return _unquoted(text)
    return ""


def greeting_answer(text: str, pack: Pack) -> str:
    """The greeting in an answer to the question for it; "" when it is about something else."""
    if found := stated_greeting(text, pack):
        return found
    if match := pack.framed("greeting_answer", without_filler_start(text, pack)):
        return _unquoted(match["greeting"])
    if pack.words("salutation").match(text.strip('"« ')):
        return _unquoted(text)
    return _unquoted(text) if word_count(text) > 1 else ""


def without_filler_start(text: str, pack: Pack) -> str:
    """Without "Oh, " in front, but with the "Hello" that the greeting begins with."""
    return text if pack.words("salutation").match(text) else without_filler(text, pack)


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'«» ").strip()[:LONGEST]
