"""Parts of the Connect page: which agent or talk, which way out, where programs reach it, and snippets for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import streamlit as st

from builder.core.errors import NotFound
from builder.core.saved import Agent
from builder.snippets import all_snippets
from builder.snippets.base import AgentHere, File, Place, SessionHere, Snippet
from builder.snippets.zipped import zipped
from builder.ui import bridge, filed, state
from builder.ui.build import HOME, unknown
from builder.ui.clock import local
from builder.ui.exporting import address as of_targets
from builder.ui.plain import line
from builder.ui.shell import PAGES
from builder.ui.words import Words

MOST = 100  # of each kind in the list; the address may name any other
LONGEST_TITLE = 64
Way = Literal["program", "elsewhere"]


@dataclass(frozen=True)
class Choice:
    """One entry of the list. `label` is read as it is, not as Markdown."""

    here: AgentHere | SessionHere
    label: str
    updated: datetime

    @property
    def key(self) -> str:
        return f"{_kind(self.here)}:{self.here.id}"


def choices(say: Words) -> list[Choice]:
    """Agents, then talks, each the newest first, with what the address or this tab has at hand."""
    app = bridge.app()
    agents = bridge.run(app.gallery.search(limit=MOST)).agents
    talks = bridge.run(app.interviews.recent(limit=MOST))
    found = [
        *(_of_agent(agent, say) for agent in agents),
        *(_of_session(card.id, card.title, card.updated, say) for card in talks),
    ]
    listed = {choice.key for choice in found}
    wanted = dict.fromkeys((named(), *_at_hand()))
    found += filter(None, (_fetched(key, say) for key in wanted if key and key not in listed))
    found.sort(key=lambda choice: choice.updated, reverse=True)
    return sorted(found, key=lambda choice: isinstance(choice.here, SessionHere))


def named() -> str | None:
    """What the address names, as a choice's key."""
    for kind in ("agent", "session"):
        if one := st.query_params.get(kind):
            return f"{kind}:{one}"
    return None


def chosen(listed: list[Choice], say: Words) -> Choice | None:
    """The one that the address names, else the first that is likely. The list shows it and changes the address."""
    by_key = {choice.key: choice for choice in listed}
    wanted = named()
    if wanted is None:
        wanted = _likely(listed)
        into_address(wanted)
    if wanted not in by_key:
        unknown(say)
    state.put(state.CONNECTED, wanted if wanted in by_key else None)
    st.selectbox(
        say("connect.choose"),
        list(by_key),
        index=0 if wanted in by_key else None,
        key=state.CONNECTED,
        format_func=lambda key: by_key[key].label,
        placeholder=say("connect.choose.hint"),
        on_change=_follow,
    )
    return by_key.get(str(wanted))


def _likely(listed: list[Choice]) -> str:
    """An agent rather than a talk, and what this tab is building rather than what is newer."""
    at_hand = _at_hand()
    ranked = sorted(listed, key=lambda choice: (isinstance(choice.here, SessionHere), choice.key not in at_hand))
    return ranked[0].key


def into_address(key: str) -> None:
    """So that a reload or a bookmark finds the same."""
    kind, _, one = key.partition(":")
    to = of_targets.wanted()
    st.query_params.from_dict({kind: one} if to is None else {kind: one, "to": to})


def _follow() -> None:
    if key := state.get(state.CONNECTED):
        into_address(key)


def way(say: Words) -> Way:
    """What the page is about: programs that call it here, or its files for elsewhere. The address says it."""
    now: Way = "program" if of_targets.wanted() is None else "elsewhere"
    state.put(state.WAY, now)
    st.segmented_control(
        say("connect.way"),
        get_args(Way),
        format_func=lambda one: say(f"connect.way.{one}"),
        required=True,
        key=state.WAY,
        label_visibility="collapsed",
        on_change=_go_way,
    )
    return now


def _go_way() -> None:
    of_targets.go(of_targets.ALL if state.get(state.WAY) == "elsewhere" else None)


def nothing(say: Words) -> None:
    """Nothing to connect yet: said kindly, with a way to begin."""
    with st.container(border=True, horizontal_alignment="center", gap="small", key="connect_empty"):
        st.subheader(say("connect.none.title"), anchor=False, width="content")
        st.markdown(say("connect.none.advice"), width="content")
        st.page_link(HOME, label=say("gallery.none_yet.link"), icon=":material/add:")


def place_of(choice: Choice) -> Place:
    return Place(_address(), choice.here, _tokens_required())


def _address() -> str:
    settings = bridge.app().settings
    return base_url(st.context.url, f"http://{settings.host}:{settings.port}")


def _tokens_required() -> bool:
    return bridge.app().settings.api_tokens == "required"


def base_url(seen: str | None, otherwise: str) -> str:
    """The API's address as the browser sees this server, behind a proxy too: it lies beside the pages."""
    page = (seen or otherwise).rstrip("/")
    return f"{page.removesuffix('/Connect')}/api"


def reach(say: Words) -> None:
    """Where programs go, what they need, and where all calls are described."""
    st.markdown(say("connect.program.lead"))
    address, tokens_required = _address(), _tokens_required()
    with st.container(border=True, gap="small", key="connect_reach"):
        filed.shown(f"**{say('connect.address')}**", address, say, key="address", language=None)
        key = "connect.token.needed" if tokens_required else "connect.token.free"
        st.markdown(f":material/key: {say(key)}")
        if tokens_required:
            page, icon = PAGES["settings"]
            st.page_link(page, label=say("menu.settings"), icon=icon)
        with st.container(horizontal=True, gap="small"):
            st.link_button(say("connect.docs"), f"{address}/docs", icon=":material/menu_book:")
            st.link_button(say("connect.reference"), f"{address}/redoc", icon=":material/article:")
            st.link_button(say("connect.openapi"), f"{address}/openapi.json", icon=":material/data_object:")


def snippets(place: Place, say: Words) -> None:
    """A tab a kind; only the open one is drawn."""
    kinds = all_snippets()
    st.subheader(say("connect.snippets"), anchor=False)
    if isinstance(place.here, SessionHere):
        st.markdown(f":material/edit: {say('connect.writes')}")
    with st.container(key="connect_snippets"):
        tabs = st.tabs([kind.title for kind in kinds], key=state.SNIPPET, on_change="rerun")
        for kind, tab in zip(kinds, tabs, strict=True):
            if tab.open:
                with tab:
                    _snippet(kind, place, say)


def _snippet(kind: Snippet, place: Place, say: Words) -> None:
    st.markdown(kind.about.said(say.language))
    main, *others = kind.files(place)
    if others:
        st.markdown(f":material/folder: {say('connect.together', n=len(others) + 1)}")
        st.download_button(
            say("connect.zip"),
            data=zipped((main, *others)),
            file_name=f"{kind.name}.zip",
            mime="application/zip",
            key=f"zip_{kind.name}",
            type="primary",
            icon=":material/folder_zip:",
            on_click="ignore",
        )
    _file(main, say, kind.name)
    for file in others:
        with st.expander(file.name, key=f"more_{kind.name}_{file.name}"):
            _file(file, say, kind.name)


def _file(file: File, say: Words, kind: str) -> None:
    filed.shown(
        f"`{file.name}`", file.text, say, key=f"{kind}_{file.name}", language=_language(file), download=file.name
    )


def _language(file: File) -> str | None:
    return None if file.language == "text" else file.language


def _of_agent(agent: Agent, say: Words) -> Choice:
    here = AgentHere(
        agent.id,
        agent.name,
        agent.version,
        "structured" if agent.return_type == "structured" else "unstructured",
        dict(_sentences(agent)),
        agent.config.get("schema_definition"),
    )
    return Choice(here, f"{agent.name} · {say('connect.of.agent', n=agent.version)}", agent.updated)


def _sentences(agent: Agent) -> Iterable[tuple[str, str]]:
    """What to provide for each placeholder, of both prompts."""
    for prompt in agent.config["prompts"]:
        yield from prompt["placeholders"].items()


def _of_session(session_id: str, title: str, updated: datetime, say: Words) -> Choice:
    called = line(title or say("home.untitled"), LONGEST_TITLE)
    clock = local(updated).strftime("%H:%M:%S")  # talks that begin with the same words differ in nothing else
    when = say("connect.of.session", ago=say.ago(updated), clock=clock)
    return Choice(SessionHere(session_id), f"{called} · {when}", updated)


def _at_hand() -> tuple[str, ...]:
    """Keys of the talk that this tab is building, and of its agent."""
    current = state.get(state.CURRENT)
    if not current:
        return ()
    try:
        agent_id = bridge.run(bridge.app().interviews.get(current)).agent_id
    except NotFound:
        return ()
    return (f"session:{current}", f"agent:{agent_id}") if agent_id else (f"session:{current}",)


def _fetched(key: str, say: Words) -> Choice | None:
    kind, _, one = key.partition(":")
    app = bridge.app()
    try:
        if kind == "agent":
            return _of_agent(bridge.run(app.gallery.get(one)), say)
        session = bridge.run(app.interviews.get(one))
        return _of_session(session.id, session.draft.text("name"), session.updated, say)
    except NotFound:
        return None


def _kind(here: AgentHere | SessionHere) -> str:
    return "agent" if isinstance(here, AgentHere) else "session"
