"""Names of agents and of fields: the rule, and a mended name for what breaks it."""

import itertools
import re
import unicodedata
from collections.abc import Iterator

AGENT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
SNAKE_NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_NAME = 64
# Names of files that Windows keeps for devices, with any ending.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
# Letters that Unicode does not decompose into a base letter and a mark.
_SPELLED_OUT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "Æ": "Ae", "Œ": "Oe", "Ø": "O", "Ł": "L", "Đ": "D"}
)


def is_agent_name(text: object) -> bool:
    return isinstance(text, str) and AGENT_NAME.fullmatch(text) is not None


def is_reserved(file_name: str) -> bool:
    return _RESERVED.fullmatch(file_name) is not None


def plain_letters(text: str) -> str:
    """The text in ASCII letters where it has a Latin spelling; other scripts vanish."""
    spelled = unicodedata.normalize("NFKD", text.translate(_SPELLED_OUT))
    return spelled.encode("ascii", "ignore").decode()


def mend_agent_name(text: str) -> str:
    """The nearest allowed name: "Customer Service!" becomes "CustomerService"; "" when nothing usable is left."""
    words = re.findall(r"[A-Za-z0-9_-]+", plain_letters(text))
    joined = words[0] if len(words) == 1 else "".join(word[:1].upper() + word[1:] for word in words)
    return joined.lstrip("0123456789_-")[:LONGEST_NAME].rstrip("_-")


def snake(text: str) -> str:
    """A snake_case identifier: "Due date" becomes "due_date"; "" when nothing usable is left."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain_letters(text))
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_").lstrip("0123456789_")[:LONGEST_NAME]


def stem_of(name: str) -> str:
    """What the names of an agent's copies begin with: its name without the digits at its end, with room for others."""
    return re.sub(r"\d+$", "", name)[: LONGEST_NAME - 6] or name


def numbered(name: str) -> Iterator[str]:
    """Names for copies, without end: Name2, Name3 ..."""
    return (f"{stem_of(name)}{number}" for number in itertools.count(2))
