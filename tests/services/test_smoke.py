"""What `python -m builder check-model` tries, against a fake Gemini that can do it all, some of it, or nothing."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from builder.services.smoke import Trial, trials
from builder.services.smoke.run import tried as one_trial
from builder.settings import Settings
from builder.wiring import App, build
from tests.models import faults, gemini, openai
from tests.models.gemini import Gemini
from tests.models.script import Answer, Received, failing
from tests.servers import ROOT, environment

SLOW = {"pieces": 8, "pause": 0.02}
TURN = {"reply": "Who reads them?", "suggestions": [], "heard": "told", "operations": [], "topic": "input", "note": ""}


def able(call: Received) -> Answer:
    """Answers each question as a good model would."""
    asked = call.last
    if call.model != "gemini-3.8-flash":
        return Answer("no", fault=faults.NO_SUCH_MODEL)
    if "heard" in str(call.schema):
        return Answer(json=TURN)
    if "name to Triage" in asked:
        done = [{"field": "name", "value": "Triage"}, {"field": "tone", "value": "warm"}]
        return Answer(json={"reply": "Done.", "operations": done})
    if "secret words" in asked:
        return Answer(json={"reply": next(text for _, text in call.history if "heron" in text)})
    if "2,000" in asked:
        return Answer(json={"reply": "paper " * 20}, finish_reason="length")
    if "500 words" in asked:
        return Answer(json={"reply": "bread " * 500}, **SLOW)
    return Answer(json={"reply": "Hello. " * 20}, **SLOW)


@pytest.fixture
async def app_at(tmp_path: Path) -> AsyncIterator[Callable[..., App]]:
    made: list[App] = []

    def at(fake: Gemini | None = None, **settings: str) -> App:
        given = {"google_api_key": fake.key, "google_gemini_base_url": fake.url} if fake else settings
        made.append(build(Settings.model_validate({"database_url": f"sqlite:///{tmp_path}/agents.db", **given})))
        return made[-1]

    yield at
    for app in made:
        await app.rest()
        app.close()


async def tried(app: App, engine: str = "google") -> list[Trial]:
    return [trial async for trial in trials(app.models, app.engines.of(engine))]


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.005)


async def test_a_model_that_can_do_it_all_passes_every_trial(app_at: Callable[..., App]) -> None:
    with gemini.serving(able) as fake:
        found = await tried(app_at(fake))
        assert [trial for trial in found if not trial.ok] == []
        notes = {trial.name: trial.note for trial in found}
        assert len(notes) == len(found) == 10
        assert "2 models, gemini-3.8-flash is among them" in notes["list of models"]
        assert "US dollars" in notes["answer in a given form"]
        assert "first text after" in notes["two answers at once, streamed"]
        assert notes["stopped in the middle"].startswith("stopped after")
        assert [call.key for call in fake.calls if call.key != fake.key] == ["wrong-key-of-a-test"]
        stopped = next(call for call in fake.calls if "500 words" in call.last)
        await until(lambda: stopped.aborted_at)
        assert len(fake.calls) == 10


async def test_a_model_that_answers_nonsense_is_told_so_trial_by_trial(app_at: Callable[..., App]) -> None:
    with gemini.serving([Answer(json={"reply": "Hm.", "operations": []})]) as fake:
        found = {trial.name: trial for trial in await tried(app_at(fake))}
        missed = "answer in a given form", "what was said before", "a model that is not there"
        for name in missed:
            assert not found[name].ok and found[name].note
        assert found["a word"].ok and found["list of models"].ok


async def test_after_a_wrong_key_nothing_else_is_tried(app_at: Callable[..., App]) -> None:
    with gemini.serving(failing(faults.WRONG_KEY)) as fake:
        [only] = await tried(app_at(fake))
        assert not only.ok and "refused the key" in only.note and "Settings" in only.note
        assert len(fake.calls) == 1


async def test_what_a_server_breaks_off_fails_that_trial_and_not_the_next(app_at: Callable[..., App]) -> None:
    def breaking(call: Received) -> Answer:
        return Answer("x" * 40, fault=faults.dropped()) if "secret words" in call.last else able(call)

    with gemini.serving(breaking) as fake:
        found = await tried(app_at(fake))
        assert [trial.name for trial in found if not trial.ok] == ["what was said before"]
        assert len(found) == 10


async def test_a_server_that_answers_by_whatever_name_is_no_failure(app_at: Callable[..., App]) -> None:
    def any_name(call: Received) -> Answer:
        return able(replace(call, model="gemini-3.8-flash"))

    with openai.serving(any_name, key=None) as fake:
        app = app_at(openai_base_url=fake.base_url, openai_model="qwen3:8b")
        found = await tried(app, "compatible")
        assert [trial for trial in found if not trial.ok] == []
        assert "takes any name" in next(trial.note for trial in found if trial.name == "a model that is not there")
        assert {"qwen3:8b", "no-such-model-3f9a"} == {call.model for call in fake.calls}


async def test_what_nobody_foresaw_is_one_line_of_the_table_and_said_in_the_log(
    app_at: Callable[..., App], caplog: pytest.LogCaptureFixture
) -> None:
    async def odd() -> str:
        raise ZeroDivisionError

    with gemini.serving() as fake:
        connection = (await app_at(fake).models.reach("google", "local")).connection
        trial = await one_trial("an odd one", odd, connection)
    assert not trial.ok and "ZeroDivisionError" in trial.note
    assert "an odd one" in caplog.text and "Traceback" in caplog.text


def check_model(tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "builder", "check-model"]
    env = environment(tmp_path / "agents.db", **settings)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_command_prints_a_table_and_no_key(tmp_path: Path) -> None:
    with gemini.serving(able) as fake:
        done = check_model(tmp_path, GOOGLE_API_KEY=fake.key, GOOGLE_GEMINI_BASE_URL=fake.url)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Gemini: gemini-3.8-flash" in done.stdout and "10 of 10 went well." in done.stdout
        assert fake.key not in done.stdout + done.stderr
        assert done.stderr == ""


def test_the_command_ends_with_1_when_something_failed(tmp_path: Path) -> None:
    with gemini.serving(failing(faults.WRONG_KEY)) as fake:
        done = check_model(tmp_path, GOOGLE_API_KEY=fake.key, GOOGLE_GEMINI_BASE_URL=fake.url)
        assert done.returncode == 1 and "FAILED" in done.stdout and "refused the key" in done.stdout


def test_the_command_says_clearly_that_no_key_is_set(tmp_path: Path) -> None:
    done = check_model(tmp_path)
    assert done.returncode == 2 and "No key is set" in done.stdout and "Settings" in done.stdout
