"""Text as it is read: tidied, cut into sentences and into the items of a list."""

import re
from dataclasses import dataclass

from builder.interviewers.offline.pack import Pack

LONGEST_READ = 12_000  # characters of prose that are read closely; the rest of a longer message stays in the talk
LONGEST_SENTENCE = 700
MOST_SENTENCES = 120

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2060\ufeff]")
_SPACES = re.compile(r"[ \t\u00a0\u202f]+")
_BULLET = re.compile(r"^\s*(?:[-*•–—]|\d{1,2}[.)])\s+")
_END = re.compile(r"[.!?…]+[\"'”’»)]*(?=\s|$)")
_LAST_WORD = re.compile(r"([\w.]+)$")
_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "`": "'"})
_EDGES = " \t\n,;:-–—"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence without its bullet; `heading` is the line "Outputs:" that it stands under, if any.

    A clause with a subject of its own ("..., and it never promises anything") counts as a sentence.
    """

    text: str
    question: bool = False
    bullet: bool = False
    heading: str = ""
    line: int = 0


def tidy(text: str) -> str:
    """Without control characters, with plain quotation marks and single spaces; at most LONGEST_READ characters."""
    clean = _CONTROL.sub(" ", text[:LONGEST_READ].translate(_MARKS))
    return "\n".join(_SPACES.sub(" ", line).strip() for line in clean.splitlines()).strip()


def sentences(text: str, pack: Pack) -> list[Sentence]:
    """The sentences of a tidied text. A line that ends with a colon is the heading of the bullets below it."""
    found: list[Sentence] = []
    heading = ""
    for number, line in enumerate(text.splitlines()):
        bullet = _BULLET.match(line)
        content = _BULLET.sub("", line).strip("*_# ").strip()
        if not content:
            heading = heading if bullet else ""
            continue
        if content.endswith(":") and len(content) < 60 and not bullet:
            heading = content[:-1]
            continue
        for part in _split(content, pack):
            asks = part.rstrip("\"')").endswith("?")
            found += [Sentence(clause, asks, bullet is not None, heading, number) for clause in _clauses(part, pack)]
    return found[:MOST_SENTENCES]


def _split(line: str, pack: Pack) -> list[str]:
    parts, start = [], 0
    for match in _END.finditer(line):
        if match[0] == "." and _is_abbreviation(line, match.start(), pack):
            continue
        if _inside_quote(line, start, match.end()):
            continue
        parts.append(line[start : match.end()])
        start = match.end()
    parts.append(line[start:])
    return [piece for part in parts if part.strip(" .!?…\"'") for piece in _pieces(part.strip())]


def _pieces(sentence: str) -> list[str]:
    """An endless sentence in pieces that end where a clause or at least a word does."""
    found = []
    while len(sentence) > LONGEST_SENTENCE:
        head = sentence[:LONGEST_SENTENCE]
        end = max(head.rfind(mark) for mark in (", ", "; ")) + 1 or head.rfind(" ") or LONGEST_SENTENCE
        end = end if end > 0 else LONGEST_SENTENCE
        found.append(sentence[:end].strip())
        sentence = sentence[end:].strip()
    return [*found, sentence] if sentence else found


def _clauses(sentence: str, pack: Pack) -> list[str]:
    """The clauses that speak of the agent anew; a list after a colon or in quotation marks stays whole."""
    if '"' in sentence:
        return [sentence]
    pieces = re.split(pack.text("grammar.clause_joint"), sentence, flags=re.IGNORECASE)
    found = [piece.strip() for piece in pieces if piece.strip()]
    if len(found) > 1 and pack.is_only("no", found[0]):  # "No, it should ..." takes something back
        return [f"{found[0]}, {found[1]}", *found[2:]]
    return found


def _is_abbreviation(line: str, dot: int, pack: Pack) -> bool:
    word = _LAST_WORD.search(line[max(0, dot - 20) : dot])
    return word is not None and pack.words("abbreviations").fullmatch(word[1]) is not None


def _inside_quote(line: str, start: int, end: int) -> bool:
    """Is a quotation still open? Only short stretches are looked at, so one lost mark does not swallow a text."""
    stretch = line[start:end]
    return len(stretch) < 200 and stretch.count('"') % 2 == 1 and '"' in line[end : end + 200]


def plain(text: str) -> str:
    """A phrase without the marks at its ends."""
    return text.strip().strip(_EDGES).rstrip(".!?… ").strip(_EDGES)


def bare(text: str) -> str:
    """A phrase without marks and quotation marks at its ends."""
    return plain(text).strip("\"'«»").strip()


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def uncapital(text: str, pack: Pack) -> str:
    """Small first letter, unless the word is a name, an abbreviation or (in German) a noun."""
    first = text.split(" ", 1)[0]
    if len(first) > 1 and first[1:] != first[1:].lower():
        return text
    if pack.table("grammar")["capital_nouns"] and not pack.words("light").fullmatch(first):
        return text
    return text[:1].lower() + text[1:]


def word_count(text: str) -> int:
    return len(re.findall(r"\w[\w'-]*", text))


def split_outside(text: str, marks: str) -> list[str]:
    """Cut at each of the marks that stands outside brackets and quotation marks. "1,5" is not cut at its comma."""
    parts, depth, quoted, start = [], 0, False, 0
    for position, mark in enumerate(text):
        if mark == '"':
            quoted = not quoted
        elif mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth = max(0, depth - 1)
        elif mark in marks and not depth and not quoted and not _in_number(text, position):
            parts.append(text[start:position])
            start = position + 1
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def _in_number(text: str, position: int) -> bool:
    return text[position - 1 : position].isdigit() and text[position + 1 : position + 2].isdigit()
