"""Refusals and strange servers: always an error of the one tree, with what happened and what to do."""

import json
import time
import traceback
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from builder_client import (
    AsyncClient,
    BadAnswer,
    BuilderError,
    Busy,
    Client,
    Conflict,
    Event,
    Finished,
    NotFound,
    Patience,
    Refused,
    ServerError,
    Started,
    TextDelta,
    TooMany,
    Unauthorized,
    Unreachable,
)
from tests.api.conftest import serving
from tests.client.conftest import To
from tests.client.fake import answering, problem
from tests.patience import AT_ONCE

SECRET = "builder_0123456789ab_aVerySecretTokenThatNobodyMaySee"


@pytest.mark.parametrize(
    ("status", "slug", "kind"),
    [
        (400, "not-json", Refused),
        (401, "no-token", Unauthorized),
        (403, "scope", Unauthorized),
        (404, "not-found", NotFound),
        (409, "conflict", Conflict),
        (409, "busy", Busy),
        (413, "too-large", Refused),
        (422, "invalid", Refused),
        (429, "too-many", TooMany),
        (500, "unexpected", ServerError),
        (502, "engine-failed", ServerError),
        (503, "storage-locked", ServerError),
        (307, "elsewhere", BadAnswer),
        (418, "teapot", Refused),
        (599, "odd", ServerError),
    ],
)
def test_each_status_is_its_error_with_reason_and_next_step(
    status: int, slug: str, kind: type[BuilderError], to: To
) -> None:
    with answering(lambda *_: problem(status, slug, request_id="r7")) as fake:
        client = to(fake.url, patience=Patience(retries=0))
        with pytest.raises(kind) as refused:
            client.health()
    found = refused.value
    assert type(found) is kind
    assert (found.reason, found.next_step) == ("It did not work.", "Try another.")
    assert (found.kind, found.status, found.request_id) == (slug, status, "r7")


def test_a_limit_is_waited_for_as_long_as_it_says_and_no_longer(to: To) -> None:
    def answer(_: Request, before: int) -> Response:
        return problem(429, "too-many", {"Retry-After": "1"}) if before == 0 else Response("{}")

    with answering(answer) as fake:
        started = time.monotonic()
        assert to(fake.url).schema() == {}
        assert 1.0 <= time.monotonic() - started < AT_ONCE
        keys = {request.headers.get("idempotency-key") for request in fake.heard}
    assert (len(fake.heard), keys) == (2, {None})  # reading has no key


def test_a_limit_that_is_far_away_is_told_at_once(tmp_path: Path, to: To) -> None:
    with serving(tmp_path, scripted=True, chat_limit="1/hour") as http:
        client = to(str(http.base_url))
        session = client.sessions.create().session_id
        client.sessions.say(session, "say one")
        started = time.monotonic()
        with pytest.raises(TooMany) as refused:
            list(client.sessions.send(session, "say two"))
        assert time.monotonic() - started < AT_ONCE
        assert refused.value.retry_after is not None and 3000 < refused.value.retry_after <= 3600


def test_a_server_that_is_full_is_asked_again_a_bounded_number_of_times(to: To) -> None:
    with answering(lambda *_: problem(503, "storage-full")) as fake:
        with pytest.raises(ServerError):
            to(fake.url).sessions.create()
        keys = {request.headers["idempotency-key"] for request in fake.heard}
    assert (len(fake.heard), len(keys)) == (3, 1)


def test_a_mistake_of_the_server_is_not_repeated(to: To) -> None:
    with answering(lambda *_: problem(500, "unexpected")) as fake, pytest.raises(ServerError):
        to(fake.url).sessions.create()
    assert len(fake.heard) == 1


def test_every_write_has_a_key_of_its_own(to: To) -> None:
    with answering(lambda *_: problem(404, "not-found")) as fake:
        client = to(fake.url)
        for _ in range(3):
            with pytest.raises(NotFound):
                client.sessions.undo("x")
    assert len({request.headers["idempotency-key"] for request in fake.heard}) == 3


def test_where_tokens_are_required_only_the_right_one_opens(tmp_path: Path, to: To) -> None:
    with serving(tmp_path, scripted=True, api_tokens="required") as http:
        address = str(http.base_url)
        for token in (None, SECRET):
            with pytest.raises(Unauthorized) as refused:
                to(address, token).sessions.create()
            assert "token" in refused.value.reason
            assert to(address, token).health().status == "healthy"


@pytest.mark.parametrize("given", ["with space", "line\nend", "", "ü"])
def test_a_token_that_no_header_can_carry_is_refused_without_being_named(given: str, to: To) -> None:
    with pytest.raises(Refused) as refused:
        to("http://127.0.0.1:1", given)
    assert not given or given not in str(refused.value)


async def test_the_token_shows_nowhere() -> None:
    clients = [Client("http://127.0.0.1:9", SECRET), AsyncClient("http://127.0.0.1:9", SECRET)]
    for client in clients:
        assert SECRET not in repr(client)
        assert SECRET not in repr(client.sessions.send("s", "hello"))
        assert SECRET not in repr(client._address)
    assert isinstance(clients[0], Client)
    with pytest.raises(Unreachable) as lost:
        clients[0].health()
    told = "".join(traceback.TracebackException.from_exception(lost.value, capture_locals=False).format())
    assert SECRET not in told + repr(lost.value)
    assert lost.value.__context__ is None and lost.value.__cause__ is None
    await clients[1].aclose()  # type: ignore[union-attr]


def test_the_token_goes_to_no_other_address(to: To) -> None:
    with answering(lambda *_: problem(404, "not-found")) as other:
        away = {"Location": f"{other.url}/api/health"}
        with answering(lambda *_: Response(status_code=307, headers=away)) as fake:
            with pytest.raises(BadAnswer):
                to(fake.url, SECRET).health()
            assert fake.heard[0].headers["authorization"] == f"Bearer {SECRET}"
        assert other.heard == []


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("http://h:1", "http://h:1/api"),
        ("http://h:1/", "http://h:1/api"),
        ("http://h:1/api", "http://h:1/api"),
        ("http://h:1/api/", "http://h:1/api"),
        ("h:1", "http://h:1/api"),
        (" https://h/agents/ ", "https://h/agents/api"),
        ("http://[::1]:8501", "http://[::1]:8501/api"),
    ],
)
def test_an_address_is_understood_as_people_write_it(written: str, called: str, to: To) -> None:
    assert repr(to(written)) == f"Client('{called}')"


@pytest.mark.parametrize("written", ["", "ftp://h", "http://", "http://a:b@h", "http://h?x=1", "http://h:port"])
def test_what_is_no_address_is_refused(written: str, to: To) -> None:
    with pytest.raises(Refused):
        to(written)


HOSTILE = {
    "a page": b"<html>Welcome</html>",
    "half": b'{"session_id": "a", ',
    "no text": b"\xff\xfe\x00",
    "a list": b"[1, 2]",
    "depth": b'{"a":' * 100_000,
    "a number": b"1e999",
    "keys are missing": b'{"session_id": "a"}',
    "other kinds": json.dumps({"session_id": 7, "stage": [], "progress": "much"}).encode(),
    "nothing": b"",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_an_answer_of_another_shape_is_told_as_such(body: bytes, to: To) -> None:
    with answering(lambda *_: Response(body, media_type="application/json")) as fake:
        client = to(fake.url)
        for call in (client.health, lambda: client.sessions.status("x"), lambda: list(client.agents.search())):
            with pytest.raises(BadAnswer) as refused:
                call()
            assert "address" in refused.value.next_step


def test_an_answer_without_end_is_cut_off(to: To) -> None:
    endless = (b"x" * 65536 for _ in range(10**6))
    with answering(lambda *_: StreamingResponse(endless)) as fake, pytest.raises(BadAnswer):
        to(fake.url, patience=Patience(most=2**20)).health()


def test_an_answer_with_more_than_is_known_is_read(to: To) -> None:
    known = {"status": "splendid", "checks": {}, "timestamp": "now", "version": "9", "mood": "good"}
    with answering(lambda *_: Response(json.dumps(known))) as fake:
        assert to(fake.url).health().version == "9"


def test_a_list_that_goes_round_in_circles_ends(to: To) -> None:
    page = json.dumps({"agents": [], "next": "again"})
    with answering(lambda *_: Response(page)) as fake:
        assert list(to(fake.url).agents.search()) == []
    assert len(fake.heard) == 2


def test_a_file_with_a_hostile_name_stays_in_its_folder(to: To) -> None:
    headers = {"Content-Disposition": 'attachment; filename="../../etc/cron.d/x\t"'}
    with answering(lambda *_: Response(b"{}", headers=headers)) as fake:
        name = to(fake.url).agents.file("x").name
    assert name == "etccron.dx"


def stream(*frames: str) -> Response:
    return StreamingResponse(iter([frame.encode() for frame in frames]), media_type="text/event-stream")


def event(kind: str, data: object) -> str:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"


BEGIN = event("Started", {"message_id": "m", "reply_id": "r", "again": False})
END = event("Finished", {"outcome": "done", "revision": 2})


def test_events_that_are_not_known_come_as_they_are(to: To) -> None:
    strange = event("Sneezed", {"loud": True}) + event("TextDelta", {"words": "another shape"})
    with answering(lambda *_: stream(": hello\n\n", BEGIN, strange, END)) as fake:
        started, sneezed, odd, finished = to(fake.url).sessions.send("x", "hello")
    assert (type(sneezed), sneezed) == (Event, Event("Sneezed", {"loud": True}))
    assert (type(odd), odd.kind) == (Event, "TextDelta")
    assert isinstance(started, Started) and isinstance(finished, Finished)


def test_events_may_be_cut_anywhere_also_inside_a_letter(to: To) -> None:
    whole = (BEGIN + 'event: TextDelta\r\ndata: {"text": "Grüße \u2028 ☃"}\r\n\r\n' + END).encode()
    pieces = [whole[place : place + 1] for place in range(len(whole))]
    with answering(lambda *_: StreamingResponse(iter(pieces), media_type="text/event-stream")) as fake:
        events = list(to(fake.url).sessions.send("x", "hello"))
    assert [found.text for found in events if isinstance(found, TextDelta)] == ["Grüße \u2028 ☃"]


@pytest.mark.parametrize(
    "frames", [["data: no json\n\n"], ["data: []\n\n"], ["data: " + "[" * 10**5 + "\n\n"], ["data: x" * 10**7]]
)
def test_a_stream_that_is_none_of_ours_is_told_as_such(frames: list[str], to: To) -> None:
    with answering(lambda *_: stream(BEGIN, *frames)) as fake, pytest.raises(BadAnswer):
        list(to(fake.url).sessions.send("x", "hello"))


def test_a_reply_in_one_piece_instead_of_events_is_told_as_such(to: To) -> None:
    with answering(lambda *_: Response("{}")) as fake, pytest.raises(BadAnswer):
        list(to(fake.url).sessions.send("x", "hello"))


def test_what_is_told_otherwise_the_second_time_is_corrected_for_the_reader(to: To) -> None:
    """The server lost the end of what it had shown: the reader is brought to what it kept."""
    shown = BEGIN + event("TextDelta", {"text": "All that was shown"}) + event("DraftChanged", {"x": 1})
    kept = BEGIN + event("TextDelta", {"text": "All that"}) + END

    with answering(lambda _, before: stream(shown if before == 0 else kept)) as fake:
        reply = to(fake.url).sessions.send("x", "hello")
        kinds = [found.kind for found in reply]
    assert kinds == ["Started", "TextDelta", "DraftChanged", "TextTakenBack", "TextDelta", "Finished"]
    assert reply.text == "All that"


def test_words_of_the_person_reach_the_server_whatever_they_are(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as http, Client(str(http.base_url)) as client:
        session = client.sessions.create().session_id
        assert client.sessions.say(session, "say Grüße ☃ 𝒳").text == "Grüße ☃ 𝒳"
        assert client.sessions.say(session, "say half \ud83d letter").text == "half ? letter"


def test_a_server_that_keeps_silent_is_given_up(to: To) -> None:
    def answer(_: Request, before: int) -> Response:
        time.sleep(1)
        return Response("{}")

    with answering(answer) as fake:
        with pytest.raises(Unreachable) as lost:
            to(fake.url, timeout=0.2, patience=Patience(retries=0)).health()
        assert "too long" in lost.value.reason


def test_an_answer_that_cannot_be_unpacked_is_told_as_such(to: To) -> None:
    packed = Response(b"no gzip at all", headers={"Content-Encoding": "gzip"})
    with answering(lambda *_: packed) as fake, pytest.raises(BadAnswer):
        to(fake.url).health()


def test_what_is_no_json_is_refused_before_it_is_sent(to: To) -> None:
    with answering(lambda *_: Response("{}")) as fake:
        for odd in (float("nan"), object(), {1, 2}):
            with pytest.raises(Refused):
                to(fake.url).agents.create({"name": odd})
        assert fake.heard == []
