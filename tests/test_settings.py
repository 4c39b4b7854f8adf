from pathlib import Path

import pytest

from builder.core.errors import Invalid
from builder.settings import load


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = load({}, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/data/agent-builder.db"
    assert (settings.host, settings.chat_rate_limit) == ("127.0.0.1", "10/minute")
    assert settings.max_conversation_length == 100
    assert (settings.model_thinking, settings.model_deadline) == ("low", 120)
    assert (settings.turn_token_limit, settings.session_token_limit) == (30_000, 500_000)
    assert (settings.google_api_key, settings.mock_mode, settings.cors_origins) == (None, False, ())


def test_the_environment_wins_over_each_file_and_each_file_over_the_next(tmp_path: Path) -> None:
    write(tmp_path, ".env", "PORT=2\nHOST=two.example\nMODEL_NAME=two\nOPENAI_MODEL=two\n")
    write(tmp_path, ".streamlit/secrets.toml", 'host = "three.example"\nMODEL_NAME = "three"\nOPENAI_MODEL = "three"\n')
    write(tmp_path, "more.yaml", "port: 4\nREDIS_URL: redis://four\nopenai_model: four\nMAX_CONVERSATION_LENGTH: 4\n")
    settings = load({"PORT": "1", "CONFIG_FILE": "more.yaml"}, tmp_path)
    assert (settings.port, settings.host, settings.model_name) == (1, "two.example", "two")
    assert (settings.redis_url, settings.openai_model, settings.max_conversation_length) == ("redis://four", "two", 4)


def test_a_blank_value_hides_what_a_file_says(tmp_path: Path) -> None:
    write(tmp_path, ".env", "GOOGLE_API_KEY=from-file\nGEMINI_API_KEY=from-file\nPORT=9000\n")
    settings = load({"GOOGLE_API_KEY": "", "GEMINI_API_KEY": " ", "PORT": ""}, tmp_path)
    assert (settings.google_api_key, settings.port) == (None, 8501)


def test_both_names_of_the_same_thing_are_heard(tmp_path: Path) -> None:
    write(tmp_path, ".env", "GOOGLE_API_KEY=weak\nDATABASE_URL=sqlite:///weak.db\n")
    settings = load({"GEMINI_API_KEY": "strong", "DB_PATH": "strong.db"}, tmp_path)
    assert settings.google_api_key is not None and settings.google_api_key.get_secret_value() == "strong"
    assert settings.database_url == f"sqlite:///{tmp_path}/strong.db"
    assert load({"DB_PATH": "/elsewhere/a.db"}, tmp_path).database_url == "sqlite:////elsewhere/a.db"


def test_of_two_keys_for_gemini_the_name_with_google_wins(tmp_path: Path) -> None:
    settings = load({"GOOGLE_API_KEY": "one", "GEMINI_API_KEY": "two"}, tmp_path)
    assert settings.google_api_key is not None and settings.google_api_key.get_secret_value() == "one"


def test_models_are_set_up_by_the_environment(tmp_path: Path) -> None:
    given = {"ANTHROPIC_BASE_URL": " https://a.example ", "ANTHROPIC_MODEL": "m", "MODEL_THINKING": "high"}
    settings = load({**given, "MODEL_DEADLINE": "30.5", "TURN_TOKEN_LIMIT": "0", "SESSION_TOKEN_LIMIT": ""}, tmp_path)
    assert (settings.anthropic_base_url, settings.anthropic_model) == ("https://a.example", "m")
    assert (settings.model_thinking, settings.model_deadline) == ("high", 30.5)
    assert (settings.turn_token_limit, settings.session_token_limit) == (0, 500_000)


def test_lists_are_written_with_commas_or_as_lists(tmp_path: Path) -> None:
    assert load({"CORS_ORIGINS": "https://a.example, https://b.example,"}, tmp_path).cors_origins == (
        "https://a.example",
        "https://b.example",
    )
    write(tmp_path, "more.yaml", "cors_origins: [https://a.example]")
    assert load({"CONFIG_FILE": "more.yaml"}, tmp_path).cors_origins == ("https://a.example",)


def test_secrets_never_show(tmp_path: Path) -> None:
    secret = "hush-hush"
    settings = load(
        {
            **dict.fromkeys(("GOOGLE_API_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ENCRYPTION_KEY"), secret),
            "DATABASE_URL": f"postgresql://ada:{secret}@host/agents",
            "REDIS_URL": f"redis://:{secret}@host",
        },
        tmp_path,
    )
    assert secret not in repr(settings) and secret not in str(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("PORT", "70000"),
        ("CHAT_RATE_LIMIT", "fast"),
        ("DATABASE_URL", "mysql://ada:hush-hush@host/agents"),
        ("MOCK_MODE", "perhaps"),
        ("SESSION_EXPIRY_SECONDS", "1"),
        ("MAX_CONVERSATION_LENGTH", "-1"),
        ("WEB_BROWSE_TIMEOUT", "0"),
        ("MODEL_THINKING", "a lot"),
        ("MODEL_DEADLINE", "1"),
        ("TURN_TOKEN_LIMIT", "-1"),
        ("SESSION_TOKEN_LIMIT", "many"),
    ],
)
def test_a_bad_value_is_named_with_what_to_do_and_not_repeated(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        load({name: value}, tmp_path)
    assert name in refused.value.message and refused.value.advice
    assert "hush-hush" not in str(refused.value)


@pytest.mark.parametrize("limit", ["off", "10/minute", "5 per second", "1/ hour"])
def test_a_rate_is_a_number_a_time_or_off(limit: str, tmp_path: Path) -> None:
    assert load({"CHAT_RATE_LIMIT": limit}, tmp_path).chat_rate_limit == limit


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".streamlit/secrets.toml", "this is = = not"),
        ("more.yaml", "a: [1"),
        ("more.yaml", "- just\n- a list"),
        ("more.yaml", "database_url: 5"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(name: str, text: str, tmp_path: Path) -> None:
    write(tmp_path, name, text)
    with pytest.raises(Invalid) as refused:
        load({"CONFIG_FILE": "more.yaml"} if name == "more.yaml" else {}, tmp_path)
    assert Path(name).name in refused.value.message or "DATABASE_URL" in refused.value.message


def test_a_config_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="CONFIG_FILE"):
        load({"CONFIG_FILE": "nowhere.yaml"}, tmp_path)


def test_an_empty_config_file_is_no_problem(tmp_path: Path) -> None:
    write(tmp_path, "more.yaml", "")
    assert load({"CONFIG_FILE": "more.yaml"}, tmp_path).port == 8501


def test_the_limits_file_lies_beside_the_project_and_is_read_at_once(tmp_path: Path) -> None:
    assert load({}, tmp_path).limits is None
    write(tmp_path, "deploy/limits.yaml", "default: free\ntiers:\n  free: {agents: 5}")
    limits = load({"LIMITS_FILE": "deploy/limits.yaml"}, tmp_path).limits
    assert limits is not None and limits.of("local").agents == 5
    write(tmp_path, "deploy/limits.yaml", "default: free\ntiers:\n  free: {agent: 5}")
    with pytest.raises(Invalid, match=r"limits\.yaml, line 3"):
        load({"LIMITS_FILE": "deploy/limits.yaml"}, tmp_path)


def test_a_limits_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="LIMITS_FILE"):
        load({"LIMITS_FILE": "nowhere.yaml"}, tmp_path)
    (tmp_path / "limits.yaml").write_bytes(b"default: \xff\xfe")
    for name in ("limits.yaml", "."):
        with pytest.raises(Invalid, match="cannot be read") as refused:
            load({"LIMITS_FILE": name}, tmp_path)
        assert refused.value.advice
