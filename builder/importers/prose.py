"""A prompt that somebody wrote or copied, without any form: the text becomes the system prompt. The last resort."""

import re

from builder.importers.base import Document, Importer, Reading
from builder.importers.parsing import split_head
from builder.importers.prompts import EITHER, described, named, parts, prompts
from builder.importers.remarks import Remark
from builder.importers.taking import Taking

SHORTEST = 20  # characters; less says nothing of an agent
LONGEST = 100_000
_LEAST_LETTERS = 0.7  # of all characters, with digits and blanks: what has less is data or a program, no prose
_PROGRAM = re.compile(
    r"^[ \t]*+(?:import \w|from [\w.]+ import |(?:async )?def \w+\(|class \w+[(:]|#include|function \w+\(|#!/|<\?xml|"
    r"<html|(?:const|let|var) \w+ ?=|export (?:default|const)|<!DOCTYPE)",
    re.MULTILINE,
)
_IN_FORM = (".json", ".jsonc", ".yaml", ".yml", ".py", ".ts", ".js", ".toml")
_NAMED = re.compile(r"[Yy]ou(?:'re| are) (?:an? |the )?(?:[A-Za-z-]+ ){0,3}?(?:called|named) [\"“]?([A-Z]\w{1,40})")
_CALLED = re.compile(r"[Yy]ou(?:'re| are) ([A-Z]\w{1,40})(?=[,.;]| - | – )")


class Prose(Importer):
    name = "prose"
    title = "Text"
    rank = 10

    def recognises(self, document: Document) -> bool:
        text = _body(document)
        if not SHORTEST <= len(text) <= LONGEST or " " not in text or not _is_free(document):
            return False
        letters = sum(1 for sign in text if sign.isalnum() or sign.isspace())
        return letters >= _LEAST_LETTERS * len(text) and _PROGRAM.search(text) is None

    def read(self, document: Document) -> Reading:
        text = _body(document)
        told = prompts(parts(text, EITHER), where="")
        called = _NAMED.search(text[:2_000]) or _CALLED.search(text[:2_000])
        head = Taking(document.data if split_head(document.text) else {})
        name, of_name = named(head.text("name") or head.text("title") or (called and called[1]), document.path, "name")
        about, of_about = described(head.text("description"), text)
        made = Remark("rewritten", "", "prose_taken")
        values = {**name, **about, "return_type": "unstructured", "prompts": told.items}
        return Reading(values, (made, *told.remarks, *of_name, *of_about, *head.rest()))


def _body(document: Document) -> str:
    """The text without a head between `---` lines."""
    head = split_head(document.text)
    return (head[1] if head else document.text).strip()


def _is_free(document: Document) -> bool:
    """No form but lines such as “Role: a helper”, which YAML takes for an object."""
    if document.path.lower().endswith(_IN_FORM):
        return False
    if document.data is None or split_head(document.text):
        return True
    is_flat = isinstance(document.data, dict) and all(isinstance(one, str | None) for one in document.data.values())
    return is_flat and document.text.lstrip()[:1] not in ("{", "[")
