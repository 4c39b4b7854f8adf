"""Tokens of programs on the settings page: what is said, what a tab remembers and for how long, what is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from builder import wiring
from builder.core.token import SCOPES, Scope, Token
from builder.settings import Settings
from builder.ui import bridge, state
from builder.ui.settings import tokens
from builder.ui.settings.desk import Desk
from builder.ui.words import LANGUAGES, words
from tests.ui.conftest import PAGES
from tests.ui.test_settings import opened, said

SAY = words("en")


def built(folder: Path, **given: Any) -> wiring.App:
    return wiring.build(Settings(**{"database_url": f"sqlite:///{folder / 'own.db'}", "mock_mode": True, **given}))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[wiring.App]:
    app = built(tmp_path)
    with bridge.using(app):
        yield app
    app.close()


def make(page: AppTest, name: str, scope: Scope = "write") -> AppTest:
    page.text_input(key="name@tokens").set_value(name)
    page.radio(key="scope@tokens").set_value(scope)
    return page.button(key="create@tokens").click().run()


def kept(page: AppTest) -> str:
    """Everything that the tab remembers."""
    return repr(page.session_state._state.filtered_state)


def shown(page: AppTest) -> str:
    """The new token."""
    return next(one.value for one in page.code if one.value.startswith("builder_"))


def made(app: wiring.App, name: str, scope: Scope = "write") -> Token:
    return bridge.run(app.tokens.create(name, scope))[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("needed", [True, False])
def test_whether_programs_need_a_token_is_said_in_the_persons_language(
    tmp_path: Path, language: str, needed: bool
) -> None:
    app, say = built(tmp_path, api_tokens="required" if needed else "off"), words(language)
    with bridge.using(app):
        bridge.run(app.preferences.put("language", language))
        page = opened()
        assert (say("settings.tokens.needed") in said(page), say("settings.tokens.free") in said(page)) == (
            needed,
            not needed,
        )
        assert say("settings.tokens.trust") in said(page) and say("settings.tokens.none") in said(page)
        assert page.radio(key="scope@tokens").options == [say(f"settings.tokens.{scope}") for scope in SCOPES]
        assert make(page, "x").warning[0].value == say("settings.tokens.made.once")
    app.close()


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_is_made_as_the_person_chose(app: wiring.App, scope: Scope) -> None:
    secret = shown(make(opened(), " nightly  job ", scope))
    token = bridge.run(app.tokens.known(secret))
    assert token is not None
    assert (token.name, token.scope) == ("nightly job", scope)


def test_two_tokens_may_have_the_same_name(app: wiring.App) -> None:
    page = make(make(opened(), "nightly"), "nightly")
    assert [token.name for token in bridge.run(app.tokens.all())] == ["nightly", "nightly"]
    assert len([one for one in page.button if one.label == SAY("settings.tokens.revoke")]) == 2


def test_a_token_is_in_the_state_of_this_tab_alone_and_only_until_it_is_kept(app: wiring.App) -> None:
    other, page = opened(), make(opened(), "nightly")
    secret = shown(page)
    assert secret in kept(page) and secret not in kept(other.run())
    assert shown(page.run()) == secret, "a line that broke off and came back loses nothing"
    page = page.button(key="token_kept").click().run()
    assert secret not in kept(page) and state.MADE not in page.session_state
    assert all(secret not in one.value for one in page.code)
    assert page.text_input(key="name@tokens").value == ""


def test_a_token_is_forgotten_when_the_person_leaves_the_page(app: wiring.App) -> None:
    page = make(opened(), "nightly")
    secret = shown(page)
    page = page.switch_page(PAGES["gallery"]).run()
    assert secret not in kept(page)


def test_a_token_is_forgotten_when_another_one_is_asked_for(app: wiring.App) -> None:
    page = make(opened(), "nightly")
    secret = shown(page)
    page = make(page, "  ")
    assert secret not in kept(page)
    assert page.error[0].proto.title == SAY("settings.refused.no_token_name.reason")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "no_token_name"),
        ("  \n", "no_token_name"),
        ("\0", "no_token_name"),
        ("x" * 65, "bad_token_name"),
    ],
)
def test_a_name_that_cannot_be_one_is_told_and_stays_in_the_box(app: wiring.App, name: str, why: str) -> None:
    page = make(opened(), name)
    assert page.error[0].proto.title == SAY(f"settings.refused.{why}.reason")
    assert page.error[0].value == SAY(f"settings.refused.{why}.step")
    assert page.text_input(key="name@tokens").value == name
    assert bridge.run(app.tokens.all()) == []
    page = make(page, "nightly")
    assert not page.error and shown(page)


def test_a_database_that_is_gone_is_told_and_the_name_stays(app: wiring.App, tmp_path: Path) -> None:
    page = opened()
    for file in tmp_path.glob("own.db*"):
        file.unlink()
    page = make(page, "nightly")
    assert SAY("error.storage_missing.title") in [one.proto.title for one in page.error]
    assert page.text_input(key="name@tokens").value == "nightly" and state.MADE not in page.session_state


def test_revoked_tokens_show_when_they_are_asked_for(app: wiring.App) -> None:
    for name in ("first", "second"):
        made(app, name)
    bridge.run(app.tokens.revoke(bridge.run(app.tokens.all())[0].id))
    page = opened()
    assert "**first**" in said(page) and "second" not in said(page)
    assert page.toggle(key="show_revoked@tokens").label == SAY("settings.tokens.revoked", n=1)
    page = page.toggle(key="show_revoked@tokens").set_value(True).run()
    assert "second" in said(page) and "revoked just now" in said(page)


def test_of_many_tokens_the_latest_are_drawn_until_all_are_asked_for(app: wiring.App) -> None:
    for number in range(tokens.MOST + 3):
        made(app, f"number {number}")

    def rows(page: AppTest) -> int:
        return len([one for one in page.button if one.label == SAY("settings.tokens.revoke")])

    page = opened()
    assert rows(page) == tokens.MOST
    assert rows(page.toggle(key="all@tokens").set_value(True).run()) == tokens.MOST + 3


def test_before_a_token_is_revoked_its_name_is_said(app: wiring.App) -> None:
    """The rest is in tests/browser: Streamlit's test runner closes a dialog as soon as something in it is pressed."""
    token = made(app, "nightly")
    page = opened().button(key=f"revoke_{token.id}@tokens").click().run()
    assert SAY("settings.tokens.revoke.text", name="nightly") in said(page)
    assert bridge.run(app.tokens.all())[0].revoked is None


def test_a_token_that_is_gone_from_the_database_is_told(app: wiring.App) -> None:
    mine, token = Desk("tokens"), made(app, "nightly")
    tokens.revoke(Token("nonsense", "nobody", "read", token.created), mine, SAY)
    assert "revoke" in mine.refused
    tokens.revoke(token, mine, SAY)
    assert mine.refused == {}
