"""The agent's page from top to bottom, whatever of it the address asks for."""

from datetime import datetime
from functools import partial

import streamlit as st

from builder.core.errors import NotFound
from builder.core.saved import Agent, Version
from builder.ui import bridge, gallery
from builder.ui.build import CONNECT, GALLERY, HOME
from builder.ui.clock import local
from builder.ui.errors import guarded
from builder.ui.exporting import address as targets
from builder.ui.history import address, compared, restoring, shown, timeline
from builder.ui.history.address import Address
from builder.ui.plain import plain
from builder.ui.words import Words


def draw(wanted: Address, say: Words) -> None:
    with st.container(key="to_gallery"):
        st.page_link(GALLERY, label=say("history.back"), icon=":material/arrow_back:")
    try:
        agent = bridge.run(bridge.app().gallery.get(wanted.agent_id))
    except NotFound:
        _not_here(wanted.agent_id, say)
        return
    _head(agent, say)
    numbers = [number for number in (wanted.version, wanted.earlier, wanted.later) if number is not None]
    if not all(1 <= number <= agent.version for number in numbers):
        _no_such_version(agent, say)
    elif wanted.version is not None:
        _version(agent, wanted.version, say)
    elif wanted.earlier is not None:
        compared.choose(agent, wanted.earlier, wanted.later or agent.version, say)
        compared.draw(agent, wanted.earlier, wanted.later or agent.version, say)
    else:
        with st.expander(say("history.details"), key="agent_details"):
            shown.draw(agent.config, say)
        if agent.version > 1:
            compared.choose(agent, agent.version - 1, agent.version, say)
        timeline.draw(agent, say)


def _head(agent: Agent, say: Words) -> None:
    st.title(plain(agent.name, 64), anchor=False)
    st.markdown(plain(agent.description, 500))
    kind, version = say(f"kind_of.{agent.return_type}"), say("gallery.version", n=agent.version)
    st.caption(plain(f"{kind} · {version} · {say.ago(agent.updated)}"))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="agent_actions"):
        st.button(
            say("history.open"),
            key="history_open",
            icon=":material/forum:",
            type="primary",
            on_click=gallery.open_agent,
            args=(agent.id,),
        )
        download(agent, agent.version, say("gallery.download"), "download_latest")
        here = {"agent": agent.id}
        st.page_link(CONNECT, label=say("menu.connect"), icon=":material/cable:", query_params=here)
        elsewhere = {**here, "to": targets.ALL}
        label = say("connect.way.elsewhere")
        st.page_link(CONNECT, label=label, icon=":material/flight_takeoff:", query_params=elsewhere)


def download(agent: Agent, number: int, label: str, key: str, *, quiet: bool = False) -> None:
    st.download_button(
        f":material/download: {label}",
        data=partial(content, agent.id, number),
        file_name=f"{agent.name}{'' if number == agent.version else f'-{number}'}.json",
        mime="application/json",
        key=key,
        type="tertiary" if quiet else "secondary",
        on_click="ignore",
        help=plain(f"{agent.name} {number}", 80) if quiet else None,
    )


def content(agent_id: str, number: int) -> bytes:
    return bridge.run(bridge.app().gallery.file(agent_id, number))[1]


def _version(agent: Agent, number: int, say: Words) -> None:
    """One version, to be read only."""
    (version,) = bridge.run(bridge.app().gallery.versions(agent.id, before=number + 1, limit=1))
    with st.container(border=True, gap="small", key="one_version"):
        st.subheader(say("history.of", n=number, latest=agent.version), anchor=False)
        st.markdown(about(version, say))
        if number < agent.version:
            st.markdown(say("history.earlier"))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if number < agent.version:
                restoring.button(agent, number, say)
            download(agent, number, say("history.download"), "download_version")
            if number < agent.version:
                two = address.of_two(agent.id, number, agent.version)
                st.page_link(GALLERY, label=say("history.with_latest"), icon=":material/difference:", query_params=two)
            all_of_it = address.of_agent(agent.id)
            st.page_link(GALLERY, label=say("history.all"), icon=":material/history:", query_params=all_of_it)
    shown.draw(version.config, say)


def about(version: Version, say: Words) -> str:
    """Note, author and time of a version as Markdown."""
    author = say("history.you") if version.author == "local" else say("history.by", author=version.author)
    told = f":small[:gray[{plain(f'{author} · {say.ago(version.created)} · {_time(version.created)}')}]]"
    return f"{plain(version.note, 500)}  \n{told}" if version.note.strip() else told


def _time(moment: datetime) -> str:
    """Day and minute where the person is."""
    return local(moment).strftime("%Y-%m-%d %H:%M")


def _not_here(agent_id: str, say: Words) -> None:
    deleted = bridge.run(bridge.app().gallery.is_deleted(agent_id))
    with st.container(border=True, gap="small", key="no_agent"):
        what = "deleted" if deleted else "unknown"
        st.subheader(say(f"history.{what}.title"), anchor=False)
        st.markdown(say(f"history.{what}.advice"))
        if deleted:
            undelete, icon = say("history.deleted.undo"), ":material/undo:"
            st.button(undelete, key="undelete", icon=icon, on_click=_undelete, args=(agent_id,))
        else:
            st.page_link(HOME, label=say("unknown.new"), icon=":material/add:")


@guarded
def _undelete(agent_id: str) -> None:
    bridge.run(bridge.app().gallery.restore(agent_id))


def _no_such_version(agent: Agent, say: Words) -> None:
    with st.container(border=True, gap="small", key="no_version"):
        st.subheader(say("history.no_version.title"), anchor=False)
        st.markdown(say.count("history.no_version.advice", agent.version))
        all_of_it = address.of_agent(agent.id)
        st.page_link(GALLERY, label=say("history.all"), icon=":material/history:", query_params=all_of_it)
