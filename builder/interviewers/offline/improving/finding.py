"""What a check gets to know, and what it may find."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from builder.core.draft import Draft
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.text import capital

_SPACE = re.compile(r"\s+")
_LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Known:
    """The draft that a text belongs to, and the pack of the language that it is written in."""

    draft: Draft
    pack: Pack

    @property
    def structured(self) -> bool:
        return self.draft.text("return_type") == "structured"

    def finds(self, name: str, text: str) -> bool:
        """Does the text say what [improve.finds] NAME looks for?"""
        return pattern(self.pack, f"improve.finds.{name}").search(text) is not None

    def mended(self, why: str, text: str, /, **values: object) -> "Finding":
        return Finding(_line(self.pack.text(f"improve.why.{why}", **values)), text)

    def advised(self, todo: str, /, **values: object) -> "Finding":
        return Finding(_line(self.pack.text(f"improve.todo.{todo}", **values)))

    def adds(self, part: str, /, **values: object) -> str:
        """What is added to a text, from [improve.adds] PART."""
        return capital(self.pack.text(f"improve.adds.{part}", **values))


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` is the whole text after the mend; None: only a person can mend that."""

    reason: str
    text: str | None = None


Check = Callable[[str, Known], Finding | None]


@cache
def pattern(pack: Pack, name: str) -> re.Pattern[str]:
    """A pattern that finds any entry of that list of expressions; `^` stands for the start of a line."""
    return re.compile("|".join(pack.list(name)), re.IGNORECASE | re.MULTILINE)


def quoted(text: str) -> str:
    """The start of a text, to be named in a reason."""
    line = _line(text)
    return line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
