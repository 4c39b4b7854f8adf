"""Which interviewer begins new talks; those that are not ready are named with what is missing."""

import streamlit as st

from builder.services.engines import Choice
from builder.ui import bridge, errors
from builder.ui.plain import plain
from builder.ui.settings import places
from builder.ui.settings.desk import Desk, desk
from builder.ui.settings.standing import missing, title
from builder.ui.words import Words

BEST = ""  # whoever is ready and best


@st.fragment(key=places.BEGIN)
def begin(say: Words) -> None:
    st.subheader(say("settings.interviewer"), anchor=False)
    with errors.boundary(say):
        choices = bridge.run(bridge.app().interviews.choices())
        titles = {one.name: title(one.name, one.title, say) for one in choices}
        _pick([one.name for one in choices if one.ready], titles, say)
        _not_ready([one for one in choices if not one.ready], titles, say)


def _pick(ready: list[str], titles: dict[str, str], say: Words) -> None:
    mine = desk("begin")
    wanted = bridge.run(bridge.app().preferences.all()).get("engine") or BEST
    mine.show("engine", wanted if wanted in ready else BEST, say)
    st.selectbox(
        say("settings.interviewer.pick"),
        [BEST, *ready],
        format_func=lambda name: titles[name] if name else say("settings.interviewer.best"),
        key=mine.key("engine"),
        on_change=choose,
        args=(mine,),
    )
    mine.show_refusal("engine", say)
    waits = wanted in titles and wanted not in ready
    told = [say("settings.interviewer.waits", name=plain(titles[wanted]))] if waits else []
    now = titles[wanted if wanted in ready else ready[0]]
    st.caption(" ".join([*told, say("settings.interviewer.now", name=plain(now))]))


def _not_ready(choices: list[Choice], titles: dict[str, str], say: Words) -> None:
    models = bridge.app().models
    provided = {one.name for one in models.providers}
    lacking = [
        f"{titles[one.name]} ({_within(missing(bridge.run(models.setup(one.name)), say))})"
        for one in choices
        if one.name in provided
    ]
    if lacking:
        st.caption(f"{say('settings.interviewer.not_ready')} {plain(', '.join(lacking))}.")


def _within(sentence: str) -> str:
    """A short sentence as part of another one."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def choose(mine: Desk) -> None:
    mine.write("engine", bridge.app().preferences.put("engine", mine.typed("engine") or None))
