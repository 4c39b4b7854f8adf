"""Text of people and models, made safe for every Streamlit element that reads Markdown.

Each sign that could begin formatting, a link, an image, HTML, a directive, an icon or a formula is escaped; what would
still be turned into a link, an icon or an arrow is broken by an invisible joiner.
"""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:=&\"'^/@])")
_JOINER = "\u2060"
# Before these, a joiner: schemes and hosts that become links, icons and emojis by name, arrows and dashes.
_TURNED = re.compile(r"(?i)(?<=[a-z])(?=:)|(?<=:)(?=[a-z])|(?<=www)(?=\.)|(?<=@)|(?<=[-<>~])(?=[-<>=])")
# Control signs, and those that turn the direction of what stands behind them.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def line(text: object, longest: int | None = None) -> str:
    """The text on one line, for elements that show it as it is; `longest` cuts it with an ellipsis."""
    found = " ".join(_UNSEEN.sub("", str(text)).split())
    return found[: longest - 1].rstrip() + "…" if longest is not None and len(found) > longest else found


def plain(text: object, longest: int | None = None) -> str:
    """The same for elements that read Markdown."""
    return _SPECIAL.sub(r"\\\1", _TURNED.sub(_JOINER, line(text, longest)))
