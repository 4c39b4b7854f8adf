"""Remarks and refusals of an import in the person's language."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from builder.core.problem import Problem
from builder.importers import refusals, remarks
from builder.importers.refusals import Refused
from builder.importers.remarks import Remark
from builder.ui.plain import plain
from builder.ui.words import Words

LONGEST = 400
ORDER = ("refused", "left_out", "rewritten", "added")


def place(path: str) -> str:
    """A place in a document: "tools.0.args" is "tools › 1 › args"."""
    return " › ".join(str(int(part) + 1) if part.isdecimal() else part for part in path.split(".") if part)


def lines(found: Iterable[Remark], say: Words) -> list[str]:
    """Each remark once, as Markdown; what was refused or left out comes first."""
    ranked = sorted(found, key=lambda remark: ORDER.index(remark.kind))
    return list(dict.fromkeys(plain(_sentence(remark, say), LONGEST) for remark in ranked))


def _sentence(remark: Remark, say: Words) -> str:
    template = say.table.get(f"remark.{remark.code}", remarks.WORDS[remark.code])
    gaps: dict[str, Any] = {"where": place(remark.where) or say("import.whole"), **remark.params}
    return template.format(**gaps)


def refusal(found: Refused, say: Words) -> str:
    """Which file, why, and what to do, as Markdown."""
    reason, step = refusals.WORDS[found.code]
    reason = say.table.get(f"refusal.{found.code}.reason", reason).format(**found.params)
    step = say.table.get(f"refusal.{found.code}.step", step).format(**found.params)
    called = plain(found.path or say("import.pasted"), 120)
    return f"**{called}**: {plain(reason, LONGEST)} {plain(step, LONGEST)}"


def not_opened(address: str, why: Problem, say: Words) -> str:
    """The same of an address."""
    reason, step = say.problem(why)
    return f"**{plain(address, 120)}**: {plain(reason, LONGEST)} {plain(step, LONGEST)}"


def card(head: str, lines: Iterable[str], *, key: str) -> None:
    """What was not taken, told calmly."""
    with st.container(border=True, gap="small", key=key):
        st.markdown(f":orange[:material/block:] **{head}**")
        st.markdown("\n".join(f"- {line}" for line in lines))
