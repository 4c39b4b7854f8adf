"""A configuration to read: every field that says something, nothing to type into."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from builder.core import output
from builder.core.convert import fields_of
from builder.core.difference.kinds import told_kind
from builder.core.draft import FIELDS
from builder.ui.plain import plain
from builder.ui.words import Words

_PROMPTS = ("system_prompt", "user_prompt")


def draw(config: Mapping[str, Any], say: Words) -> None:
    values = fields_of(config)
    for name in filter(values.__contains__, FIELDS):
        value = values[name]
        st.markdown(f"**{plain(say.field(name))}**")
        if name in _PROMPTS:
            st.code(value, language=None, wrap_lines=True)
        elif name == "schema_definition":
            st.markdown(_outputs(value, say))
        elif name == "placeholders":
            st.markdown("\n".join(f"- **{plain(gap)}**: {plain(text)}" for gap, text in value.items()))
        elif name == "return_type":
            st.markdown(say(f"option.return_type.{value}"))
        elif isinstance(value, str):
            st.markdown(plain(value))
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            st.markdown("\n".join(f"- {plain(item)}" for item in value))
        else:
            st.code(json.dumps(value, indent=2, ensure_ascii=False), language="json", wrap_lines=True)


def _outputs(schema: Mapping[str, Any], say: Words) -> str:
    needed = output.required(schema)
    lines = []
    for name, own in output.properties(schema).items():
        kind = say.kind_of_value(told_kind(dict(schema), own))
        told = ", ".join([kind, *([say("history.required")] if name in needed else [])])
        about = own.get("description") if isinstance(own, Mapping) else None
        lines.append(f"- **{plain(name)}** ({plain(told)}){f': {plain(about)}' if about else ''}")
    return "\n".join(lines)
