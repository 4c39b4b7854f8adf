"""The draft as a form. Every change is saved at once; a widget is only overwritten when its field really changed."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from builder.core.draft import gaps
from builder.ui import state
from builder.ui.panel import edits, improving, live, marks, notes, outputs
from builder.ui.panel.view import View
from builder.ui.plain import plain

MORE = ("goals", "tone", "language", "first_message", "conversation_starters", "guardrails")
ONLY_JSON = ("tools", "memory", "workflow", "voice", "model", "test_cases", "metadata")
TAGS = ("en", "de", "es", "fr", "it", "nl", "pl", "pt", "pt-BR", "tr", "uk", "ar", "hi", "ja", "ko", "zh")


def draw(view: View) -> None:
    """All fields in the order of the interview; what is seldom needed is tucked away."""
    choice(view, "return_type", ["unstructured", "structured"])
    line(view, "name")
    area(view, "description", height=96)
    area(view, "system_prompt", height=260)
    area(view, "user_prompt", height=120)
    placeholder_sentences(view)
    if view.draft.value("return_type") == "structured":
        outputs.draw(view)
    more(view)
    improving.work(view)


def more(view: View) -> None:
    """Opens by itself when something in it waits for the person."""
    calls = any(notes.has_any(view, name) for name in MORE)
    filled = sum(name in view.draft for name in MORE)
    label = view.say.count("panel.more", filled) if filled else view.say("panel.more.none")
    key = view.tab.key("more")
    if calls and state.get(key) is None:
        state.put(key, True)
    opened = st.expander(label, key=key, on_change="rerun")
    if not opened.open:
        return
    with opened:
        area(view, "goals", height=110)
        line(view, "tone")
        language(view)
        area(view, "first_message", height=96)
        area(view, "conversation_starters", height=110)
        area(view, "guardrails", height=110)
        others = [view.say.field(name) for name in ONLY_JSON if name in view.draft]
        if others:
            st.caption(view.say("panel.only_json", fields=plain(", ".join(others))))


def field(view: View, name: str, widget: Callable[[str], Any]) -> None:
    """A field: its widget, a mark of where the value came from, and what waits for the person."""
    with st.container(gap="xsmall", key=view.tab.key(f"field_{name}")):
        widget(view.say.field(name))
        marks.draw(view, name)
        notes.of_field(view, name)


def _options(view: View, name: str) -> dict[str, Any]:
    """What all widgets of fields share: their key, help, and where a change goes."""
    return {
        "key": view.tab.key(name),
        "help": view.say.maybe(f"help.{name}"),
        "disabled": name in view.writing,
        "on_change": edits.typed,
        "args": (view.tab, name),
    }


def line(view: View, name: str) -> None:
    value = view.draft.value(name)
    view.tab.show(name, value, edits.as_text(value))
    hint = view.say.maybe(f"hint.{name}")
    field(view, name, lambda text: st.text_input(text, placeholder=hint, live=live.PAUSE, **_options(view, name)))


def area(view: View, name: str, height: int) -> None:
    value = view.draft.value(name)
    view.tab.show(name, value, edits.as_text(value))
    hint = view.say.maybe(f"hint.{name}")
    field(view, name, lambda text: st.text_area(text, placeholder=hint, height=height, **_options(view, name)))


def choice(view: View, name: str, values: list[str]) -> None:
    value = view.draft.value(name)
    view.tab.show(name, value, value if value in values else None)
    words = view.say.under(f"option.{name}")
    options = _options(view, name)
    field(
        view,
        name,
        lambda text: st.segmented_control(text, values, format_func=words.__getitem__, width="stretch", **options),
    )


def language(view: View) -> None:
    value = view.draft.value("language")
    view.tab.show("language", value, value)
    tags = [*TAGS] if value in TAGS or not value else [str(value), *TAGS]
    options = _options(view, "language")
    hint = view.say("hint.language")
    field(
        view,
        "language",
        lambda text: st.selectbox(text, tags, index=None, placeholder=hint, accept_new_options=True, **options),
    )


def placeholder_sentences(view: View) -> None:
    """Each gap found in the prompts with a sentence on what to put in."""
    found, whole = gaps(view.draft), dict(view.draft.value("placeholders") or {})
    if not found and "placeholders" not in view.session.proposals and "placeholders" not in view.scratch.mine:
        return
    with st.container(gap="xsmall", key=view.tab.key("field_placeholders")):
        st.markdown(f"**{view.say.field('placeholders')}**", help=view.say("help.placeholders"))
        for gap in found:
            name = f"placeholders.{gap}"
            view.tab.show(name, whole.get(gap), whole.get(gap, ""))
            st.text_input(
                f"`{{{gap}}}`",
                key=view.tab.key(name),
                placeholder=view.say("hint.placeholder"),
                live=live.PAUSE,
                disabled="placeholders" in view.writing,
                on_change=edits.explained,
                args=(view.tab, gap, whole),
            )
        marks.draw(view, "placeholders")
        notes.of_field(view, "placeholders")
