"""Parts of the first page: earlier sessions, and templates to start from."""

import streamlit as st

from builder.core.errors import BuilderError
from builder.services.interview import SessionCard
from builder.templates import Line, Template, all_templates
from builder.ui import bridge, start, state
from builder.ui.build import PAGE as BUILD
from builder.ui.chat.words import words as stages
from builder.ui.errors import guarded
from builder.ui.plain import plain
from builder.ui.words import Words

LONGEST_WISH = 8000
LONGEST_TITLE = 60
MOST_RECENT = 6
MOST_SHOWN = 200


def box(say: Words) -> None:
    """One box for one sentence; Enter begins."""
    with st.container(key="wish_box"):
        st.chat_input(
            say("home.box"), key=state.WISH, max_chars=LONGEST_WISH, height=96, on_submit=wish, args=(say.language,)
        )


@guarded
def wish(language: str) -> None:
    """The sentence becomes a session; if it cannot be stored, it stands in the box again."""
    text = str(state.get(state.WISH) or "")
    try:
        session_id = start.from_sentence(text, language)
    except BuilderError:
        state.put(state.WISH, text)
        raise
    st.switch_page(BUILD, query_params={"session": session_id})


def recent(say: Words) -> None:
    """Sessions that hold something, the latest first; nothing at all for a newcomer."""
    everything = bool(state.get(state.ALL_TALKS))
    cards = _talks(MOST_SHOWN if everything else MOST_RECENT + 1)
    put_away = _talks(MOST_SHOWN if everything else 1, archived=True)
    if not cards and not put_away:
        return
    st.subheader(say("home.recent"), anchor=False)
    _recent_cards(cards if everything else cards[:MOST_RECENT], say)
    if everything and put_away:
        st.caption(say("home.put_away"))
        _recent_cards(put_away, say)
    if everything or put_away or len(cards) > MOST_RECENT:
        st.toggle(say("home.all"), key=state.ALL_TALKS)


def _talks(limit: int, archived: bool = False) -> list[SessionCard]:
    return bridge.run(bridge.app().interviews.recent(limit=limit, archived=archived))


def _recent_cards(cards: list[SessionCard], say: Words) -> None:
    with st.grid(2, min_column_width=260):
        for card in cards:
            _recent_card(card, say)


def _recent_card(card: SessionCard, say: Words) -> None:
    with st.container(border=True, gap="xsmall", key=f"recent_{card.id}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            title = plain(card.title or say("home.untitled"), LONGEST_TITLE)
            st.page_link(BUILD, label=title, icon=":material/forum:", query_params={"session": card.id})
            picked = st.menu_button(
                f":material/more_horiz: {say('home.more')}",
                ["archive", "delete"],
                format_func=lambda action: say(f"home.{action}"),
                key=f"recent_menu_{card.id}",
                type="tertiary",
            )
        state_of_it = say("home.saved") if card.agent_id else stages(say.language)[f"stage.{card.stage.value}"]
        done = f"{state_of_it} · {say.ago(card.updated)}"
        st.progress(card.progress, text=plain(done))
    if picked == "archive":
        bridge.run(bridge.app().interviews.archive(card.id))
        st.rerun()
    if picked == "delete":
        confirm_delete(card.id, card.title, say)


def confirm_delete(session_id: str, title: str, say: Words) -> None:
    """Deleting a talk is for good, so it is asked for twice."""

    @st.dialog(say("home.delete.title"))
    def ask() -> None:
        st.markdown(say("home.delete.text", title=plain(title, LONGEST_TITLE)))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(say("cancel")):
                st.rerun()
            st.button(
                say("home.delete.yes"),
                key="delete_talk",
                type="primary",
                icon=":material/delete:",
                on_click=delete,
                args=(session_id,),
            )

    ask()


@guarded
def delete(session_id: str) -> None:
    bridge.run(bridge.app().interviews.delete(session_id))
    st.rerun()


def templates(say: Words) -> None:
    st.subheader(say("home.templates"), anchor=False)
    st.caption(say("home.templates.lead"))
    with st.grid(3, min_column_width=210):
        for template in all_templates():
            _template_card(template, say)


def _template_card(template: Template, say: Words) -> None:
    with st.container(border=True, height="stretch", gap="xsmall", key=f"template_{template.id}"):
        title = plain(template.title_in(say.language))
        opened = st.button(
            f"**{title}**",
            key=f"look_{template.id}",
            type="tertiary",
            icon=":material/chevron_right:",
            icon_position="right",
            wrap=True,
        )
        st.caption(plain(template.summary_in(say.language)))
    if opened:
        look(template, say)


def look(template: Template, say: Words) -> None:
    """What a template does, needs and answers, and the two ways to take it."""

    @st.dialog(plain(template.title_in(say.language)), width="medium")
    def show() -> None:
        st.markdown(plain(template.summary_in(say.language)))
        st.badge(say(f"kind_of.{template.config['return_type']}"), icon=":material/output:")
        st.markdown(f"**{say('template.needs')}**")
        st.markdown("\n".join(f"- {plain(need)}" for need in template.needs_in(say.language)))
        st.markdown(f"**{say('template.sample')}**")
        with st.container(height=260):
            for line in template.dialogue:
                _line(line, say)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(
                say("template.start"),
                icon=":material/edit:",
                key="template_start",
                on_click=_start,
                args=(template, say.language),
            )
            st.button(
                say("template.use"),
                icon=":material/check:",
                key="template_use",
                type="primary",
                on_click=_use,
                args=(template,),
            )

    show()


def _line(line: Line, say: Words) -> None:
    st.caption(say(f"template.{line.role}"))
    if line.text.lstrip().startswith("{"):
        st.code(line.text, language="json", wrap_lines=True)
    else:
        st.text(line.text)


@guarded
def _start(template: Template, language: str) -> None:
    st.switch_page(BUILD, query_params={"session": start.from_template(template, language)})


@guarded
def _use(template: Template) -> None:
    st.switch_page(BUILD, query_params={"session": start.use_template(template)})
