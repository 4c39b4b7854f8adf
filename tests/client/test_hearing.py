"""A reply that is told again and again, cut anywhere: whoever reads it holds what was said, each thing once."""

import json

from hypothesis import given
from hypothesis import strategies as st

from builder_client.events import Event, TextDelta, TextTakenBack, event_of
from builder_client.hearing import Frames, Hearing

START = event_of("Started", {"message_id": "m", "reply_id": "r", "again": False})
END = event_of("Finished", {"outcome": "done", "revision": 3})
TEXTS = st.text("ab ", min_size=1, max_size=4).map(lambda text: event_of("TextDelta", {"text": text}))
NOTES = st.integers(0, 3).map(lambda number: event_of("Noted", {"number": number}))
BACK = st.just(event_of("TextTakenBack", {}))
REPLIES = st.lists(st.one_of(TEXTS, TEXTS, NOTES, BACK), max_size=12)


def held(events: list[Event]) -> tuple[str, list[int]]:
    """What a reader has in the end: the text, and the notes in some order."""
    text, notes = "", []
    for event in events:
        match event:
            case TextTakenBack():
                text, notes = "", []
            case TextDelta(more):
                text += more
            case Event(kind="Noted", data=data):
                notes.append(data["number"])
    return text, sorted(notes)


@given(REPLIES, st.lists(st.integers(0, 14), max_size=4))
def test_a_reply_cut_anywhere_and_told_again_is_the_same_in_the_end(middle: list[Event], cuts: list[int]) -> None:
    whole = [START, *middle, END]
    hearing, given_on = Hearing(), []
    for cut in [*(min(cut, len(whole) - 1) for cut in cuts), len(whole)]:
        hearing.begin()
        for event in whole[:cut]:
            given_on.extend(hearing.take(event))
    assert held(given_on) == held(whole)
    assert hearing.text == held(whole)[0]
    if not any(isinstance(event, TextTakenBack) for event in whole):
        assert not any(isinstance(event, TextTakenBack) for event in given_on)
    assert [event for event in given_on if event in (START, END)] == [START, END]


@given(REPLIES, st.integers(0, 14))
def test_a_reply_that_is_retold_in_one_piece_is_the_same_in_the_end(middle: list[Event], cut: int) -> None:
    """As the server tells a finished reply: the text at once, then what came of it."""
    text, notes = held(middle)
    retold = [START, *([event_of("TextDelta", {"text": text})] if text else [])]
    retold += [event_of("Noted", {"number": number}) for number in notes] + [END]
    hearing, given_on = Hearing(), []
    for told in ([START, *middle][:cut], retold):
        hearing.begin()
        for event in told:
            given_on.extend(hearing.take(event))
    assert held(given_on)[0] == text
    assert given_on[-1] == END


@given(REPLIES, st.data())
def test_frames_are_the_same_however_the_network_cuts_them(middle: list[Event], data: st.DataObject) -> None:
    written = "".join(f"event: {one.kind}\ndata: {json.dumps(dict(one.data))}\n\n" for one in middle).encode()
    frames, read, place = Frames(), [], 0
    while place < len(written):
        step = data.draw(st.integers(1, 40))
        read.extend(frames.feed(written[place : place + step]))
        place += step
    assert read == middle


def test_another_reply_to_the_same_message_takes_the_place_of_the_first() -> None:
    """The first one was cut off before it was kept, so the server ran the turn again."""
    other = event_of("Started", {"message_id": "m", "reply_id": "r2", "again": True})
    hearing, given_on = Hearing(), []
    for told in ([START, text("Lost")], [other, text("Kept"), END]):
        hearing.begin()
        for event in told:
            given_on.extend(hearing.take(event))
    assert [event.kind for event in given_on] == [
        *("Started", "TextDelta", "TextTakenBack", "Started", "TextDelta", "Finished")
    ]
    assert hearing.text == "Kept"


def text(words: str) -> Event:
    return event_of("TextDelta", {"text": words})
