"""What the agent is there for, taken out of a free description."""

import re
from collections.abc import Iterable

from builder.interviewers.offline.brief import Purpose
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.phrases import without_filler
from builder.interviewers.offline.reading.text import plain, uncapital, word_count

MOST_DEEDS = 4
LONGEST_FREE = 300
_NO_WISH = 100
NOT_STATED = 1000
_FEWEST_WORDS = 2
_NOUN_PHRASE = 8  # words


def stated_purpose(text: str, pack: Pack, *, lenient: bool = False) -> Purpose | None:
    """The purpose that a sentence states in one of the usual ways: "I want something that sorts mail".

    `lenient`: also one that points back at a sentence before ("sorts them").
    """
    found = _framed(text, pack, lenient=lenient)
    return found[1] if found else None


def rank(text: str, pack: Pack) -> int:
    """How surely a sentence states the purpose; 0 is surest. A wish for an agent beats a remark about one."""
    found = _framed(text, pack)
    if found is None:
        return NOT_STATED
    return found[0] if pack.framed("wish", plain(without_filler(text, pack))) else found[0] + _NO_WISH


def _framed(text: str, pack: Pack, *, lenient: bool = False) -> tuple[int, Purpose] | None:
    """The first frame that fits, by its place, and what it says. What people tell of themselves is no purpose."""
    sentence = plain(without_filler(text, pack))
    if pack.framed("story", sentence) and not pack.framed("wish_inside", sentence):
        return None
    for place, frame in enumerate(pack.frames("purpose")):
        if match := frame.search(sentence):
            found = _from_frame(match, pack)
            if found and not is_empty(found, pack) and (lenient or not pack.framed("vague", found.deed)):
                return place, found
    return None


def stated_deed(text: str, pack: Pack) -> Purpose | None:
    """The purpose in "It sorts mail" or "Sort mail"."""
    sentence = plain(without_filler(text, pack))
    for kind in ("deed", "imperative"):
        if match := pack.framed(kind, sentence):
            return _from_frame(match, pack)
    return None


def free_purpose(text: str, pack: Pack, *, lenient: bool = False) -> Purpose | None:
    """A sentence that fits no frame, taken as it is; None when it says nothing about a task.

    `lenient`: it was asked before, so what comes is meant as the answer.
    """
    sentence = _ended(plain(without_filler(text, pack)), pack)
    if word_count(sentence) < _FEWEST_WORDS or pack.framed("no_purpose", sentence) or pack.framed("remark", sentence):
        return None
    said = plain(without_filler(text, pack))
    if not lenient and (pack.framed("story", said) or pack.says("first_person", said)):
        return None
    if word_count(sentence) <= _NOUN_PHRASE and not pack.framed("clause_like", sentence):
        if pack.framed("agent_noun", sentence):
            return Purpose(_noun({"noun": sentence}, pack), form="noun")
        return Purpose(pack.text("purpose.about", what=uncapital(sentence, pack)), form="noun")
    return Purpose(deed=sentence[:LONGEST_FREE], form="free")


def joined(first: Purpose, second: Purpose) -> Purpose:
    """One purpose out of two sentences: "a screening assistant" that "compares the CV with the advert"."""
    if not first:
        return second
    if not first.deed and second.deed and second.form != "free":
        return Purpose(
            first.noun, second.deed, second.form, second.relative or first.relative, (*first.more, *second.more)
        )
    said = [first.noun, first.deed, *first.more]
    extra = [deed for deed in (second.deed, *second.more) if deed and deed not in said]
    return Purpose(first.noun, first.deed, first.form, first.relative, (*first.more, *extra)[:MOST_DEEDS])


def all_joined(found: Iterable[Purpose]) -> Purpose:
    whole = Purpose()
    for part in found:
        whole = joined(whole, part)
    return whole


def _from_frame(match: re.Match[str], pack: Pack) -> Purpose | None:
    groups = match.groupdict()
    noun = _noun(groups, pack)
    if groups.get("help"):
        return Purpose(noun, pack.text("purpose.help", what=_ended(groups["help"], pack)), "main")
    if groups.get("ask"):
        return Purpose(noun, pack.text("purpose.ask", what=_ended(groups["ask"], pack)), "main")
    if groups.get("place"):
        return Purpose(noun, pack.text("purpose.place", what=_ended(groups["place"], pack)), "main")
    if groups.get("that"):
        return Purpose(noun, pack.text("purpose.that", what=_ended(groups["that"], pack)), "main")
    if groups.get("part"):
        verb = pack.first_rewrite("participle", groups["part"].lower())
        return Purpose(deed=_ended(f"{verb} {groups['object'].strip()} {groups['rest'].strip()}", pack), form="main")
    relative = (groups.get("relative") or "").lower() if noun else ""
    if groups.get("main"):
        main = _ended(groups["main"] or "", pack)
        return Purpose(noun, main[:1].lower() + main[1:], "main")
    if groups.get("base"):
        base = _ended(pack.rewrite("wish_rest", groups["base"]), pack)
        return Purpose(noun, uncapital(base, pack), "base", relative)
    if groups.get("deed"):
        deed = pack.rewrite("deed", uncapital(pack.rewrite("wish_rest", _ended(groups["deed"] or "", pack)), pack))
        return Purpose(noun, deed, "deed", relative)
    return Purpose(noun, form="noun") if noun else None


def _noun(groups: dict[str, str | None], pack: Pack) -> str:
    """What the agent is, with its article where the language needs it; "" for "something" and "an agent"."""
    core = (groups.get("noun") or "").strip()
    if not core:
        return ""
    extra = _ended((groups.get("extra") or "").strip(), pack)
    core = pack.rewrite("noun", core)
    if not extra and pack.is_only("keep_out", core):
        return ""
    article = (groups.get("art") or "").lower().strip()
    return _ended(" ".join(part for part in (pack.rewrite("noun_article", article), core, extra) if part), pack)


def _ended(text: str, pack: Pack) -> str:
    """Without what follows the task itself: "..., we close at five", "... would save my evenings"."""
    for frame in pack.frames("purpose_end"):
        cut = frame.sub("", text)
        text = cut if word_count(cut) > 1 else text
    return plain(pack.rewrite("impersonal", text))


def is_empty(purpose: Purpose, pack: Pack) -> bool:
    """Does it say anything that an agent could be built on? "I need help with something" does not."""
    said = " ".join(part for part in (purpose.noun, purpose.deed) if part)
    words = [word for word in re.findall(r"[^\W\d_]{2,}", said.lower()) if not _is_empty_word(word, pack)]
    return len(words) < (2 if purpose.deed and purpose.form != "free" and not purpose.noun else 1)


def _is_empty_word(word: str, pack: Pack) -> bool:
    return any(pack.words(name).fullmatch(word) for name in ("light", "keep_out", "empty_purpose"))
