"""The chat in a real browser: sending, streaming, stopping, failing, stepping back, and what other tabs do."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import PHONE, SCRIPTED, Watched, new_session
from tests.browser.talk import Talk
from tests.scripts import SUGGESTIONS
from tests.servers import Server, running

FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at.textContent || at.id;
}"""


@pytest.fixture
def talk(page: Page, scripted: Server) -> Talk:
    return Talk(page, scripted, new_session(scripted)).open()


def test_the_interviewer_speaks_first_and_a_suggestion_can_be_tapped(talk: Talk) -> None:
    expect(talk.last).to_have_text("What should your agent do?")
    talk.button("Answer customers").click()
    expect(talk.last).to_have_text("You said: Answer customers")
    expect(talk.box).to_be_focused()
    expect(talk.part(".suggestion")).to_have_text(list(SUGGESTIONS))


def test_a_reply_shows_while_it_is_written(talk: Talk) -> None:
    talk.say("slow 60")
    expect(talk.last).to_contain_text("word3")
    assert "word59" not in talk.last.inner_text()
    expect(talk.button("Stop")).to_be_visible()
    expect(talk.last).to_contain_text("word59")
    expect(talk.button("Send")).to_be_visible()
    assert talk.stored() == [("user", "slow 60"), ("model", talk.last.text_content())]


def test_stop_keeps_what_was_said(talk: Talk) -> None:
    talk.say("hang")
    expect(talk.last).to_have_text("One moment")
    talk.button("Stop").click()
    expect(talk.part("[data-role=model]").last).to_contain_text("Stopped.")
    expect(talk.box).to_be_focused()
    talk.page.reload()
    talk.ready()
    expect(talk.last).to_have_text("One moment")
    expect(talk.part("[data-role=model]").last).to_contain_text("Stopped.")
    talk.say_and_wait("and on")
    expect(talk.last).to_have_text("You said: and on")


def test_enter_sends_once_and_shift_enter_begins_a_line(talk: Talk) -> None:
    talk.box.fill("say one")
    talk.box.press("Shift+Enter")
    talk.box.press_sequentially("two")
    talk.box.evaluate(
        """box => { for (let i = 0; i < 3; i++)
             box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, composed: true})) }"""
    )
    expect(talk.last).to_have_text("one two")
    expect(talk.box).to_have_value("")
    assert talk.stored() == [("user", "say one\ntwo"), ("model", "one\ntwo")]


def test_enter_while_a_word_is_being_composed_sends_nothing(talk: Talk) -> None:
    talk.box.fill("say half")
    talk.box.evaluate(
        """box => box.dispatchEvent(
             new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, composed: true}))"""
    )
    expect(talk.box).to_have_value("say half")
    assert talk.stored() == []


def test_a_page_loaded_again_in_the_middle_of_a_reply_goes_on(talk: Talk) -> None:
    talk.say("slow 400")
    expect(talk.last).to_contain_text("word5")
    talk.page.reload()
    talk.ready()
    expect(talk.button("Stop")).to_be_visible()
    expect(talk.last).to_contain_text("word399", timeout=20_000)
    assert talk.last.text_content() == " ".join(f"word{number}" for number in range(400)) + " "
    assert len(talk.stored()) == 2


def test_a_failed_turn_says_why_and_is_tried_again_without_a_second_message(talk: Talk) -> None:
    talk.say("fail")
    failure = talk.part("[data-state=failed]")
    expect(failure).to_contain_text("The model did not answer. Try again in a moment.")
    talk.button("Try again").click()
    expect(talk.last).to_have_text("This time it worked.")
    expect(talk.said).to_have_count(1)
    assert talk.stored() == [("user", "fail"), ("model", "This time it worked.")]


def test_a_failed_turn_can_be_tried_again_after_a_reload(talk: Talk) -> None:
    talk.say("fail")
    expect(talk.button("Try again")).to_be_visible()
    talk.page.reload()
    talk.ready()
    talk.button("Try again").click()
    expect(talk.last).to_have_text("This time it worked.")
    expect(talk.said).to_have_count(1)


def test_half_an_answer_that_is_taken_back_goes_away(talk: Talk) -> None:
    talk.say("back")
    expect(talk.last).to_have_text("Only half")
    expect(talk.part("[data-role=model]").last).to_contain_text("Next try in 1 s.")
    expect(talk.last).to_have_text("The whole answer.")


def test_a_message_that_does_not_arrive_is_kept_and_sent_again(talk: Talk) -> None:
    tries: list[str] = []

    def cut(route: Route) -> None:
        tries.append(route.request.post_data_json["message_id"])
        route.abort()

    talk.page.route("**/message", cut)
    talk.say("say precious")
    expect(talk.part("[data-state=unsent]")).to_contain_text("Not sent yet. Your words are kept.")
    talk.page.reload()
    talk.ready()
    expect(talk.said).to_have_text(["say precious"])
    talk.page.unroute("**/message")
    with talk.page.expect_request("**/message") as sent:
        talk.button("Try again").click()
    assert sent.value.post_data_json["message_id"] == tries[0]
    expect(talk.last).to_have_text("precious")
    expect(talk.part("[data-state=unsent]")).to_have_count(0)
    assert talk.stored() == [("user", "say precious"), ("model", "precious")]


def test_an_answer_that_was_cut_off_on_the_way_is_taken_up_again(talk: Talk) -> None:
    """The message arrived, its answer did not: the same id finds the answer and asks nothing twice."""

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    talk.page.route("**/message", lose_the_answer, times=1)
    talk.say("say once only")
    talk.button("Try again").click()
    expect(talk.last).to_have_text("once only")
    expect(talk.said).to_have_count(1)
    assert talk.stored() == [("user", "say once only"), ("model", "once only")]


def test_what_cannot_be_sent_goes_back_into_the_box(talk: Talk) -> None:
    talk.say("x" * 200_001)
    expect(talk.part(".notice")).to_contain_text("200,000 are allowed")
    assert len(talk.box.input_value()) == 200_001
    assert talk.stored() == []


def test_words_that_were_not_sent_survive_a_reload(talk: Talk) -> None:
    talk.box.fill("half a thou")
    talk.page.reload()
    talk.ready()
    expect(talk.box).to_have_value("half a thou")


def test_a_reply_lists_what_really_changed_and_leads_back(talk: Talk) -> None:
    talk.say_and_wait("tone warm")
    talk.say_and_wait("name First")
    talk.say_and_wait("what is a placeholder?")
    expect(talk.part(".chip")).to_have_text(["tone", "name"])
    expect(talk.part("[data-role=model]").last).to_contain_text("Nothing changed.")
    expect(talk.button("Undo")).to_have_count(1)
    name = talk.name
    expect(name).to_have_value("First")
    talk.button("Undo").click()
    expect(name).to_have_value("")
    talk.button("Put back").click()
    expect(name).to_have_value("First")
    talk.button("Go back to here").first.click()
    expect(name).to_have_value("")
    assert talk.collected() == ["tone"]


def test_undo_in_the_chat_is_not_offered_for_an_edit_by_hand(talk: Talk) -> None:
    talk.say_and_wait("name First")
    expect(talk.button("Undo")).to_have_count(1)
    expect(talk.name).to_have_value("First")
    talk.name.fill("Second")
    talk.name.press("Tab")
    expect(talk.button("Undo")).to_have_count(0)
    expect(talk.button("Go back to here")).to_have_count(1)
    expect(talk.part(".notice")).to_be_hidden()


def test_a_change_of_a_field_edited_by_hand_waits_for_a_yes(talk: Talk) -> None:
    name = talk.name
    name.fill("Mine")
    name.press("Tab")
    expect(talk.page.get_by_text("Mine", exact=True).first).to_be_visible()
    talk.say_and_wait("name Theirs")
    waits = "You set this yourself, so it waits for your yes beside the field: name"
    expect(talk.part(".proposal")).to_have_text(waits)
    expect(name).to_have_value("Mine")
    talk.page.get_by_role("button", name="Refuse").click()
    expect(talk.part(".proposal")).to_have_count(0)


def test_a_rerun_of_the_page_does_not_disturb_a_reply(talk: Talk) -> None:
    name = talk.name
    talk.say("slow 120")
    expect(talk.last).to_contain_text("word3")
    name.fill("Meanwhile")
    name.press("Tab")
    expect(talk.last).to_contain_text("word119")
    assert talk.last.text_content() == " ".join(f"word{number}" for number in range(120)) + " "
    expect(name).to_have_value("Meanwhile")


def test_typing_is_no_shortcut_of_the_page(page: Page, scripted: Server) -> None:
    """Outside of boxes to write in, the page takes r for "run again" and c for "clear"."""
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    talk = Talk(page, scripted, new_session(scripted)).open()
    page.wait_for_timeout(300)
    sent.clear()
    talk.box.press_sequentially("rocker c r c")
    page.wait_for_timeout(300)
    expect(talk.box).to_have_value("rocker c r c")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert sent == []


def test_older_messages_are_folded_away_and_come_when_asked_for(talk: Talk) -> None:
    for number in range(20):
        body = {"prompt": f"say {number}", "session_id": talk.session}
        httpx.post(f"{talk.server.api}/chat/", json=body, trust_env=False)
    talk.open()
    expect(talk.replies).to_have_text([str(number) for number in range(5, 20)])
    talk.button("Show earlier messages").click()
    expect(talk.replies).to_have_text(["What should your agent do?", *(str(number) for number in range(20))])
    expect(talk.button("Show earlier messages")).to_have_count(0)


def test_another_tab_is_told_and_follows(watched: Watched, scripted: Server) -> None:
    session = new_session(scripted)
    here = Talk(watched.page(), scripted, session).open()
    there = Talk(watched.page(), scripted, session).open()
    here.page.bring_to_front()
    here.say_and_wait("name Shared")
    there.page.bring_to_front()
    there.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(there.said).to_have_text(["name Shared"])
    expect(there.part(".notice")).to_contain_text("went on in another tab")
    expect(there.name).to_have_value("Shared")
    expect(here.part(".notice")).to_be_hidden()


def test_a_message_while_another_tab_is_answered_waits_and_says_so(watched: Watched, scripted: Server) -> None:
    session = new_session(scripted)
    here = Talk(watched.page(), scripted, session).open()
    deaf = watched.page()
    deaf.route_web_socket("**/api/ws/**", lambda route: route.close())
    there = Talk(deaf, scripted, session).open()
    here.say("hang")
    expect(here.last).to_have_text("One moment")
    there.say("say me too")
    expect(there.part("[data-state=unsent]")).to_contain_text("me too")
    expect(there.part("[data-state=streaming] .body")).to_have_text("One moment")
    there.button("Stop").click()
    expect(here.button("Send")).to_be_visible()
    there.button("Try again").click()
    expect(there.last).to_have_text("me too")


def test_a_talk_that_is_not_there_is_said_in_words(page: Page, scripted: Server) -> None:
    page.goto(f"{scripted.url}/Build?session=6f0e5b8e-0000-4000-8000-000000000000")
    expect(page.get_by_role("heading", name="This agent is not here")).to_be_visible()
    expect(page.locator(".chat")).to_have_count(0)


@pytest.fixture
def phone(browser: Browser, scripted: Server) -> Iterator[Talk]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="en-GB")
    watched = Watched(context)
    yield Talk(watched.page(), scripted, new_session(scripted)).open()
    context.close()
    watched.assert_clean()


def test_on_a_phone_nothing_runs_out_of_the_side(phone: Talk) -> None:
    phone.say_and_wait(f"say {'w' * 400} and `{'c' * 400}`\n\n```\n{'x' * 400}\n```")
    width = phone.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    box = phone.box.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    assert phone.last.evaluate("body => body.scrollWidth <= body.clientWidth + 1")


def test_a_screen_reader_hears_a_finished_message_once(talk: Talk) -> None:
    status = talk.part("p[role=status][aria-live=polite]")
    log = talk.part("[role=log]")
    expect(log).to_have_attribute("aria-live", "off")
    expect(log).to_have_attribute("aria-label", "Talk with the interviewer")
    expect(talk.page.get_by_label("Your message")).to_have_count(1)
    talk.say("slow 40")
    expect(talk.last).to_contain_text("word5")
    expect(status).to_be_empty()
    expect(status).to_contain_text("Scripted (for trials): word0 ")
    expect(status).to_contain_text("word39")


def test_everything_is_reached_by_the_keyboard(talk: Talk) -> None:
    talk.say_and_wait("tone warm")
    talk.say_and_wait("name First")
    talk.part("[role=log]").focus()
    reached: list[str] = []
    for _ in range(6):
        talk.page.keyboard.press("Tab")
        reached.append(talk.page.evaluate(FOCUSED))
    assert reached == ["Go back to here", "Undo", *SUGGESTIONS, "message", "Send"]


def test_the_server_restarted_in_the_middle_of_a_reply_loses_no_message(watched: Watched, tmp_path: Path) -> None:
    with running(tmp_path, program=SCRIPTED) as first:
        port = int(first.url.rsplit(":", 1)[1])
        talk = Talk(watched.page(), first, new_session(first)).open()
        talk.say("slow 200")
        expect(talk.last).to_contain_text("word40")
        talk.box.fill("still typing")
        first.kill()
        expect(talk.part("[data-role=model]").last).to_contain_text("No connection right now.")
    with running(tmp_path, port=port, program=SCRIPTED):
        expect(talk.part("[data-role=model]").last).to_contain_text("Stopped.")
        expect(talk.last).to_contain_text("word20")
        expect(talk.box).to_have_value("still typing")
        talk.say_and_wait("say goes on")
        expect(talk.last).to_have_text("goes on")
        assert [role for role, _ in talk.stored()] == ["user", "model"] * 2
