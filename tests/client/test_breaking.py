"""Connections that break: nothing is said twice, nothing is lost, and it ends with words when it cannot go on."""

import time
from pathlib import Path

import pytest

from builder_client import Client, Finished, Patience, Started, TextDelta, TextTakenBack, Unreachable
from builder_client.events import Event
from tests.api.conftest import serving
from tests.client.proxy import breaking
from tests.servers import running

QUICK = Patience(retries=4)


def text_of(events: list[Event]) -> str:
    """What a reader holds in the end."""
    text = ""
    for event in events:
        text = "" if isinstance(event, TextTakenBack) else text + (event.text if isinstance(event, TextDelta) else "")
    return text


@pytest.mark.parametrize("cuts", [["word3"], [10], ["word3", "word5 ", "word20"], ["Started", "word0", 300]])
def test_a_reply_is_taken_up_where_it_broke(client: Client, address: str, session: str, cuts: list[int | str]) -> None:
    with breaking(address, cuts) as line, Client(f"{line.url}/api", patience=QUICK) as cut:
        events = list(cut.sessions.send(session, "slow 40"))
    assert text_of(events) == "".join(f"word{number} " for number in range(40))
    assert line.connections > len(cuts)
    assert not [event for event in events if isinstance(event, TextTakenBack)]
    assert len([event for event in events if isinstance(event, Started)]) == 1
    assert [event.outcome for event in events if isinstance(event, Finished)] == ["done"]
    assert len(list(client.sessions.talk(session))) == 2


def test_changes_are_told_once_also_after_a_break(client: Client, address: str, session: str) -> None:
    with breaking(address, ["description"]) as line, Client(line.url, patience=QUICK) as cut:
        events = list(cut.sessions.send(session, "build"))
    changed = [event.data["change"]["field"] for event in events if event.kind == "DraftChanged"]
    assert changed == ["name", "description", "tone"]


def test_a_reply_that_was_taken_back_before_the_break_is_right_in_the_end(
    client: Client, address: str, session: str
) -> None:
    with breaking(address, ["Retrying"]) as line, Client(line.url, patience=QUICK) as cut:
        events = list(cut.sessions.send(session, "back"))
    assert text_of(events) == "The whole answer."


def test_a_reply_whose_line_breaks_again_and_again_ends_with_words(address: str, session: str) -> None:
    with breaking(address, ["word1"] * 9) as line, Client(line.url) as cut:
        reply = cut.sessions.send(session, "slow 100", message_id="broken")
        with pytest.raises(Unreachable) as lost:
            list(reply)
        assert line.connections == 3  # the first one, and two more tries
    assert lost.value.next_step
    assert reply.text.startswith("word0 word1")
    assert "word" in repr(lost.value) or lost.value.reason


def test_a_write_whose_answer_is_lost_is_done_once(client: Client, address: str) -> None:
    before = len(list(client.sessions.list()))
    with breaking(address, [20, 20]) as line, Client(line.url) as cut:
        begun = cut.sessions.create(message="say only once")
        assert begun.reply is not None
    assert len(list(client.sessions.list())) == before + 1
    assert [message.text for message in client.sessions.talk(begun.session_id)] == ["only once", "say only once"]


def test_without_retries_the_first_break_is_told(address: str) -> None:
    with breaking(address, [20]) as line, Client(line.url, patience=Patience(retries=0)) as cut:
        with pytest.raises(Unreachable):
            cut.sessions.create()
        assert line.connections == 1


def test_nobody_there_is_told_with_the_address_and_what_to_do() -> None:
    with Client("http://127.0.0.1:9", patience=Patience(retries=1)) as client, pytest.raises(Unreachable) as lost:
        client.health()
    assert "127.0.0.1:9" in lost.value.reason
    assert "builder serve" in lost.value.next_step


def test_a_server_that_dies_in_the_middle_is_told_as_such(tmp_path: Path) -> None:
    speaks_long = running(tmp_path, program=("tests.browser.chat_host",))
    with speaks_long as server, Client(server.url, patience=Patience(retries=1)) as client:
        reply = client.sessions.send(client.sessions.create().session_id, "slow 400")
        assert isinstance(next(reply), Started)
        server.kill()
        with pytest.raises(Unreachable) as lost:
            list(reply)
    assert "builder serve" in lost.value.next_step


def test_a_slow_reader_gets_everything(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as http, Client(str(http.base_url)) as client:
        session = client.sessions.create().session_id
        events = []
        for event in client.sessions.send(session, "slow 30"):
            events.append(event)
            time.sleep(0.03)
        assert text_of(events) == "".join(f"word{number} " for number in range(30))
