"""The description: one sentence that says what the agent does."""

import re

from builder.core import output
from builder.core.agent import LONGEST_DESCRIPTION
from builder.interviewers.offline.brief import Brief, Purpose
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.text import capital, plain

_NEXT_SENTENCE = re.compile(r"[.!?]+\s+(?=\S)")


def sentence_of(brief: Brief, pack: Pack) -> str:
    """One sentence made from the purpose; "" while nobody said what the agent is for."""
    purpose = brief.purpose
    if not purpose:
        return ""
    text = _of_purpose(purpose, pack)
    if not purpose.deed and brief.return_type == "structured" and (names := list(output.properties(brief.schema))):
        text = pack.text(
            "describe.gives", what=text, outputs=enumerated([name.replace("_", " ") for name in names], pack)
        )
    one = plain(_NEXT_SENTENCE.sub(", ", text))
    return capital(shortened(one, LONGEST_DESCRIPTION - 1)) + "."


def _of_purpose(purpose: Purpose, pack: Pack) -> str:
    deed = finite(purpose, pack)
    if purpose.form == "free" or not deed:
        return deed or purpose.noun
    values = {"noun": purpose.noun, "deed": deed, "relative": purpose.relative or pack.text("prompt.relative")}
    if purpose.form == "deed":
        return pack.text("describe.noun_deed" if purpose.noun else "describe.deed", **values)
    return pack.text("describe.noun_base", **values) if purpose.noun else deed


def finite(purpose: Purpose, pack: Pack) -> str:
    """The deed as somebody else would tell it: "reads orders"."""
    if purpose.form != "base":
        return purpose.deed
    return pack.rewrite("third_rest", pack.first_rewrite("third", purpose.deed))


def enumerated(words: list[str], pack: Pack) -> str:
    """ "a, b and c" """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {pack.text('grammar.and')} {words[-1]}"


def shortened(text: str, longest: int) -> str:
    """Cut at a word's end where it is too long."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
