"""All versions of an agent, the newest first, a page at a time: who, when, why, and what changed in one line."""

from dataclasses import dataclass, field
from itertools import islice

import streamlit as st

from builder.core.difference.compare import told
from builder.core.difference.facts import Fact
from builder.core.saved import Agent, Version
from builder.ui import bridge, state
from builder.ui.build import GALLERY
from builder.ui.errors import guarded
from builder.ui.history import address, page, restoring
from builder.ui.plain import plain
from builder.ui.words import Words

PER_PAGE = 20
MOST_TOLD = 2  # fields of which a line says something; the others are counted
LONGEST_LINE = 240


@dataclass(frozen=True)
class Entry:
    """A version and what changed in it: the first facts, and in how many more fields. None: it is the first version."""

    version: Version
    facts: tuple[Fact, ...] | None
    more: int = 0


@dataclass
class Timeline:
    """What was read so far; versions never change, so that it is read anew only when there are new ones."""

    agent_id: str
    latest: int
    entries: list[Entry] = field(default_factory=list)


def draw(agent: Agent, say: Words) -> None:
    found = state.get(state.HISTORY)
    if not isinstance(found, Timeline) or (found.agent_id, found.latest) != (agent.id, agent.version):
        found = Timeline(agent.id, agent.version)
        more(found)
        state.put(state.HISTORY, found)
    st.subheader(say("history.title"), anchor=False)
    for entry in found.entries:
        _entry(agent, entry, say)
    if found.entries[-1].version.number > 1:
        with st.container(horizontal_alignment="center"):
            older, icon = say("history.older"), ":material/expand_more:"
            st.button(older, key="history_more", icon=icon, on_click=show_more, args=(found,))


def more(found: Timeline) -> None:
    """Reads the next page; one version more than it shows, to tell what the last one changed."""
    before = found.entries[-1].version.number if found.entries else found.latest + 1
    versions = bridge.run(bridge.app().gallery.versions(found.agent_id, before=before, limit=PER_PAGE + 1))
    found.entries += [
        _changed(version, versions[place + 1] if place + 1 < len(versions) else None)
        for place, version in enumerate(versions[:PER_PAGE])
    ]


@guarded
def show_more(found: Timeline) -> None:
    more(found)


def _changed(version: Version, earlier: Version | None) -> Entry:
    if earlier is None:
        return Entry(version, None)
    fields = told(earlier.config, version.config)
    facts = tuple(each.facts[0] for each in islice(fields, MOST_TOLD))
    return Entry(version, facts, sum(1 for _ in fields))


def _entry(agent: Agent, entry: Entry, say: Words) -> None:
    number = entry.version.number
    with st.container(border=True, gap="xsmall", key=f"version_{number}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{say('history.version', n=number)}**", width="content")
            if number == agent.version:
                st.badge(say("history.now"), icon=":material/check:", color="green")
        st.markdown(page.about(entry.version, say))
        st.markdown(line(entry, say))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _links(agent, number, say)
            page.download(agent, number, say("gallery.download"), f"download_{number}", quiet=True)
            if number < agent.version:
                restoring.button(agent, number, say, quiet=True)


def _links(agent: Agent, number: int, say: Words) -> None:
    one = address.of_version(agent.id, number)
    st.page_link(GALLERY, label=say("history.look"), icon=":material/visibility:", query_params=one)
    if number > 1:
        two = address.of_two(agent.id, number - 1, number)
        st.page_link(GALLERY, label=say("history.changes"), icon=":material/difference:", query_params=two)


def line(entry: Entry, say: Words) -> str:
    """What changed against the version before, as Markdown on one line."""
    if entry.facts is None:
        return say("history.first")
    said = [f"{plain(say.field(fact.field))}: {plain(say.fact(fact), LONGEST_LINE)}" for fact in entry.facts]
    return " · ".join([*said, *([say.count("history.more", entry.more)] if entry.more else [])]) or say("history.noted")
