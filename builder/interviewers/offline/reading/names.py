"""What the agent is to be called."""

import re

from builder.core.name import is_agent_name, mend_agent_name
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.phrases import without_filler
from builder.interviewers.offline.reading.text import bare

LONGEST_ANSWER = 5  # words of a bare answer that may be a name
_KNOWN = (
    "yes", "no", "none", "decide", "back", "enough", "filler", "idle", "small_talk", "lost", "puzzled",
    "question_start",
    "light", "tone", "rule", "correction", "structured", "unstructured", "salutation", "change_words", "also",
    "add_words", "first_person", "detect", "not_name", "optional", "required", "simply", "empty_purpose",
)  # fmt: skip
_MOST_WORDS = 4
_SMALL = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def named(text: str, pack: Pack, *, labels: bool = True) -> tuple[str, str] | None:
    """The name that a sentence gives, as it was written, and the sentence without that part."""
    for kind in ("name", "name_label") if labels else ("name",):
        for frame in pack.frames(kind):
            for match in frame.finditer(text):
                if found := _value(match, pack):
                    end = match.end("bare") if match["bare"] else match.end()
                    rest = match["bare"][len(found) :] if match["bare"] else ""
                    kept = match.groupdict().get("keep") or ""
                    return found, f"{text[: match.start()].rstrip(' ,;')} {kept}{rest}{text[end:]}".strip()
    return None


def name_answer(text: str, pack: Pack) -> str:
    """The name in an answer to "what should it be called?"; "" when it holds none."""
    rest = without_filler(text, pack)
    quoted = re.search(r"[\"«']([^\"»'\n]{1,60})[\"»']", rest)
    if quoted:
        return quoted[1].strip()
    for frame in pack.frames("name_answer"):
        if (match := frame.search(rest)) and (found := _value(match, pack)):
            return found
    answer = bare(rest)
    if not answer or "?" in text or len(answer.split()) > LONGEST_ANSWER:
        return ""
    if pack.words("not_name").fullmatch(answer.split()[0]) or not mend_agent_name(answer):
        return ""
    return _until_stop(answer, pack)


def lone_name(text: str, pack: Pack) -> str:
    """One word that can only be a name: with a capital, and none that the pack knows for anything."""
    word = text.strip(" .!\"'")
    if not re.fullmatch(r"[A-ZÄÖÜ][\w-]{2,30}", word) or any(pack.says(name, word) for name in _KNOWN):
        return ""
    return "" if word.lower() in pack.list("keywords.words") else word


def usable(name: str) -> str:
    """The name as the contract allows it: "Customer Service!" becomes "CustomerService"; "" when nothing is left."""
    if is_agent_name(name):
        return name
    return mend_agent_name(name.translate(_SMALL))


def _value(match: re.Match[str], pack: Pack) -> str:
    if match["quoted"]:
        return match["quoted"].strip()
    return _until_stop(bare(match["bare"] or ""), pack, exact=True)


def _until_stop(text: str, pack: Pack, *, exact: bool = False) -> str:
    """The words of the name at the start of a clause: one with a capital and those like it, or a few small ones."""
    words = text.split()
    if not words or pack.words("not_name").fullmatch(bare(words[0])):
        return ""
    kept = [words[0]]
    for word in words[1:_MOST_WORDS]:
        if words[0][-1] in ".,;:!" or pack.words("name_stop").fullmatch(bare(word)):
            break
        if exact and _has_capital(words[0]) and not _has_capital(word):
            break
        kept.append(word)
    return bare(" ".join(kept)) if any(re.search(r"[^\W\d_]", word) for word in kept) else ""


def _has_capital(word: str) -> bool:
    return word != word.lower()
