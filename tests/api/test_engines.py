"""The chat and the plain endpoints with a model behind them: a fake Gemini over real HTTP."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.conftest import begin, serving
from tests.api.test_chat import say, talk
from tests.models import faults, gemini
from tests.models.gemini import Gemini
from tests.models.script import Answer, Usage, failing

TURN = {
    "reply": "Noted. Who reads the letters?",
    "suggestions": ["Clerks"],
    "heard": "told",
    "operations": [],
    "topic": "input",
    "note": "",
}
ANSWER = Answer(json=TURN, usage=Usage(prompt=200, cached=50, thinking=10, output=40))


@pytest.fixture(scope="module")
def fake() -> Iterator[Gemini]:
    with gemini.serving([ANSWER]) as running:
        yield running


@pytest.fixture(scope="module")
def led(fake: Gemini, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Led by Gemini; all other providers have no key."""
    folder = tmp_path_factory.mktemp("led")
    with serving(folder, google_api_key=fake.key, google_gemini_base_url=fake.url) as client:
        yield client


@pytest.fixture(autouse=True)
def healthy(fake: Gemini) -> None:
    fake.play([ANSWER])


def test_a_new_talk_is_led_by_the_model_and_the_page_can_say_so(led: httpx.Client) -> None:
    session = begin(led)
    found = talk(led, session)
    assert found["engine"] == {"name": "google", "title": "Gemini"}
    assert found["engines"][0] == {"name": "google", "title": "Gemini", "ready": True}
    assert {"name": "openai", "title": "OpenAI", "ready": False} in found["engines"]
    assert {"name": "guided", "ready": True} in [{k: one[k] for k in ("name", "ready")} for one in found["engines"]]


def test_an_answer_says_who_spoke_and_what_it_took(led: httpx.Client) -> None:
    session = begin(led)
    told = say(led, session, "An agent that sorts letters")
    assert "Used" in dict(told) and dict(told)["Finished"]["outcome"] == "done"
    answer = talk(led, session)["messages"][-1]
    assert (answer["text"], answer["engine"]) == (TURN["reply"], "google")
    used = answer["usage"]
    assert (used["input"], used["cached"], used["thinking"], used["output"]) == (200, 50, 10, 50)
    assert used["model"] == "gemini-3.8-flash" and used["cost"] > 0
    assert talk(led, session)["used"] == used == led.get(f"/v1/sessions/{session}/status").json()["used"]


def test_the_interviewer_is_changed_in_the_middle_of_a_talk(led: httpx.Client) -> None:
    session = begin(led)
    say(led, session, "An agent that sorts letters")
    switched = led.post(f"/v1/sessions/{session}/switch", json={"engine": "guided"})
    assert switched.status_code == 200 and switched.json()["engine"] == "guided"
    say(led, session, "It is called Triage")
    found = talk(led, session)
    assert [one["engine"] for one in found["messages"] if one["role"] == "model"] == ["google", "guided"]
    assert found["engine"]["name"] == "guided"
    assert led.post(f"/v1/sessions/{session}/switch", json={"language": "de"}).status_code == 200
    assert talk(led, session)["language"] == "de"


@pytest.mark.parametrize(
    "body", [{"engine": "nobody"}, {"engine": "openai"}, {"engine": 5}, {"engine": "x" * 65}, {"else": "x"}]
)
def test_an_interviewer_that_is_not_there_or_not_ready_is_refused(led: httpx.Client, body: dict[str, object]) -> None:
    session = begin(led)
    refused = led.post(f"/v1/sessions/{session}/switch", json=body)
    assert refused.status_code == 422 and refused.json()["next_step"]
    assert talk(led, session)["engine"]["name"] == "google"


def test_a_failed_turn_is_told_and_the_next_one_answered(led: httpx.Client, fake: Gemini) -> None:
    session = begin(led)
    fake.play(failing(faults.WRONG_KEY, times=1, then=ANSWER))
    told = dict(say(led, session, "An agent that sorts letters"))
    assert told["Finished"]["outcome"] == "failed" and "Settings" in told["Failed"]["next_step"]
    assert say(led, session, "Again")[-1][1]["outcome"] == "done"


def test_a_wait_before_the_next_try_is_told_while_it_lasts(led: httpx.Client, fake: Gemini) -> None:
    session = begin(led)
    fake.play(failing(faults.rate_limited(header=1), times=1, then=ANSWER))
    told = say(led, session, "An agent that sorts letters")
    waiting = dict(told)["Retrying"]
    assert waiting["seconds"] >= 1 and waiting["reason"] and told[-1][1]["outcome"] == "done"


def test_a_specification_whose_model_fails_is_a_problem_with_the_next_step(led: httpx.Client, fake: Gemini) -> None:
    fake.play(failing(faults.WRONG_KEY))
    response = led.post("/generate/", json={"spec": "Sorts letters by urgency: low, medium or high"})
    assert response.status_code == 502
    problem = response.json()
    assert problem["type"] == "/problems/engine-failed" and "Gemini" in problem["detail"]
    assert "Settings" in problem["next_step"]
    assert fake.key not in response.text


def test_a_specification_is_answered_by_the_model_that_leads(led: httpx.Client, fake: Gemini) -> None:
    response = led.post("/generate/", json={"spec": "Sorts letters by urgency: low, medium or high"})
    assert response.status_code == 200, response.text
    assert response.json()["return_type"] == "structured" and response.json()["metadata"]["assumed"]
    assert "Sorts letters" in fake.calls[0].last


def test_a_plain_message_whose_model_fails_says_the_next_step_in_its_last_line(led: httpx.Client, fake: Gemini) -> None:
    fake.play(failing(faults.WRONG_KEY))
    body = {"prompt": "An agent that sorts letters", "session_id": begin(led)}
    last = led.post("/chat/", json=body).text.splitlines()[-1]
    assert "turn_failed" in last and "Settings" in last


def test_a_text_is_improved_and_waits_for_a_yes(led: httpx.Client) -> None:
    session = begin(led)
    led.post(f"/v1/sessions/{session}/switch", json={"engine": "guided"})
    refused = led.post(f"/v1/sessions/{session}/improve", json={"field": "system_prompt"})
    assert refused.status_code == 422 and refused.json()["next_step"]
    say(led, session, "An agent that sorts letters to us by urgency: low, medium or high. You decide the rest.")
    found = led.post(f"/v1/sessions/{session}/improve", json={"field": "system_prompt"})
    assert found.status_code == 200, found.text
    assert set(found.json()) == {"field", "before", "after", "reasons", "usage", "revision"}
    assert found.json()["before"] and found.json()["reasons"]
    assert led.post(f"/v1/sessions/{session}/improve", json={"field": "name"}).status_code == 422
