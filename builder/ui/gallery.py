"""Parts of the gallery page."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from builder.core.errors import Invalid
from builder.core.saved import Agent
from builder.ui import bridge, state
from builder.ui.build import GALLERY, HOME
from builder.ui.build import PAGE as BUILD
from builder.ui.errors import guarded
from builder.ui.history.address import of_agent
from builder.ui.importing import address as importing
from builder.ui.plain import plain
from builder.ui.shelf import Query, Shelf, forget, in_place, show_more
from builder.ui.words import Words

MOST_PLACEHOLDERS = 4
KINDS = ("all", "unstructured", "structured")
SORTS = ("newest", "oldest", "name")


def head(say: Words) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="gallery_head"
    ):
        st.title(say("gallery.title"), anchor=False, width="content")
        st.button(say("import.button"), key="bring_in", icon=":material/upload_file:", on_click=importing.go)


def ask(say: Words) -> Query:
    """Search, type and order; who comes back finds the same list."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            say("gallery.search"),
            type="search",
            live="300ms",
            placeholder=say("gallery.search.hint"),
            key=state.SEARCH,
            persist_state="session",
        )
        kind = st.segmented_control(
            say("gallery.kind"),
            KINDS,
            default="all",
            required=True,
            key=state.KIND,
            persist_state="session",
            format_func=lambda one: say(f"gallery.kind.{one}"),
        )
        sort = st.selectbox(
            say("gallery.sort"),
            SORTS,
            key=state.SORT,
            persist_state="session",
            format_func=lambda one: say(f"gallery.sort.{one}"),
            width=180,
        )
        st.toggle(say("gallery.pick"), key=state.PICKING)
    return Query(text or "", kind or "all", sort or "newest")


def cards(found: Shelf, say: Words) -> None:
    picking = bool(state.get(state.PICKING))
    with st.grid("auto", min_column_width=290):
        for agent in found.agents:
            _card(agent, say, picking)
    if found.next:
        with st.container(horizontal_alignment="center"):
            st.button(
                say("gallery.more"),
                key="gallery_more",
                icon=":material/expand_more:",
                on_click=show_more,
                args=(found,),
            )


def _card(agent: Agent, say: Words, picking: bool) -> None:
    with st.container(border=True, height="stretch", gap="xsmall", key=f"agent_{agent.id}"):
        st.button(
            f"**{plain(agent.name, 64)}**",
            key=f"open_{agent.id}",
            type="tertiary",
            wrap=True,
            on_click=open_agent,
            args=(agent.id,),
        )
        st.markdown(_about(agent, say))
        st.space("stretch")
        if picking:
            name = plain(agent.name, 40)
            st.checkbox(say("gallery.picked", name=name), key=_tick(agent.id), on_change=tick, args=(agent.id,))
            return
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            _history(agent, say)
            st.download_button(
                f":material/download: {say('gallery.download')}",
                data=partial(content, agent.id),
                file_name=f"{agent.name}.json",
                mime="application/json",
                key=f"download_{agent.id}",
                type="tertiary",
                on_click="ignore",
                help=say("gallery.of", name=plain(agent.name, 64)),
            )
            chosen = st.menu_button(
                f":material/more_horiz: {say('gallery.actions')}",
                list(ACTIONS),
                format_func=lambda action: say(f"gallery.{action}"),
                key=f"menu_{agent.id}",
                type="tertiary",
                help=say("gallery.of", name=plain(agent.name, 64)),
            )
    if chosen:
        ACTIONS[chosen](agent, say)


def _history(agent: Agent, say: Words) -> None:
    st.page_link(GALLERY, label=say("gallery.history"), icon=":material/history:", query_params=of_agent(agent.id))


def _about(agent: Agent, say: Words) -> str:
    """Description, placeholders, type, version and age as one element."""
    gaps = [f":gray-badge[{plain(name, 40)}]" for name in agent.placeholders[:MOST_PLACEHOLDERS]]
    if len(agent.placeholders) > MOST_PLACEHOLDERS:
        gaps.append(f":small[{say('gallery.gaps.more', n=len(agent.placeholders) - MOST_PLACEHOLDERS)}]")
    meta = (
        f"{say(f'kind_of.{agent.return_type}')} · {say('gallery.version', n=agent.version)} · {say.ago(agent.updated)}"
    )
    lines = [f":small[{plain(agent.description, 160)}]", " ".join(gaps), f":small[:gray[{plain(meta)}]]"]
    return "\n\n".join(line for line in lines if line)


def empty(query: Query, say: Words) -> None:
    """Nothing saved yet, or nothing found: said, with a way on."""
    what = "none_found" if query.narrow else "none_yet"
    with st.container(border=True, horizontal_alignment="center", gap="small", key="gallery_empty"):
        st.subheader(say(f"gallery.{what}.title"), anchor=False, width="content")
        st.markdown(say(f"gallery.{what}.advice"), width="content")
        if not query.narrow:
            st.page_link(HOME, label=say("gallery.none_yet.link"), icon=":material/add:")
            st.page_link(
                GALLERY, label=say("gallery.none_yet.bring"), icon=":material/upload_file:", query_params=importing.HERE
            )


def content(agent_id: str) -> bytes:
    return bridge.run(bridge.app().gallery.file(agent_id))[1]


@guarded
def open_agent(agent_id: str) -> None:
    session = bridge.run(bridge.app().gallery.open(agent_id))
    st.switch_page(BUILD, query_params={"session": session.id})


def duplicate(agent: Agent, say: Words) -> None:
    copy = bridge.run(bridge.app().gallery.duplicate(agent.id))
    forget()
    st.toast(say("gallery.duplicated", name=plain(copy.name)), icon=":material/content_copy:")
    st.rerun()


def delete(agent: Agent, say: Words) -> None:
    bridge.run(bridge.app().gallery.delete(agent.id))
    state.put(state.DELETED, (agent.id, agent.name))
    untick(agent.id)
    in_place(agent.id, None)
    st.rerun()


def rename(agent: Agent, say: Words) -> None:
    """A dialog; the name is checked by the same rule as everywhere."""

    @st.dialog(say("gallery.rename.title", name=plain(agent.name, 40)))
    def show() -> None:
        with st.form("rename", border=False):
            st.text_input(say("gallery.rename.label"), value=agent.name, max_chars=200, key=state.NEW_NAME)
            for problem in state.take(state.REFUSED, ()):
                st.markdown(f":red[:material/error:] {plain(' '.join(say.problem(problem)))}")
            yes = say("gallery.rename.yes")
            st.form_submit_button(yes, type="primary", key="rename_yes", on_click=renamed, args=(agent.id,))

    show()


@guarded
def renamed(agent_id: str) -> None:
    """The dialog closes when the name was taken, and says why when it was not."""
    try:
        in_place(agent_id, bridge.run(bridge.app().gallery.rename(agent_id, str(state.get(state.NEW_NAME) or ""))))
    except Invalid as error:
        state.put(state.REFUSED, error.problems)
    else:
        st.rerun()


ACTIONS: dict[str, Callable[[Agent, Words], None]] = {"duplicate": duplicate, "rename": rename, "delete": delete}


def deleted_bar(say: Words) -> None:
    """After deleting: what went, and the way back, until something else is done with it."""
    gone = state.get(state.DELETED)
    if gone:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="deleted_bar"):
            st.markdown(f":material/delete: {say('gallery.deleted', name=plain(gone[1], 64))}", width="content")
            st.button(say("gallery.undo"), key="undo_delete", icon=":material/undo:", on_click=restore, args=(gone[0],))
            st.button(
                f":material/close: {say('close')}",
                key="close_deleted",
                type="tertiary",
                on_click=state.take,
                args=(state.DELETED,),
            )


@guarded
def restore(agent_id: str) -> None:
    bridge.run(bridge.app().gallery.restore(agent_id))
    state.take(state.DELETED)
    forget()


def _tick(agent_id: str) -> str:
    return f"tick_{agent_id}"


def tick(agent_id: str) -> None:
    picked = [one for one in state.get(state.PICKED, []) if one != agent_id]
    state.put(state.PICKED, [*picked, agent_id] if state.get(_tick(agent_id)) else picked)


def untick(agent_id: str) -> None:
    state.put(state.PICKED, [one for one in state.get(state.PICKED, []) if one != agent_id])


def picking_bar(say: Words) -> None:
    """While picking: how many, and all of them as one file."""
    if not state.get(state.PICKING):
        return
    picked = state.get(state.PICKED, [])
    with st.container(horizontal=True, vertical_alignment="center", key="picking_bar"):
        st.markdown(say.count("gallery.picking", len(picked)), width="content")
        st.download_button(
            say("gallery.zip"),
            data=partial(zipped, tuple(picked)),
            file_name="agents.zip",
            mime="application/zip",
            key="gallery_zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            disabled=not picked,
        )


def zipped(agent_ids: tuple[str, ...]) -> bytes:
    return bridge.run(bridge.app().gallery.archive_of(agent_ids))[1]
