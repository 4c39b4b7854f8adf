"""Every setting of the product, read once: environment, then `.env`, `.streamlit/secrets.toml`, CONFIG_FILE, defaults.

Names are those of the environment; files may write them in small letters. A blank value counts as not given.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator

from builder.core import limits_file
from builder.core.access import flaw
from builder.core.errors import Invalid
from builder.core.problem import Problem
from builder.core.quota import Limits
from builder.core.rate import is_rate

PROJECT = Path(__file__).resolve().parent.parent
DATABASE = Path("data") / "agent-builder.db"
_FILE = "file:"  # how DB_PATH travels until the folder is known


def _listed(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class Settings(BaseModel):
    """Times are in seconds. Secrets and addresses that may hold a password never show in `repr`."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    google_api_key: SecretStr | None = None
    google_gemini_base_url: str | None = None
    google_genai_api_version: str | None = None
    model_name: str | None = None
    openai_api_key: SecretStr | None = None
    openai_model: str | None = None
    openai_base_url: str | None = None
    anthropic_api_key: SecretStr | None = None
    anthropic_base_url: str | None = None
    anthropic_model: str | None = None
    model_thinking: Literal["minimal", "low", "medium", "high"] = "low"
    model_deadline: float = Field(120, ge=5, le=3600)
    turn_token_limit: int = Field(30_000, ge=0, description="Input and output of one turn; 0: no limit.")
    session_token_limit: int = Field(500_000, ge=0, description="Input and output of one talk; 0: no limit.")
    database_url: str = Field(f"sqlite:///{PROJECT / DATABASE}", repr=False)
    redis_url: str | None = Field(None, repr=False)
    host: str = "127.0.0.1"
    port: int = Field(8501, ge=0, le=65535)
    cors_origins: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    allowed_hosts: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    api_tokens: Literal["off", "required"] = "off"
    chat_rate_limit: str = "10/minute"
    limits_file: str | None = None
    environment: Literal["development", "production"] = "development"
    log_format: Literal["plain", "json"] | None = None
    log_prompts: bool = Field(False, description="Writes what people say into the log.")
    session_expiry_seconds: int = Field(86_400, ge=60)
    max_conversation_length: int = Field(100, ge=0, description="Messages of the person in one session; 0: no limit.")
    artifact_retention_days: int = Field(30, ge=1, le=36_500)
    web_browse_timeout: float = Field(30, gt=0)
    import_private_addresses: bool = Field(False, description="Imports may fetch from this machine and its network.")
    encryption_key: SecretStr | None = None
    mock_mode: bool = Field(False, description="Adds the scripted interviewer and lets it lead: for tests and trials.")

    @property
    def logs_json(self) -> bool:
        """JSON lines: where they are asked for, and in production unless plain ones are."""
        return (self.log_format or ("json" if self.environment == "production" else "plain")) == "json"

    @property
    def limits(self) -> Limits | None:
        """What LIMITS_FILE says now. Raises Invalid, naming the line and what to write instead."""
        return None if self.limits_file is None else _limits(Path(self.limits_file))

    @field_validator("redis_url")
    @classmethod
    def _known_cache(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("it is not an address of Redis")
        return url

    @field_validator("chat_rate_limit")
    @classmethod
    def _a_rate(cls, rate: str) -> str:
        if not is_rate(rate):
            raise ValueError("it is neither a rate nor off")
        return rate

    @field_validator("google_gemini_base_url", "openai_base_url", "anthropic_base_url")
    @classmethod
    def _fit_to_be_shown(cls, address: str | None) -> str | None:
        """It stands on a page and in tables: nothing secret may be in it."""
        found = flaw("address", address or "")
        if found == "address_with_password":
            raise ValueError("an address must not hold a name or a password")
        if found:
            raise ValueError("it is not the plain address of a server")
        return address

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")):
            raise ValueError("it is not an address of SQLite or PostgreSQL")
        return url


def load(environment: Mapping[str, str] = os.environ, folder: Path = PROJECT) -> Settings:
    """The settings in force. Raises Invalid, naming the setting and what to write instead."""
    given = _read(folder / ".env", dotenv_values) | _one_name(environment)
    given = _read(folder / ".streamlit" / "secrets.toml", _toml) | given
    if given.get("config_file"):
        given = _read(folder / str(given["config_file"]), _yaml, must=True) | given
    if not given.get("database_url"):
        given["database_url"] = f"sqlite:///{folder / DATABASE}"
    if str(given["database_url"]).startswith(_FILE):
        given["database_url"] = f"sqlite:///{folder / given['database_url'].removeprefix(_FILE)}"
    if given.get("limits_file"):
        given["limits_file"] = str(folder / str(given["limits_file"]))
    try:
        chosen = Settings.model_validate({name: value for name, value in given.items() if value not in (None, "")})
    except ValidationError as error:
        raise _explained(error) from None
    _ = chosen.limits  # refused now, not when somebody is the first to need it
    return chosen


def _one_name(found: Mapping[str, Any]) -> dict[str, Any]:
    """Names in small letters, one name for each thing. Blanks stay: they hide what a weaker source says."""
    plain = {name.lower(): value.strip() if isinstance(value, str) else value for name, value in found.items()}
    if plain.get("gemini_api_key"):
        plain["google_api_key"] = plain.get("google_api_key") or plain["gemini_api_key"]
    if plain.get("db_path"):
        plain["database_url"] = plain.get("database_url") or f"{_FILE}{plain['db_path']}"
    return plain


def _read(path: Path, reader: Callable[[Path], Any], must: bool = False) -> dict[str, Any]:
    if not path.is_file():
        if must:
            raise Invalid(
                f"CONFIG_FILE names {path}, which is not there.", next_step="Correct the path or remove the setting."
            )
        return {}
    try:
        found = reader(path)
    except (OSError, ValueError, yaml.YAMLError) as error:
        where = str(error).splitlines()[0]
        raise Invalid(f"{path.name} cannot be read: {where}.", next_step="Correct the file or remove it.") from error
    if not isinstance(found, Mapping):
        raise Invalid(f"{path.name} does not hold settings.", next_step="Write one “NAME: value” a line.")
    return _one_name({str(name): value for name, value in found.items()})


def _limits(path: Path) -> Limits:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        step = "Correct the path or remove the setting."
        raise Invalid(f"LIMITS_FILE names {path}, which is not there.", next_step=step) from None
    except (OSError, ValueError) as error:
        where = str(error).splitlines()[0]
        raise Invalid(f"{path.name} cannot be read: {where}.", next_step="Write it as text in UTF-8.") from error
    return limits_file.read(text, path.name)


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8")) or {}


_ADDRESS = (
    "Write for example https://gateway.example/v1, without name, password, ? and #. "
    "A key has a setting of its own."
)
_WANTED = {
    "google_gemini_base_url": _ADDRESS,
    "openai_base_url": _ADDRESS,
    "anthropic_base_url": _ADDRESS,
    "database_url": "Write for example sqlite:///agents.db or postgresql://user:password@host/name.",
    "chat_rate_limit": "Write for example 10/minute, or off.",
    "redis_url": "Write for example redis://localhost:6379.",
    "allowed_hosts": "Write names with commas between them, for example agents.example.com.",
    "api_tokens": "Write off or required.",
    "environment": "Write development or production.",
    "log_format": "Write plain or json.",
    "log_prompts": "Write true or false.",
    "cors_origins": "Write addresses with commas between them, for example https://a.example,https://b.example.",
    "import_private_addresses": "Write true or false.",
    "mock_mode": "Write true or false.",
    "model_thinking": "Write minimal, low, medium or high.",
    "model_deadline": "Write seconds, from 5 to 3600.",
}


def _explained(error: ValidationError) -> Invalid:
    problems = []
    for found in error.errors():
        name = str(found["loc"][0])
        said = found["msg"].removeprefix("Value error, ")
        reason = f"The setting {name.upper()} cannot be used: {said[:1].lower()}{said[1:]}."
        problems.append(
            Problem("bad_setting", name.upper(), reason, _WANTED.get(name, "Correct it, or remove it for the default."))
        )
    first = problems[0]
    return Invalid(
        first.reason,
        problems,
        f"{first.next_step} Settings come from the environment, .env, .streamlit/secrets.toml and CONFIG_FILE.",
    )
