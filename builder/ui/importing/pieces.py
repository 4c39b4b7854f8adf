"""One that could be brought in, as a card: what was understood, what was not, what is missing, what may happen."""

import json
from collections.abc import Mapping
from typing import Any, Literal, get_args

import streamlit as st

from builder.services.imports import OnConflict, Standing
from builder.ui import bridge, state
from builder.ui.build import GALLERY
from builder.ui.build import PAGE as BUILD
from builder.ui.errors import guarded
from builder.ui.history.address import of_agent
from builder.ui.history.compared import with_sign
from builder.ui.importing import told
from builder.ui.importing.desk import Desk, Piece
from builder.ui.importing.filling import problems
from builder.ui.importing.mending import as_far_as_it_fits, now
from builder.ui.plain import plain
from builder.ui.words import Words

BADGES: dict[Standing, Literal["green", "gray", "orange", "red"]]
BADGES = {"new": "green", "same": "gray", "conflict": "orange", "incomplete": "red"}
MOST_REMARKS, MOST_OUTPUTS, MOST_DIFFERENCES = 3, 8, 3
LONGEST_TEXT = 160


def piece(one: Piece, say: Words) -> None:
    with st.container(border=True, gap="small", key=f"piece_{one.number}"):
        _head(one, say)
        if one.candidate.standing == "same":
            _there(one, say("import.same"), say)
            return
        _understood(one, say)
        _remarks(one, say)
        if one.session:
            st.markdown(f":green[:material/check_circle:] {say('import.finishing')}")
            there = {"session": one.session}
            st.page_link(BUILD, label=say("import.finishing.link"), icon=":material/forum:", query_params=there)
        elif one.candidate.standing == "incomplete":
            problems(one, say)
            st.button(
                say("import.finish"),
                key=one.key("finish"),
                icon=":material/forum:",
                on_click=_finish,
                args=(one, say.language),
            )
        elif one.candidate.standing == "conflict":
            _conflict(one, say)


def _head(one: Piece, say: Words) -> None:
    """Its name to be ticked, how it stands, and where it comes from."""
    standing = one.candidate.standing
    name = plain(now(one.values, "name") or say("import.unnamed"), 64)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if one.is_ready:
            key = one.key("wanted")
            state.put(key, one.wanted)
            label = _read_aloud(now(one.values, "name"))
            st.checkbox(label, key=key, on_change=_ticked, args=(one, key), width="content")
        else:
            st.markdown(f"**{name}**", width="content")
        st.badge(say(f"import.standing.{standing}"), color=BADGES[standing])
    kind = say.maybe(f"kind_of.{now(one.values, 'return_type')}")
    known = (one.item.title, one.item.path or say("import.pasted"), kind)
    st.caption(plain(" · ".join(filter(None, known)), 160))


def _read_aloud(name: str) -> str:
    """A screen reader is given the label as it is written. A valid name means nothing as Markdown, but for a dash."""
    return plain(name, 64) if "--" in name else name


def _ticked(one: Piece, key: str) -> None:
    one.wanted = bool(state.get(key))


def _understood(one: Piece, say: Words) -> None:
    """In short; all of it as JSON below."""
    values = one.values
    rows = [("", plain(now(values, "description"), 500))]
    rows += [(say.field(field), plain(now(values, field), LONGEST_TEXT)) for field in ("system_prompt", "user_prompt")]
    rows.append((say.field("schema_definition"), plain(", ".join(_outputs(values)), LONGEST_TEXT)))
    st.markdown("\n\n".join(f"**{plain(head)}:** {text}" if head else text for head, text in rows if text))
    details = st.expander(say("import.details"), key=one.key("details"), on_change="rerun")
    if details.open:
        with details:
            st.code(json.dumps(values, indent=2, ensure_ascii=False), language="json", wrap_lines=True, height=420)


def _outputs(values: Mapping[str, Any]) -> list[str]:
    schema = values.get("schema_definition")
    named = schema.get("properties") if isinstance(schema, Mapping) else None
    names = [str(name) for name in named] if isinstance(named, Mapping) else []
    return [*names[:MOST_OUTPUTS], *(["…"] if len(names) > MOST_OUTPUTS else [])]


def _remarks(one: Piece, say: Words) -> None:
    found = told.lines(one.item.remarks, say)
    bullets = "\n".join(f"- {line}" for line in found)
    if len(found) > MOST_REMARKS:
        with st.expander(say("import.remarks.many", n=len(found)), key=one.key("remarks"), icon=":material/info:"):
            st.markdown(bullets)
    elif found:
        st.markdown(f":material/info: {say('import.remarks')}\n\n{bullets}")


def _conflict(one: Piece, say: Words) -> None:
    there = one.candidate.agent
    if there is None:
        return
    _there(one, say("import.conflict", name=plain(there.name, 64), n=there.version), say)
    _differences(one, say)
    key = one.key("conflict")
    state.put(key, one.on_conflict)
    st.segmented_control(
        say("import.what"),
        get_args(OnConflict),
        format_func=lambda what: say(f"import.{what}"),
        required=True,
        key=key,
        on_change=_decided,
        args=(one, key),
    )


def _differences(one: Piece, say: Words) -> None:
    found = one.differences
    lines = [f"- {plain(say.field(fact.field))}: {with_sign(fact, say)}" for fact in found[:MOST_DIFFERENCES]]
    if len(found) > len(lines):
        lines.append(f"- {say.count('import.differs.more', len(found) - len(lines))}")
    st.markdown("\n".join([say("import.differs"), "", *lines]) if lines else say("import.differs.not"))


def _there(one: Piece, text: str, say: Words) -> None:
    """The agent that is there already, with a way to look at it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(text, width="content")
        if one.candidate.agent is not None:
            wanted = of_agent(one.candidate.agent.id)
            st.page_link(GALLERY, label=say("import.look"), icon=":material/visibility:", query_params=wanted)


def _decided(one: Piece, key: str) -> None:
    one.on_conflict = state.get(key)


@guarded
def _finish(one: Piece, language: str) -> None:
    st.switch_page(BUILD, query_params={"session": interview(one, language)})


def interview(one: Piece, language: str) -> str:
    """The one in which it is finished: begun once, however often it is asked for."""
    if one.session is None:
        config = as_far_as_it_fits(one.values)
        one.session = bridge.run(bridge.app().interviews.begin(language=language, config=config)).id
    return one.session


def done(desk: Desk, say: Words) -> None:
    """What became of those that are done, each with a way to it."""
    for one in desk.done:
        brought = one.brought
        if brought is None or brought.agent is None:
            continue
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            name = plain(brought.agent.name, 64)
            said = say(f"import.done.{brought.outcome}", name=name, n=brought.agent.version)
            st.markdown(f":green[:material/check_circle:] {said}", width="content")
            wanted = of_agent(brought.agent.id)
            st.page_link(GALLERY, label=say("import.look"), icon=":material/visibility:", query_params=wanted)
