import subprocess
import sys
from pathlib import Path

import pytest

from builder.core.errors import StorageMissing
from builder.interviewers.scripted import Scripted
from builder.llm.reach import Limits
from builder.settings import Settings, load
from builder.wiring import build
from tests.servers import ROOT


def settings(tmp_path: Path, **more: str) -> Settings:
    return load({"DB_PATH": "agents.db", **more}, tmp_path)


async def test_the_offline_interviewer_leads_and_no_double_is_on_offer(tmp_path: Path) -> None:
    app = build(settings(tmp_path))
    assert "scripted" not in [engine.name for engine in app.interviews.engines]
    assert (await app.interviews.begin()).engine == "guided"
    app.close()


async def test_a_double_leads_where_the_settings_ask_for_it(tmp_path: Path) -> None:
    app = build(settings(tmp_path, MOCK_MODE="true"))
    session = await app.interviews.begin()
    events = [event async for event in app.interviews.send(session.id, "Hello")]
    assert session.engine == "scripted" and events[-1].kind == "Finished"
    app.close()


async def test_a_session_whose_interviewer_is_gone_goes_on_with_the_first_one(tmp_path: Path) -> None:
    before = build(settings(tmp_path), {"scripted": Scripted()})
    session = await before.interviews.begin()
    before.close()
    app = build(settings(tmp_path))
    assert app.interviews.engine_of(await app.interviews.get(session.id)).name == "guided"
    app.close()


async def test_the_application_says_where_its_data_lies_and_tidies_up(tmp_path: Path) -> None:
    app = build(settings(tmp_path))
    assert app.place == str(tmp_path / "agents.db")
    assert await app.tidy() == 0
    app.close()


def test_a_database_that_cannot_be_used_stops_the_start_with_words(tmp_path: Path) -> None:
    (tmp_path / "agents.db").write_bytes(b"not a database, a letter " * 100)
    with pytest.raises(StorageMissing):
        build(settings(tmp_path))


async def test_what_the_settings_say_about_a_provider_reaches_it(tmp_path: Path) -> None:
    given = {"GEMINI_API_KEY": "key-of-the-settings", "MODEL_NAME": "gemini-x", "GOOGLE_GEMINI_BASE_URL": "http://gate"}
    app = build(settings(tmp_path, **given, GOOGLE_GENAI_API_VERSION="v1beta", MODEL_THINKING="high"))
    setup = await app.models.setup("google")
    assert (setup.key_hint, setup.key_from, setup.model, setup.address) == (
        "…ings", "settings", "gemini-x", "http://gate",
    )  # fmt: skip
    assert (setup.version, setup.thinking, setup.ready) == ("v1beta", "high", True)
    assert await app.models.ready() == {"google"}
    app.close()


async def test_a_model_with_a_key_leads_and_a_blank_key_is_none(tmp_path: Path) -> None:
    app = build(settings(tmp_path, GOOGLE_API_KEY="key-of-the-settings"))
    assert (await app.interviews.begin()).engine == "google"
    app.close()
    app = build(settings(tmp_path, GOOGLE_API_KEY=" ", OPENAI_API_KEY=""))
    assert (await app.interviews.begin()).engine == "guided"
    assert [choice.name for choice in await app.interviews.choices() if choice.ready] == ["guided"]
    assert {"google", "openai", "anthropic", "compatible"} < {choice.name for choice in await app.interviews.choices()}
    app.close()


async def test_a_double_leads_before_a_model_with_a_key(tmp_path: Path) -> None:
    app = build(settings(tmp_path, MOCK_MODE="true", GOOGLE_API_KEY="key-of-the-settings"))
    assert (await app.interviews.begin()).engine == "scripted"
    app.close()


async def test_limits_come_from_the_settings(tmp_path: Path) -> None:
    given = {"TURN_TOKEN_LIMIT": "0", "SESSION_TOKEN_LIMIT": "9", "MODEL_DEADLINE": "30"}
    app = build(settings(tmp_path, **given))
    assert await app.models.limits() == Limits(0, 9, 30)
    app.close()


async def test_keys_are_sealed_beside_the_database_or_with_the_encryption_key(tmp_path: Path) -> None:
    app = build(settings(tmp_path))
    await app.models.change("google", key="key-of-the-page")
    assert (tmp_path / "agents.db.key").is_file()
    app.close()
    other = build(settings(tmp_path, DB_PATH="other.db", ENCRYPTION_KEY="any text"))
    await other.models.change("google", key="key-of-the-page")
    assert not (tmp_path / "other.db.key").exists()
    other.close()


def test_the_libraries_of_models_are_not_loaded_at_the_start(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from builder import server, wiring
from builder.settings import load
wiring.build(load({"DB_PATH": "agents.db", "GOOGLE_API_KEY": "key"}, Path(sys.argv[1])))
print(sorted({"pydantic_ai", "google.genai", "openai", "anthropic", "genai_prices", "cryptography"} & set(sys.modules)))
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
