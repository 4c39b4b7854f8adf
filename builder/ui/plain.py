"""Text of people and models, made safe for every Streamlit element that reads Markdown.

Each character that could begin formatting, a link, an image, HTML, a directive, an icon or a formula is escaped, and
what a browser would turn into a link by itself is broken by an invisible joiner.
"""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:=&\"'^/@])")
_JOINER = "\u2060"
_LINK_STARTS = re.compile(r"(?i)(https?|ftps?|mailto|xmpp|www)(?=[:.])")


def plain(text: object, longest: int | None = None) -> str:
    """The text to be read as it is, on one line; `longest` cuts it with an ellipsis."""
    line = " ".join(str(text).split())
    if longest is not None and len(line) > longest:
        line = line[: longest - 1].rstrip() + "…"
    broken = _LINK_STARTS.sub(lambda match: match[0] + _JOINER, line).replace("@", "@" + _JOINER)
    return _SPECIAL.sub(r"\\\1", broken)
