"""Prompts in the template language of a platform: declared placeholders are converted, all other braces stay text."""

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from builder.core.agent import AgentConfig
from builder.core.placeholders import pieces, used

Write = Callable[[str], str]


def convert(content: str, placeholder: Write, text: Write = str) -> str:
    """The prompt with each placeholder written by `placeholder` (its name) and all between by `text` (braces single).

    `text` gets all that stands between two placeholders in one piece."""
    return "".join(placeholder(piece) if is_placeholder else text(piece) for is_placeholder, piece in runs(content))


def runs(content: str) -> list[tuple[bool, str]]:
    """The parts of a prompt, as `placeholders.pieces` gives them, with texts that follow each other joined."""
    found: list[tuple[bool, str]] = []
    for is_placeholder, each in groupby(pieces(content), key=lambda piece: piece[0]):
        texts = [text for _, text in each]
        found += [(True, name) for name in texts] if is_placeholder else [(False, "".join(texts))]
    return found


def plain(content: str, also: Iterable[str] = ()) -> str:
    """For platforms that fill nothing: placeholders as `{name}`, other braces as they are.

    Text that looks like one of its placeholders, or one of `also`, gets a blank, so that nobody fills it, too."""
    filled = sorted({*used(content), *also})
    gap = re.compile(rf"\{{(?=(?:{'|'.join(filled)})\}})")
    return convert(content, single, lambda text: gap.sub("{ ", text) if filled else text)


def names(config: AgentConfig) -> list[str]:
    """The placeholders of both prompts."""
    return list(dict.fromkeys(name for prompt in config.prompts for name in used(prompt.content)))


def lookalikes(content: str) -> list[str]:
    """Names in the text of a prompt that look like placeholders and are none."""
    pattern = re.compile(r"\{([a-z][a-z0-9_]*)\}")
    return [name for is_placeholder, text in runs(content) if not is_placeholder for name in pattern.findall(text)]


def single(name: str) -> str:
    return f"{{{name}}}"


def double(name: str) -> str:
    return f"{{{{{name}}}}}"


def doubled_braces(text: str) -> str:
    """For platforms where two braces are a literal one."""
    return text.replace("{", "{{").replace("}", "}}")


def apart(text: str) -> str:
    """For languages in which two braces open a gap and nothing escapes them: blanks keep braces of the text apart, from
    each other and from the placeholders around it."""
    spaced = re.sub(r"\{(?=\{)", "{ ", re.sub(r"\}(?=\})", "} ", text))
    return f"{' ' if spaced.startswith('}') else ''}{spaced}{' ' if spaced.endswith('{') else ''}"
