"""What all pages share: the menu, the language, and what is said when the database is in trouble."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from builder import wiring
from builder.core import errors
from builder.ui import bridge
from builder.ui.errors import WORDS_FOR, told
from builder.ui.words import LANGUAGES, words
from tests.ui.conftest import PAGES, Opener


@pytest.mark.parametrize("name", ["home", *PAGES])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens_in_every_language(app: wiring.App, open_page: Opener, name: str, language: str) -> None:
    bridge.run(app.preferences.put("language", language))
    page = open_page(name)
    assert not page.exception
    assert not page.error
    assert words(language)("menu.gallery") in [link.proto.label for link in page.get("page_link")]


@pytest.mark.parametrize("name", ["home", *PAGES])
def test_a_page_says_what_is_wrong_with_the_database(
    app: wiring.App, open_page: Opener, name: str, tmp_path: Path
) -> None:
    app.close()
    (tmp_path / "test.db").unlink()
    (tmp_path / "test.db").mkdir()
    page = open_page(name)
    assert not page.exception
    (error,) = page.error
    assert error.value
    assert len(page.get("page_link")) >= 4, "the menu stays"


@pytest.mark.parametrize("kind", [kind for kind, _ in WORDS_FOR])
def test_every_refusal_has_words_of_its_own(kind: type[errors.BuilderError]) -> None:
    title, advice = told(kind("x"), words("en"))
    assert title and advice
    assert sum(told(other("x"), words("en")) == (title, advice) for other, _ in WORDS_FOR) == 1


def test_a_kind_of_error_that_the_table_does_not_name_speaks_as_the_one_above_it() -> None:
    class Newer(errors.StorageLocked):
        pass

    assert told(Newer("x"), words("en")) == told(errors.StorageLocked("x"), words("en"))


def test_the_menu_leads_back_to_the_agent_of_this_tab(open_page: Opener, billing: str) -> None:
    page = open_page("build", session=billing)
    page.switch_page("pages/2_Gallery.py").run()
    assert any(billing in link.proto.query_string for link in page.get("page_link"))


def test_the_settings_keep_the_language_and_the_page_follows_at_once(app: wiring.App, open_page: Opener) -> None:
    page = open_page("settings")
    page.selectbox(key="settings_language").select("de").run()
    assert page.title[0].value == "Einstellungen"
    assert bridge.run(app.preferences.all())["language"] == "de"
    again: AppTest = open_page("home")
    assert again.title[0].value == words("de")("home.title")


def test_the_settings_say_where_the_data_lies(app: wiring.App, open_page: Opener) -> None:
    page = open_page("settings")
    assert page.code[0].value == app.place
    assert any("KB" in caption.value or "MB" in caption.value for caption in page.caption)


def test_the_settings_say_who_asks_the_questions(open_page: Opener) -> None:
    page = open_page("settings")
    page.selectbox(key="engine@begin").select("scripted").run()
    assert not page.exception
