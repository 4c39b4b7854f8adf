"""The words of the chat, one file a language in `languages/`. A page may put its own over them by key."""

import tomllib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "languages"
DEFAULT = "en"


@cache
def languages() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


@cache
def words(language: str) -> dict[str, str]:
    """All words of the nearest language ("de-AT" reads German), else English; keys such as "send" and "field.name"."""
    known = language[:2].lower() if language[:2].lower() in languages() else DEFAULT
    found = tomllib.loads((FOLDER / f"{known}.toml").read_text("utf-8"))
    plain = {key: text for key, text in found.items() if isinstance(text, str)}
    groups = {key: group for key, group in found.items() if isinstance(group, dict)}
    return plain | {f"{group}.{key}": text for group, own in groups.items() for key, text in own.items()}
