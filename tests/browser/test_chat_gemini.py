"""The real server with a fake Gemini: the whole way from a model's end to what a person sees."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import new_session
from tests.browser.talk import Talk
from tests.interviewers.model_led.talking import answer, sets
from tests.models import faults, gemini
from tests.models.fake import KEY
from tests.models.gemini import Gemini
from tests.models.script import Answer, Usage, failing
from tests.servers import Server, running

AGAIN, WITHOUT = "Try again", "Go on without the model"
TOOK = Usage(prompt=1_200, cached=200, thinking=10, output=90)
NAMED = Answer(json=answer("I call it ParcelDesk.", *sets(name="ParcelDesk", tone="calm")), usage=TOOK)


@pytest.fixture(scope="module")
def model() -> Iterator[Gemini]:
    with gemini.serving() as fake:
        yield fake


@pytest.fixture(scope="module")
def led(model: Gemini, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": model.url}
    with running(tmp_path_factory.mktemp("led"), **settings) as started:
        yield started


@pytest.fixture
def talk(page: Page, led: Server) -> Talk:
    return Talk(page, led, new_session(led)).open()


def test_a_model_leads_and_what_it_took_is_shown(talk: Talk, model: Gemini) -> None:
    model.play([NAMED])
    expect(talk.speaker.locator("option:checked")).to_contain_text("Gemini")
    talk.say_and_wait("It sorts parcel complaints")
    expect(talk.last).to_have_text("I call it ParcelDesk.")
    expect(talk.part(".chip")).to_have_text(["name", "tone"])
    expect(talk.name).to_have_value("ParcelDesk")
    expect(talk.part(".tally")).to_contain_text(re.compile(r"This talk: 1,\d\d\d tokens"))


def test_a_broken_stream_is_taken_back_and_tried_again(talk: Talk, model: Gemini) -> None:
    model.play(failing(faults.cut(after=3), 1, NAMED))
    talk.say("It sorts parcel complaints")
    expect(talk.part(".pause")).to_contain_text(re.compile(r"Next try in \d s\."))
    expect(talk.last).to_have_text("I call it ParcelDesk.")
    expect(talk.part(".pause")).to_have_count(0)
    expect(talk.name).to_have_value("ParcelDesk")


def test_a_busy_model_is_waited_for_as_it_says(talk: Talk, model: Gemini) -> None:
    model.play(failing(faults.rate_limited(info=3.0), 1, NAMED))
    talk.say("It sorts parcel complaints")
    for seconds in (3, 2, 1):
        expect(talk.part(".pause")).to_contain_text(f"Next try in {seconds} s.")
    expect(talk.last).to_have_text("I call it ParcelDesk.")


def test_a_wrong_key_is_told_and_the_guide_answers_the_same_message(talk: Talk, model: Gemini) -> None:
    model.play(failing(faults.WRONG_KEY))
    talk.say("It sorts letters by topic")
    expect(talk.part(".failure")).to_contain_text("key")
    talk.page.reload()
    talk.ready()
    expect(talk.said).to_have_text(["It sorts letters by topic"])
    expect(talk.button(AGAIN)).to_be_visible()
    talk.button(WITHOUT).click()
    expect(talk.newest).to_have_attribute("data-state", "done")
    expect(talk.speaker.locator("option:checked")).to_have_text("Offline guide")
    expect(talk.part(".chip")).to_have_text(["description"])


def test_when_the_model_is_back_the_same_message_is_answered(talk: Talk, model: Gemini) -> None:
    model.play(failing(faults.WRONG_KEY))
    talk.say("It sorts parcel complaints")
    expect(talk.button(AGAIN)).to_be_visible()
    model.play([NAMED])
    talk.button(AGAIN).click()
    expect(talk.last).to_have_text("I call it ParcelDesk.")
    expect(talk.said).to_have_count(1)
