"""The chat when a model leads: it fails, waits, costs something, is changed for another; the agent grows meanwhile."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import hostile
from tests.browser.conftest import new_session
from tests.browser.talk import Talk
from tests.servers import Server

AGAIN, WITHOUT = "Try again", "Go on without the model"
FAILURE = "The model cannot be reached. Try again later."
GUIDE, FIRST = "Offline guide", "Scripted (for trials)"


@pytest.fixture
def talk(page: Page, scripted: Server) -> Talk:
    return Talk(page, scripted, new_session(scripted)).open()


class Heard:
    """What a screen reader was told, sentence by sentence."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.locator(".chat p[role=status][aria-live=polite]").evaluate(
            """status => { window.heard = [];
              new MutationObserver(() => window.heard.push(status.textContent))
                .observe(status, { childList: true, characterData: true, subtree: true }); }"""
        )

    def __call__(self) -> list[str]:
        return list(self.page.evaluate("window.heard"))


def assert_two_ways(talk: Talk) -> None:
    expect(talk.said).to_have_text(["down"])
    expect(talk.part("[data-state=failed]")).to_contain_text(FAILURE)
    expect(talk.button(AGAIN)).to_be_visible()
    expect(talk.button(WITHOUT)).to_be_visible()


def test_a_failure_says_what_happened_and_offers_two_ways_also_after_a_reload(talk: Talk) -> None:
    talk.say("down")
    talk.box.fill("my next thought")
    assert_two_ways(talk)
    talk.page.reload()
    talk.ready()
    assert_two_ways(talk)
    expect(talk.box).to_have_value("my next thought")


def test_the_same_message_is_answered_without_the_model(talk: Talk) -> None:
    talk.say_and_wait("tone warm")
    talk.say("down")
    talk.button(WITHOUT).click()
    expect(talk.part("[data-role=model][data-state=done]")).to_have_count(2)
    expect(talk.said).to_have_text(["tone warm", "down"])
    expect(talk.part(".failure")).to_have_count(0)
    expect(talk.newest.locator(".speaker")).to_have_text(GUIDE)
    expect(talk.speaker).to_have_value("guided")
    assert [role for role, _ in talk.stored()] == ["user", "model"] * 2
    assert "tone" in talk.collected()


def test_trying_again_sends_the_same_message_and_whoever_does_it_by_keyboard_goes_on_in_the_box(talk: Talk) -> None:
    talk.say("down")
    for press in (lambda: talk.button(AGAIN).click(), lambda: talk.button(AGAIN).press("Enter")):
        expect(talk.button(AGAIN)).to_be_visible()
        with talk.page.expect_request("**/message") as sent:
            press()
        assert sent.value.post_data_json["message"] == "down"
        assert_two_ways(talk)
        assert len(talk.stored()) == 2
    expect(talk.box).to_be_focused()


def test_after_a_failure_the_next_message_is_answered_and_nothing_of_the_draft_is_lost(talk: Talk) -> None:
    talk.say_and_wait("name Kept")
    talk.say("down")
    expect(talk.button(AGAIN)).to_be_visible()
    talk.say_and_wait("say and on")
    expect(talk.last).to_have_text("and on")
    expect(talk.name).to_have_value("Kept")
    expect(talk.button(WITHOUT)).to_have_count(0)


def test_where_nothing_is_broken_there_is_nothing_to_try_again(talk: Talk) -> None:
    talk.say("unclear")
    expect(talk.part(".failure")).to_have_text("There is no task in this. Say what it should do.")
    expect(talk.part(".failure button")).to_have_count(0)


def test_the_guide_has_no_model_to_go_on_without(talk: Talk) -> None:
    talk.say("down")
    expect(talk.button(WITHOUT)).to_be_visible()
    talk.speaker.select_option(label=GUIDE)
    expect(talk.button(WITHOUT)).to_have_count(0)
    expect(talk.button(AGAIN)).to_be_visible()


def test_the_wait_for_the_next_try_is_counted_down_and_told_once(talk: Talk) -> None:
    heard = Heard(talk.page)
    talk.say("wait 3")
    expect(talk.last).to_have_text("Only half")
    expect(talk.newest).to_contain_text("The model is busy. Next try in 3 s.")
    expect(talk.last).to_have_text("")
    expect(talk.newest).to_contain_text("Next try in 2 s.")
    expect(talk.newest).to_contain_text("Next try in 1 s.")
    expect(talk.last).to_have_text("The whole answer.")
    expect(talk.newest).not_to_contain_text("busy")
    assert heard() == ["The model is busy. Next try in 3 s.", f"{FIRST}: The whole answer."]


def test_stop_ends_the_wait(talk: Talk) -> None:
    talk.say("wait 20")
    expect(talk.newest).to_contain_text("Next try in 19 s.")
    talk.button("Stop").click()
    expect(talk.newest).to_have_attribute("data-state", "stopped")
    expect(talk.button(WITHOUT)).to_be_visible()
    expect(talk.newest).not_to_contain_text("Next try")
    expect(talk.newest).to_contain_text("Stopped.")


def test_a_reload_in_the_middle_of_a_wait_finds_the_rest_of_it(talk: Talk) -> None:
    talk.say("wait 8")
    expect(talk.newest).to_contain_text("Next try in 7 s.")
    talk.page.reload()
    talk.ready()
    expect(talk.newest).to_contain_text(re.compile(r"The model is busy\. Next try in [1-7] s\."))
    expect(talk.button("Stop")).to_be_visible()
    expect(talk.last).to_have_text("The whole answer.", timeout=12_000)


def test_another_speaker_takes_over_in_the_middle_of_a_talk(talk: Talk) -> None:
    talk.say_and_wait("name Kept")
    expect(talk.part(".speaker:visible")).to_have_count(0)
    expect(talk.speaker.locator("option:checked")).to_have_text(FIRST)
    talk.speaker.select_option("second")
    expect(talk.part(".notice")).to_contain_text("onerror=window.pwned=1> goes on from here.")
    talk.say_and_wait("say hello")
    expect(talk.part(".speaker:visible")).to_have_text([FIRST, re.compile("^Second <img")])
    talk.say_and_wait("say more")
    expect(talk.part(".speaker:visible")).to_have_count(2)
    expect(talk.name).to_have_value("Kept")
    talk.page.reload()
    talk.ready()
    expect(talk.replies.first).to_have_text("What should your agent do?")
    expect(talk.speaker).to_have_value("second")
    expect(talk.part(".speaker:visible")).to_have_count(2)
    assert talk.page.evaluate("window.pwned") is None
    assert talk.page.locator(f".chat img, .chat [src*='{hostile.TARGET}']").count() == 0


def test_who_can_lead_is_shown_and_does_not_widen_a_phone(talk: Talk) -> None:
    group = talk.speaker.locator("optgroup")
    expect(group).to_have_attribute("label", "Needs a key first: see Settings")
    locked = group.locator("option", has_text="Locked model")
    expect(locked).to_be_disabled()
    talk.page.set_viewport_size({"width": 360, "height": 740})
    talk.speaker.select_option("second")
    expect(talk.part(".notice")).to_contain_text("goes on from here")
    assert talk.page.evaluate("document.documentElement.scrollWidth") <= 360
    box = talk.speaker.bounding_box()
    assert box and box["x"] + box["width"] <= 360


def test_before_the_first_message_the_new_speaker_says_its_own_first_words(talk: Talk) -> None:
    expect(talk.last).to_have_text("What should your agent do?")
    talk.speaker.select_option("guided")
    expect(talk.last).not_to_have_text("What should your agent do?")


def test_a_choice_while_a_reply_is_written_holds_from_the_next_message_on(talk: Talk) -> None:
    talk.say("slow 60")
    expect(talk.last).to_contain_text("word3")
    talk.speaker.select_option("guided")
    expect(talk.part(".notice")).to_have_text(
        f"This answer is finished first; Stop ends it now. After it, {GUIDE} goes on."
    )
    expect(talk.speaker).to_have_value("scripted")
    expect(talk.last).to_contain_text("word59")
    expect(talk.speaker).to_have_value("guided")
    talk.say_and_wait("I need help with my mail")
    expect(talk.part(".speaker:visible")).to_have_text([FIRST, GUIDE])


def test_what_could_not_be_taken_over_is_said_with_the_reason(talk: Talk) -> None:
    talk.say_and_wait("drop")
    note = "Not taken over: tone, colour. The value does not fit this field. There is no field “colour”."
    expect(talk.newest.locator(".dropped")).to_have_text(note)
    expect(talk.newest).to_contain_text("Nothing changed.")
    for text in (hostile.HTML[2], hostile.MARKDOWN[0]):
        talk.say_and_wait(f"drop {text}")
    talk.page.reload()
    talk.ready()
    dropped = talk.part(".dropped")
    expect(dropped).to_have_text([note, re.compile("onerror"), re.compile(r"!\[x\]")])
    assert talk.page.locator(".chat img").count() == 0, "a hostile field is only text"


def test_tokens_and_cost_are_shown_quietly_and_in_full_on_demand(talk: Talk) -> None:
    tally = talk.part(".tally")
    talk.say_and_wait("say free")
    expect(tally).to_be_hidden()
    expect(talk.part(".usage")).to_have_count(0)
    talk.say_and_wait("cost")
    expect(tally).to_have_text("This talk: 12,340 tokens, about $0.0042")
    talk.say_and_wait("cost")
    expect(tally).to_have_text("This talk: 24,680 tokens, about $0.0084")
    talk.page.reload()
    talk.ready()
    expect(tally).to_have_text("This talk: 24,680 tokens, about $0.0084")
    summary = talk.newest.locator(".usage summary")
    expect(summary).to_have_text("12,340 tokens, about $0.0042")
    summary.focus()
    summary.press("Enter")
    expect(talk.newest.locator(".usage dd")).to_have_text(["12,000", "8,000", "340", "100", "$0.0042", "small-model-1"])


def test_the_guide_costs_nothing_and_says_nothing_of_it(page: Page, scripted: Server) -> None:
    talk = Talk(page, scripted, new_session(scripted)).open()
    talk.speaker.select_option(label=GUIDE)
    talk.say_and_wait("I need an agent that sorts letters")
    expect(talk.part(".tally")).to_be_hidden()
    expect(talk.part(".usage")).to_have_count(0)


def test_the_agent_takes_shape_while_the_reply_is_written(talk: Talk) -> None:
    talk.say("build")
    expect(talk.part(".chip")).to_have_text(["name"])
    expect(talk.name).to_have_value("Sorter")
    expect(talk.name).to_be_disabled()
    expect(talk.page.get_by_role("button", name=re.compile("Save$"))).to_be_disabled()
    expect(talk.part(".chip")).to_have_text(["name", "description"])
    description = talk.page.get_by_role("textbox", name=re.compile("^Description"))
    expect(description).to_have_value("Sorts letters.")
    expect(talk.button("Stop")).to_be_visible()
    assert talk.collected() == []
    expect(talk.newest).to_have_attribute("data-state", "done")
    expect(talk.part(".chip")).to_have_text(["name", "description", "tone"])
    expect(talk.name).to_be_enabled()
    expect(talk.name).to_have_value("Sorter")
    assert talk.collected() == ["name", "description", "tone"]


def test_what_half_an_answer_changed_is_taken_back_with_it(talk: Talk) -> None:
    talk.say("half")
    expect(talk.part(".chip")).to_have_text(["name"])
    expect(talk.name).to_have_value("Half")
    expect(talk.newest).to_contain_text("Next try in 2 s.")
    expect(talk.last).to_have_text("I read your list. ")
    expect(talk.newest).to_contain_text("Next try in 1 s.")
    expect(talk.part(".chip")).to_have_count(0)
    expect(talk.name).to_have_value("")
    expect(talk.last).to_have_text("I read your list. All well.")
    expect(talk.part(".chip")).to_have_text(["tone"])
    expect(talk.newest).not_to_contain_text("try")
    assert talk.collected() == ["tone"]


def test_what_a_person_writes_meanwhile_stays(talk: Talk) -> None:
    talk.say("build")
    expect(talk.name).to_have_value("Sorter")
    prompt = talk.page.get_by_role("textbox", name=re.compile("^System prompt"))
    prompt.fill("Sort with care.")
    expect(talk.newest).to_have_attribute("data-state", "done")
    expect(prompt).to_have_value("Sort with care.")
    expect(talk.name).to_have_value("Sorter")
