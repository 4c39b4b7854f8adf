"""What models, people and servers wrote, made fit for a terminal: nothing in it can steer the terminal."""

import re
import unicodedata

_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # they show a text in another order than it is in
_STEERS = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_DIRECTIONS}\u2028\u2029\ud800-\udfff]")
_PLAIN = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "·": "-"}
    | {"•": "*", "→": "->", "\u00a0": " ", "\u202f": " "}
)


def harmless(text: str) -> str:
    """The text with every control character shown as a sign; only line ends and tabs stay.

    >>> harmless("red: \\x1b[31m")
    'red: ␛[31m'
    """
    return _STEERS.sub(_sign, text.replace("\r\n", "\n"))


def _sign(found: re.Match[str]) -> str:
    letter = found[0]
    if letter in "\u2028\u2029":
        return "\n"
    if letter < " ":
        return chr(0x2400 + ord(letter))
    return "␡" if letter == "\x7f" else "\ufffd"


def writable(text: str, encoding: str) -> str:
    """The text as far as the encoding has letters for it: plain quotes for fine ones, letters without accents."""
    try:
        text.encode(encoding)
        return text
    except UnicodeEncodeError:
        return "".join(_nearest(letter, encoding) for letter in text.translate(_PLAIN))


def _nearest(letter: str, encoding: str) -> str:
    for candidate in (letter, unicodedata.normalize("NFKD", letter)):
        kept = candidate.encode(encoding, "ignore").decode(encoding)
        if kept:
            return kept
    return "" if unicodedata.combining(letter) else "?"


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(_columns_of(letter) for letter in text)


def _columns_of(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
