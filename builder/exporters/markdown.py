"""Texts of people in Markdown that stays ours."""

import re


def in_markdown(text: str) -> str:
    """A text as one paragraph, of which no sign is a command, and no word the name of a file to read."""
    line = re.sub(r"([\\`*_\[\]<>&|~$]|(?<!\S)@)", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d*)([#+=:.)-])", r"\1\\\2", line)
