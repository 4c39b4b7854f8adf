"""The words of the chat, one file a language in `languages/`. A page may put its own over them by key.

Why a change was not taken over, or the server refused, is said in the words that the pages have for it.
"""

import tomllib
from functools import cache
from pathlib import Path

from builder.core.problem import WORDS as PROBLEMS
from builder.ui import words as pages

FOLDER = Path(__file__).parent / "languages"
DEFAULT = "en"
REFUSALS = (
    ("not-found", "not_found"),
    ("busy", "busy"),
    ("quota", "quota"),
    ("storage-locked", "storage_locked"),
    ("storage-full", "storage_full"),
    ("storage-read-only", "storage_read_only"),
    ("storage-missing", "storage_missing"),
    ("storage", "storage_error"),
)


@cache
def languages() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


@cache
def words(language: str) -> dict[str, str]:
    """All words of the nearest language ("de-AT" reads German), else English; keys such as "send" and "field.name".

    A gap is a name in braces; there are no doubled braces.
    """
    known = language[:2].lower() if language[:2].lower() in languages() else DEFAULT
    found = tomllib.loads((FOLDER / f"{known}.toml").read_text("utf-8"))
    plain = {key: text for key, text in found.items() if isinstance(text, str)}
    groups = {key: group for key, group in found.items() if isinstance(group, dict)}
    grouped = {f"{group}.{key}": text for group, own in groups.items() for key, text in own.items()}
    return plain | grouped | _reasons(known) | _refusals(known)


def _reasons(language: str) -> dict[str, str]:
    table = pages.words(language).table
    reasons = {code: table.get(f"problem.{code}.reason", english) for code, (english, _) in PROBLEMS.items()}
    return {f"problem.{code}": text.replace("{{", "{").replace("}}", "}") for code, text in reasons.items()}


def _refusals(language: str) -> dict[str, str]:
    """By the kinds that the API names. What is not listed says more in the server's own words."""
    say = pages.words(language)
    sentences = {kind: (say(f"error.{name}.title"), say(f"error.{name}.advice")) for kind, name in REFUSALS}
    return {f"refused.{kind}": f"{title}. {advice}" for kind, (title, advice) in sentences.items()}
