"""Texts of LangChain's prompts: Python's own format, Mustache or Jinja."""

import re

from builder.importers.prompts import Parts
from builder.importers.prompty_text import cut as cut_double
from builder.importers.remarks import Remark

_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<name>[A-Za-z_]\w*)(?P<rest>[.\[!:][^{}]*)?\}")
LONGEST_SHOWN = 80


def cut(text: str, form: str, where: str, remarks: list[Remark]) -> Parts:
    """The text at its gaps. `form`: "f-string", "mustache" or "jinja2"."""
    return _format(text, where, remarks) if form == "f-string" else cut_double(text, where, remarks)


def _format(text: str, where: str, remarks: list[Remark]) -> Parts:
    found, end = list[tuple[bool, str]](), 0
    for match in _TOKEN.finditer(text):
        found.append((False, text[end : match.start()]))
        found.append((True, match["name"]) if match["name"] else (False, match[0][0]))
        end = match.end()
        if match["rest"]:
            remarks.append(Remark("rewritten", where, "template_rewritten", {"name": match["name"][:LONGEST_SHOWN]}))
    return [part for part in (*found, (False, text[end:])) if part[1]]
