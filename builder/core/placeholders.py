"""Placeholders: `{snake_case}` gaps in a prompt. Doubled braces are literal."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*)\}|[{}]")


def _tokens(content: str) -> Iterator[re.Match[str]]:
    return _TOKEN.finditer(content)


def used(content: str) -> list[str]:
    """Names of the placeholders in a prompt, each once, in order of appearance."""
    return list(dict.fromkeys(match[1] for match in _tokens(content) if match[1]))


def stray_braces(content: str) -> list[int]:
    """Positions of single braces that are neither a placeholder nor doubled."""
    return [match.start() for match in _tokens(content) if match[0] in ("{", "}")]


def pieces(content: str) -> Iterator[tuple[bool, str]]:
    """The prompt in its parts: (True, name of a placeholder) or (False, text as a model gets it, braces single)."""
    end = 0
    for match in _tokens(content):
        if match.start() > end:
            yield False, content[end : match.start()]
        yield (True, match[1]) if match[1] else (False, match[0][0])
        end = match.end()
    if end < len(content):
        yield False, content[end:]


def escape(text: str) -> str:
    """The text with every brace doubled, so that it stands literally in a prompt."""
    return text.replace("{", "{{").replace("}", "}}")


def escape_stray(content: str) -> str:
    """The prompt with its stray braces doubled; placeholders and doubled braces stay."""
    return _TOKEN.sub(lambda match: match[0] * 2 if match[0] in ("{", "}") else match[0], content)


def rename(content: str, old: str, new: str) -> str:
    return _TOKEN.sub(lambda match: f"{{{new}}}" if match[1] == old else match[0], content)


def fill(content: str, values: dict[str, str]) -> str:
    """The prompt as a model gets it. Raises KeyError with the name of a placeholder that has no value."""

    def text_of(match: re.Match[str]) -> str:
        return values[match[1]] if match[1] else match[0][0]

    return _TOKEN.sub(text_of, content)
