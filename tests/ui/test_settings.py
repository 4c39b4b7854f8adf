"""The settings page: keys, checks, models, addresses, who begins, limits. Models are fakes on loopback."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from builder import wiring
from builder.llm.google import Google
from builder.llm.reach import Limits
from builder.services.models import Models, Setup
from builder.services.seal import Seal
from builder.settings import Settings
from builder.ui import bridge
from builder.ui.settings.check import examine
from builder.ui.settings.general import size
from builder.ui.words import LANGUAGES, words
from tests.models import faults, gemini, openai
from tests.models.gemini import Gemini
from tests.models.script import Answer, failing
from tests.store.test_faults import read_only
from tests.ui.conftest import PAGES, ROOT

SAY = words("en")
OWN, SERVERS = "a-key-that-was-typed-in-7777", "a-key-of-the-settings-3333"


@pytest.fixture(scope="module")
def fake() -> Iterator[Gemini]:
    with gemini.serving() as server:
        yield server


@pytest.fixture(autouse=True)
def healthy(fake: Gemini) -> None:
    fake.play([Answer("Hello.")])
    fake.listing_fault = None


@contextmanager
def made(folder: Path, **settings: Any) -> Iterator[wiring.App]:
    """An application of its own for the pages."""
    app = wiring.build(Settings(**{"database_url": f"sqlite:///{folder / 'own.db'}", **settings}))
    with bridge.using(app):
        yield app
    bridge.run(app.rest())
    app.close()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[wiring.App]:
    with made(tmp_path) as built:
        yield built


@pytest.fixture
def unsealed(tmp_path: Path) -> Iterator[None]:
    """As on PostgreSQL without ENCRYPTION_KEY: neither a secret nor a file beside the database."""
    with made(tmp_path) as built:
        models = Models(built.store, [Google()], {}, Limits(), Seal())
        with bridge.using(replace(built, models=models)):
            yield


def opened() -> AppTest:
    page = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=30)
    page.switch_page(PAGES["settings"])
    return page.run()


def enter(page: AppTest, control: str, text: str, provider: str = "google") -> AppTest:
    """Types into a box of a card and presses its button."""
    page.text_input(key=f"{control}@{provider}").set_value(text)
    return page.button(key=f"save_{control}@{provider}").click().run()


def setup(app: wiring.App, provider: str = "google") -> Setup:
    return bridge.run(app.models.setup(provider))


def state_of(page: AppTest, provider: str = "Gemini") -> str:
    """The head of a card, without the name."""
    heads = [card.label for card in page.expander if card.label.startswith(f"**{provider}**")]
    return bare(heads[0].split(" · ")[1])


def said(page: AppTest) -> str:
    """All that the page says in sentences, without marks of Markdown."""
    parts = [*page.markdown, *page.caption, *page.error, *page.success, *page.warning]
    titles = [one.proto.title for one in (*page.error, *page.success, *page.warning)]
    return bare(" ".join([*(part.value for part in parts), *titles]))


def bare(text: str) -> str:
    """As it is read: without the signs that keep Markdown from doing something."""
    return text.replace("\\", "").replace("\u2060", "")


def reached(app: wiring.App, fake: Gemini) -> None:
    """Gemini set up by the fake's address and its key."""
    bridge.run(app.models.change("google", address=fake.url, key=fake.key))


def test_each_provider_has_a_card_and_the_first_one_invites_while_none_is_ready(app: wiring.App) -> None:
    page = opened()
    heads = [card for card in page.expander if " · " in card.label]
    assert [head.label.split(" · ")[0] for head in heads] == [f"**{one.title}**" for one in app.models.providers]
    assert [head.proto.expanded for head in heads] == [True, False, False, False]
    assert state_of(page) == "No key yet."
    assert state_of(page, "Own server") == "No address yet."
    assert "aistudio.google.com/apikey" in said(page)


def test_with_one_ready_all_cards_are_closed(app: wiring.App) -> None:
    bridge.run(app.models.change("openai", key=OWN))
    assert not any(card.proto.expanded for card in opened().expander)


def test_a_key_is_kept_checked_at_once_and_only_hinted_at(
    app: wiring.App, fake: Gemini, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = enter(opened(), "address", fake.url)
    page = enter(page, "key", fake.key)
    assert setup(app).key_hint == f"…{fake.key[-4:]}"
    assert page.text_input(key="key@google").value == ""
    assert page.success[0].proto.title == SAY("settings.check.good")
    assert " ms." in page.success[0].value
    assert state_of(page) == "Ready. Uses gemini-3.8-flash."
    assert f"`…{fake.key[-4:]}`" in said(page)
    assert fake.key not in str(page.session_state._state.filtered_state)
    assert fake.key not in caplog.text


def test_a_wrong_key_is_refused_in_words_that_say_what_to_do(app: wiring.App, fake: Gemini) -> None:
    page = enter(enter(opened(), "address", fake.url), "key", OWN)
    assert page.error[0].proto.title == SAY("settings.check.bad")
    assert SAY("settings.check.step.key") in said(page)
    assert state_of(page) == SAY("settings.models.failed")
    page = enter(page, "key", fake.key)
    assert not page.error
    assert state_of(page).startswith("Ready.")


def test_what_cannot_be_a_key_stays_in_the_box_with_a_word_beside_it(app: wiring.App) -> None:
    page = enter(opened(), "key", "two words")
    assert page.text_input(key="key@google").value == "two words"
    assert page.error[0].proto.title == SAY("settings.refused.bad_key.reason")
    assert setup(app).key_from is None


def test_an_empty_box_changes_nothing(app: wiring.App, fake: Gemini) -> None:
    reached(app, fake)
    page = enter(opened(), "key", "  ")
    assert setup(app).key_from == "page"
    assert not page.error


def test_a_removed_key_is_gone_and_the_one_of_the_settings_is_back(tmp_path: Path) -> None:
    with made(tmp_path, google_api_key=SecretStr(SERVERS)) as app:
        bridge.run(app.models.change("google", key=OWN))
        page = opened()
        assert "entered here ends with `…7777`" in said(page)
        page = page.button(key="remove_key@google").click().run()
        assert "from the server's settings ends with `…3333`" in said(page)
        assert setup(app).key_from == "settings"
        assert not [button for button in page.button if button.key == "remove_key@google"]


def test_the_servers_key_is_not_used_for_an_address_of_ones_own_and_the_card_says_so(
    tmp_path: Path, fake: Gemini
) -> None:
    with made(tmp_path, google_api_key=SecretStr(SERVERS)):
        page = enter(opened(), "address", fake.url)
        assert SAY("settings.key.for_address") in said(page)
        assert state_of(page) == "No key yet."
        assert fake.received == []


def test_an_address_that_cannot_be_one_stays_in_the_box(app: wiring.App) -> None:
    page = enter(opened(), "address", "http//nonsense")
    assert page.text_input(key="address@google").value == "http//nonsense"
    assert SAY("settings.refused.bad_address.step") in said(page)
    assert setup(app).address_from is None


def test_an_address_nobody_answers_at_is_told(app: wiring.App) -> None:
    page = enter(enter(opened(), "address", "http://127.0.0.1:9"), "key", OWN)
    assert SAY("settings.check.step.connection") in said(page)


def test_emptying_the_address_goes_back_to_the_usual_one(app: wiring.App, fake: Gemini) -> None:
    bridge.run(app.models.change("google", address=fake.url))
    enter(opened(), "address", "")
    assert setup(app).address_from is None


def test_the_version_of_the_api_is_used(app: wiring.App, fake: Gemini) -> None:
    reached(app, fake)
    page = opened()
    page.text_input(key="version@google").set_value("v1")
    enter(page, "address", fake.url)
    assert {call.api_version for call in fake.received} == {"v1"}


def test_a_model_is_picked_from_the_providers_own_list(app: wiring.App, fake: Gemini) -> None:
    reached(app, fake)
    page = opened()
    assert SAY("settings.model.no_list") in said(page)
    page = page.button(key="check@google").click().run()
    names = page.selectbox(key="model@google").options
    assert names == ["gemini-3.8-flash (recommended)", "gemini-3.8-pro"]
    page = page.selectbox(key="model@google").select("gemini-3.8-pro").run()
    assert setup(app).model == "gemini-3.8-pro"
    assert state_of(page) == "Ready. Uses gemini-3.8-pro."
    assert fake.calls[-1].model == "gemini-3.8-pro"


def test_a_list_that_cannot_be_had_leaves_the_box_to_type_into(app: wiring.App, fake: Gemini) -> None:
    reached(app, fake)
    fake.listing_fault = faults.SERVER_ERROR
    page = opened().button(key="check@google").click().run()
    assert page.success
    assert page.warning[0].proto.title == SAY("settings.model.list_failed")
    assert page.selectbox(key="model@google").proto.accept_new_options


def test_with_a_model_that_is_not_there_the_list_comes_all_the_same(app: wiring.App, fake: Gemini) -> None:
    reached(app, fake)
    bridge.run(app.models.change("google", model="gone-by-now"))
    fake.play(failing(faults.NO_SUCH_MODEL))
    page = opened().button(key="check@google").click().run()
    assert SAY("settings.check.step.model") in said(page)
    assert "gemini-3.8-pro" in page.selectbox(key="model@google").options


def test_how_long_it_thinks_is_kept(app: wiring.App, fake: Gemini) -> None:
    reached(app, fake)
    page = opened()
    page.segmented_control(key="thinking@google").set_value("high").run()
    assert setup(app).thinking == "high"


def test_an_own_server_needs_an_address_and_a_model_but_no_key(app: wiring.App) -> None:
    with openai.serving(key=None, models=["small-model"]) as server:
        page = enter(opened(), "address", server.base_url, "compatible")
        assert state_of(page, "Own server") == "No model chosen yet."
        assert page.info[0].value == SAY("settings.check.pick")
        assert page.selectbox(key="model@compatible").options == ["small-model"]
        page = page.selectbox(key="model@compatible").select("small-model").run()
        assert state_of(page, "Own server") == "Ready. Uses small-model."
        assert "Own server" in page.selectbox(key="engine@begin").options


async def test_a_check_ends_in_time_whatever_the_service_does(app: wiring.App, fake: Gemini) -> None:
    await app.models.change("google", address=fake.url, key=fake.key)
    fake.play([Answer("Hello.", first_after=3.0)])
    found = await examine(app.models, "google", SAY, longest=0.3)
    assert found.verdict is not None
    assert (found.verdict.ok, found.verdict.kind) == (False, "slow")
    await app.rest()


def test_without_something_to_seal_with_the_key_is_refused_and_not_lost(unsealed: None) -> None:
    page = enter(opened(), "key", OWN)
    assert page.text_input(key="key@google").value == OWN
    assert page.error[0].proto.title == SAY("settings.refused.no_encryption_key.reason")
    assert "ENCRYPTION_KEY" in page.error[0].value


def test_a_key_that_can_no_longer_be_opened_is_to_be_entered_again(tmp_path: Path) -> None:
    with made(tmp_path, encryption_key=SecretStr("one secret")) as app:
        bridge.run(app.models.change("google", key=OWN))
    with made(tmp_path, encryption_key=SecretStr("another secret")) as app:
        page = opened()
        assert state_of(page) == SAY("settings.models.key_lost")
        assert SAY("settings.key.lost") in said(page)
        page.button(key="remove_key@google").click().run()
        assert not setup(app).key_lost


def test_a_database_that_takes_nothing_is_told_beside_the_control(app: wiring.App, tmp_path: Path) -> None:
    page = opened()
    with read_only(tmp_path):
        page = enter(page, "key", OWN)
        assert page.text_input(key="key@google").value == OWN
        assert page.error[0].proto.title == SAY("settings.refused.closed_seal.reason")
        page = page.run().number_input(key="turn@limits").set_value(7_000).run()
        assert page.number_input(key="turn@limits").value == 7_000
        assert page.error[0].proto.title == SAY("settings.refused.closed_seal.reason")
    page = page.run().button(key="save_key@google").click().run()
    assert setup(app).key_hint == "…7777"
    assert page.text_input(key="key@google").value == ""


def test_who_begins_is_chosen_among_the_ready_and_the_others_say_what_they_lack(app: wiring.App, fake: Gemini) -> None:
    page = opened()
    assert page.selectbox(key="engine@begin").options == ["The best that is ready", "Offline guide"]
    assert "New talks begin with Offline guide." in said(page)
    assert "Gemini (no key yet)" in said(page) and "Own server (no address yet)" in said(page)
    reached(app, fake)
    page = opened()
    assert "New talks begin with Gemini." in said(page)
    page.selectbox(key="engine@begin").select("google").run()
    assert bridge.run(app.preferences.all())["engine"] == "google"
    page = opened().selectbox(key="engine@begin").select("").run()
    assert "engine" not in bridge.run(app.preferences.all())


def test_a_chosen_one_that_is_not_ready_is_named(app: wiring.App) -> None:
    bridge.run(app.preferences.put("engine", "anthropic"))
    assert "You chose Anthropic, which is not ready. New talks begin with Offline guide." in said(opened())


def test_a_new_key_changes_who_may_begin_in_the_same_moment(app: wiring.App, fake: Gemini) -> None:
    page = enter(enter(opened(), "address", fake.url), "key", fake.key)
    assert "Gemini" in page.selectbox(key="engine@begin").options
    assert "New talks begin with Gemini." in said(page)


def test_limits_are_kept_and_said_in_messages(app: wiring.App) -> None:
    page = opened()
    assert "about 250 messages" in said(page)
    page = page.number_input(key="session@limits").set_value(100_000).run()
    assert "about 50 messages" in said(page)
    page = page.number_input(key="turn@limits").set_value(0).run()
    assert SAY("settings.limits.none") in said(page)
    page.number_input(key="deadline@limits").set_value(45).run()
    kept = bridge.run(app.models.limits())
    assert (kept.turn, kept.session, kept.deadline) == (0, 100_000, 45.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_every_language_in_every_state(app: wiring.App, fake: Gemini, language: str) -> None:
    bridge.run(app.preferences.put("language", language))
    bridge.run(app.models.change("google", address=fake.url, key=OWN))
    page = opened().button(key="check@google").click().run()
    assert not page.exception
    assert words(language)("settings.check.step.key") in said(page)
    page = enter(page, "address", "nowhere")
    assert words(language)("settings.refused.bad_address.step") in said(page)


def test_a_key_goes_with_the_address_that_it_was_for_and_the_page_says_so(app: wiring.App, fake: Gemini) -> None:
    with gemini.serving() as other:
        page = enter(enter(opened(), "address", fake.url), "key", fake.key)
        assert SAY("settings.key.dropped") not in said(page)
        page = enter(page, "address", other.url)
        assert SAY("settings.key.dropped") in said(page)
        assert (setup(app).lacks, setup(app).address) == ("key", other.url)
        page = enter(page, "key", other.key)
        assert SAY("settings.key.dropped") not in said(page)
        assert {call.key for call in other.received} == {other.key}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_seals_keys_and_cannot_be_used_is_said_in_every_language(
    app: wiring.App, tmp_path: Path, language: str
) -> None:
    say = words(language)
    bridge.run(app.preferences.put("language", language))
    (tmp_path / "own.db.key").write_text("no key")
    assert say("settings.refused.damaged_seal.reason") in said_titles(enter(opened(), "key", OWN))


def said_titles(page: AppTest) -> list[str]:
    return [bare(one.proto.title) for one in page.error]


def test_sizes_are_written_as_the_language_writes_numbers(tmp_path: Path) -> None:
    (tmp_path / "some.db").write_bytes(b"x" * 1536)
    assert [size(tmp_path / "some.db", words(language)) for language in ("en", "es", "de", "fr")] == [
        "1.5 KB",
        "1,5 KB",
        "1,5 KB",
        "1,5 KB",
    ]
