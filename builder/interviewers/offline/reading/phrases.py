"""Small questions about a phrase: is it filler, small talk, a name for a thing?"""

import re

from builder.core.name import SNAKE_NAME, snake
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.text import plain

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_LONGEST_NAME = 4  # words
_LEAD = re.compile(r"^[\s,;:.!¡¿…-]+")


def without_filler(text: str, pack: Pack) -> str:
    """The phrase without "Oh, sorry, " and the like in front."""
    rest = _LEAD.sub("", text)
    for _ in range(8):
        match = pack.words("filler").match(rest)
        if not match or not (_ends_there(rest, match.end()) or pack.words("lead_word").fullmatch(match[0])):
            break
        rest = _LEAD.sub("", rest[match.end() :])
    return rest


def _ends_there(text: str, end: int) -> bool:
    """ "Right, ..." is filler, "right answers ..." is not; a few words such as "please" need no comma."""
    return text[end : end + 2].strip()[:1] in tuple(",:;.!…-") or not text[end:].strip()


def without_courtesy(text: str, pack: Pack) -> str:
    """The phrase without "please" and the like at its end."""
    rest = plain(text)
    for match in pack.words("courtesy").finditer(rest):
        if match.start() and match.end() == len(rest):
            return plain(rest[: match.start()])
    return rest


def is_filler(text: str, pack: Pack) -> bool:
    return not re.search(r"\w", without_filler(text, pack))


def identifier(phrase: str, pack: Pack) -> str:
    """A snake_case name for a thing: "the date of the order" becomes order_date. "" when nothing is left."""
    given = phrase.strip(" .,;:'\"{}`")
    if SNAKE_NAME.fullmatch(given) and "_" in given:
        return given[:40]
    text = plain(phrase).lower()
    text = pack.rewrite("identifier", shortened(text, pack))
    text = _turned(text, pack)
    words = re.findall(r"[\w]+", text.translate(_LETTERS))
    kept = [word for word in words if not pack.words("light").fullmatch(word)] or words
    return snake("_".join(kept[:_LONGEST_NAME]))


def shortened(text: str, pack: Pack) -> str:
    """The core of a noun phrase: relative clauses and the like cut off, as long as something is left."""
    for frame in pack.frames("cut"):
        core = frame.sub(" ", text).strip(" ,;")
        text = core if _says_something(core, pack) else text
    return text


def _says_something(text: str, pack: Pack) -> bool:
    return any(not pack.words("light").fullmatch(word) for word in re.findall(r"\w+", text))


def _turned(text: str, pack: Pack) -> str:
    """ "date of the order" is "order date"; "request of the customer" is just "request"."""
    article = pack.words("article").match(text)
    rest = text[article.end() :].strip() if article else text
    for frame in pack.frames("of"):
        if match := frame.match(rest):
            head, owner = match["head"], pack.rewrite("owner", match["owner"])
            if _says_little(head, owner, pack):
                return head
            return f"{owner} {head}" if pack.table("grammar")["owner_first"] else f"{head} {owner}"
    return text


def _says_little(head: str, owner: str, pack: Pack) -> bool:
    """ "The request of the customer": whose it is adds nothing to the name, in languages where that is usual."""
    usual = bool(pack.table("grammar")["generic_alone"])
    return usual and bool(pack.words("generic_head").fullmatch(head) and pack.words("person").fullmatch(owner))
