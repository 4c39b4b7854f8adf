"""What `python -m builder check-model` tries, against a fake Gemini that can do it all, some of it, or nothing."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from builder.services.smoke import Trial, trials
from builder.settings import Settings
from builder.wiring import App, build
from tests.models import faults, gemini
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
    if "secret word" in asked:
        return Answer(json={"reply": next(text for _, text in call.history if "heron" in text)})
    if "Give back" in asked:
        return Answer(json={"reply": asked.split(": ", 1)[1]})
    if "2,000" in asked:
        return Answer(json={"reply": "paper " * 20}, finish_reason="length")
    if "500 words" in asked:
        return Answer(json={"reply": "bread " * 500}, **SLOW)
    return Answer(json={"reply": "Hello. " * 20}, **SLOW)


@pytest.fixture
async def app_at(tmp_path: Path) -> AsyncIterator[Callable[[Gemini], App]]:
    made: list[App] = []

    def at(fake: Gemini) -> App:
        given = {"google_api_key": fake.key, "google_gemini_base_url": fake.url}
        made.append(build(Settings.model_validate({"database_url": f"sqlite:///{tmp_path}/agents.db", **given})))
        return made[-1]

    yield at
    for app in made:
        await app.rest()
        app.close()


async def tried(app: App) -> list[Trial]:
    return [trial async for trial in trials(app.models, app.engines.of("google"))]


async def test_a_model_that_can_do_it_all_passes_every_trial(app_at: Callable[[Gemini], App]) -> None:
    with gemini.serving(able) as fake:
        found = await tried(app_at(fake))
        assert [trial for trial in found if not trial.ok] == []
        notes = {trial.name: trial.note for trial in found}
        assert len(notes) == len(found) == 12
        assert "2 models, gemini-3.8-flash is among them" in notes["list of models"]
        assert "US dollars" in notes["answer in a given form"]
        assert "first text after" in notes["a longer answer, streamed"]
        assert notes["stopped in the middle"].startswith("stopped after")
        assert [call.key for call in fake.calls if call.key != fake.key] == ["wrong-key-of-a-test"]
        stopped = next(call for call in fake.calls if "500 words" in call.last)
        await asyncio.sleep(0.1)
        assert stopped.aborted_at is not None
        assert len(fake.calls) <= 13


async def test_a_model_that_answers_nonsense_is_told_so_trial_by_trial(app_at: Callable[[Gemini], App]) -> None:
    with gemini.serving([Answer(json={"reply": "Hm.", "operations": []})]) as fake:
        found = {trial.name: trial for trial in await tried(app_at(fake))}
        missed = "answer in a given form", "what was said before", "letters of all kinds", "a model that is not there"
        for name in missed:
            assert not found[name].ok and found[name].note
        assert found["a word"].ok and found["list of models"].ok


async def test_after_a_wrong_key_nothing_else_is_tried(app_at: Callable[[Gemini], App]) -> None:
    with gemini.serving(failing(faults.WRONG_KEY)) as fake:
        [only] = await tried(app_at(fake))
        assert not only.ok and "refused the key" in only.note and "Settings" in only.note
        assert len(fake.calls) == 1


async def test_what_a_server_breaks_off_fails_that_trial_and_not_the_next(app_at: Callable[[Gemini], App]) -> None:
    def breaking(call: Received) -> Answer:
        return Answer("x" * 40, fault=faults.dropped()) if "secret word" in call.last else able(call)

    with gemini.serving(breaking) as fake:
        found = await tried(app_at(fake))
        assert [trial.name for trial in found if not trial.ok] == ["what was said before"]
        assert len(found) == 12


def check_model(tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "builder", "check-model"]
    env = environment(tmp_path / "agents.db", **settings)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_command_prints_a_table_and_no_key(tmp_path: Path) -> None:
    with gemini.serving(able) as fake:
        done = check_model(tmp_path, GOOGLE_API_KEY=fake.key, GOOGLE_GEMINI_BASE_URL=fake.url)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Gemini: gemini-3.8-flash" in done.stdout and "12 of 12 went well." in done.stdout
        assert fake.key not in done.stdout + done.stderr
        assert done.stderr == ""


def test_the_command_ends_with_1_when_something_failed(tmp_path: Path) -> None:
    with gemini.serving(failing(faults.WRONG_KEY)) as fake:
        done = check_model(tmp_path, GOOGLE_API_KEY=fake.key, GOOGLE_GEMINI_BASE_URL=fake.url)
        assert done.returncode == 1 and "FAILED" in done.stdout and "refused the key" in done.stdout


def test_the_command_says_clearly_that_no_key_is_set(tmp_path: Path) -> None:
    done = check_model(tmp_path)
    assert done.returncode == 2 and "No key is set" in done.stdout and "Settings" in done.stdout
