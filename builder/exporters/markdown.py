"""Texts of people in Markdown that stays ours."""

import re

_OF_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")  # a file with a NUL in it is taken for no text


def in_markdown(text: str) -> str:
    """A text as one paragraph, of which no sign is a command, and no word the name of a file to read; with blanks in
    place of signs that steer machines."""
    line = re.sub(r"([\\`*_\[\]<>&|~$]|(?<!\S)@)", r"\\\1", " ".join(_OF_NO_TEXT.sub(" ", text).split()))
    return re.sub(r"^(\d*)([#+=:.)-])", r"\1\\\2", line)
