"""What a tab believes that the browser shows."""

from streamlit.testing.v1 import AppTest

from builder.ui import state


def page() -> None:
    import streamlit as st

    from builder.ui import state

    tab = state.tab("s")
    tab.begin()
    tab.show("name", "Kept", "Kept")
    st.text_input("Name", key=tab.key("name"))
    if st.session_state.get("breaks_off"):
        st.stop()
    tab.end()


def run(app: AppTest) -> state.Tab:
    tab = app.run().session_state["tab"]
    assert isinstance(tab, state.Tab)
    return tab


def test_what_a_whole_run_gave_is_shown() -> None:
    assert run(AppTest.from_function(page)).shown == {"name": "Kept"}


def test_what_a_run_that_broke_off_gave_is_given_again() -> None:
    app = AppTest.from_function(page)
    app.session_state["breaks_off"] = True
    assert run(app).shown == {}
    app.text_input[0].set_value("")  # the browser never got the text
    app.session_state["breaks_off"] = False
    assert run(app).shown == {"name": "Kept"}
    assert app.text_input[0].value == "Kept"


def test_an_echo_is_what_stood_there_a_moment_ago() -> None:
    tab = state.Tab("s")
    tab.shown["name"] = None
    tab._given["name"] = "Kept"
    tab.end()
    assert tab.is_echo("name", "", within=60)
    assert not tab.is_echo("name", "Other", within=60)
    assert not tab.is_echo("name", "", within=0)
    assert not tab.is_echo("unseen", "", within=60)
