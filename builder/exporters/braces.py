"""Prompts in the template language of a platform: declared placeholders are converted, all other braces stay text."""

from collections.abc import Callable

from builder.core.placeholders import pieces

Write = Callable[[str], str]


def convert(content: str, placeholder: Write, text: Write = str) -> str:
    """The prompt with each placeholder written by `placeholder` (its name) and all between by `text` (braces single)."""
    return "".join(placeholder(piece) if is_placeholder else text(piece) for is_placeholder, piece in pieces(content))


def single(name: str) -> str:
    return f"{{{name}}}"


def double(name: str) -> str:
    return f"{{{{{name}}}}}"


def doubled_braces(text: str) -> str:
    """For platforms where two braces are a literal one."""
    return text.replace("{", "{{").replace("}", "}}")
