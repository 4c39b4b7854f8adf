"""Our own scripted people: each JSON file is one person with hidden facts who tries the interviewer.

They speak four languages in many manners, and nobody tunes the interviewer on their words: they are the held-out test.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

Person = Mapping[str, Any]


@cache
def all_people() -> tuple[Person, ...]:
    """Every person, by id."""
    read = (json.loads(file.read_text("utf-8")) for file in files(__name__).iterdir() if file.name.endswith(".json"))
    return tuple(sorted(read, key=lambda person: str(person["id"])))
