"""Any server that speaks like OpenAI: Ollama, llama.cpp, LM Studio, vLLM, a gateway."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from builder.llm.base import Access, Connection, Provider, SettingNames
from builder.llm.faults import Fault
from builder.llm.openai import OpenAIConnection
from builder.llm.wire import usable

_TOO_MUCH = re.compile(r"context|too (?:long|large|many)|exceed", re.I)


class Compatible(Provider):
    name = "compatible"
    title = "Own server"
    rank = 40
    default_model = ""
    settings = SettingNames(key="openai_api_key", address="openai_base_url", model="openai_model")
    needs_key = False
    needs_address = True
    knows_models = False

    def warm(self) -> None:
        super().warm()
        import pydantic_ai.models.openai  # noqa: F401

    def connect(self, access: Access) -> Connection:
        used = usable(self, access)
        return CompatibleConnection(self, replace(used, address=_with_path(used.address)))


class CompatibleConnection(OpenAIConnection):
    """Such servers know less: an older word for the length, no roles but the three, perhaps no schema."""

    loose = True
    silence = 600.0  # on a small machine an answer may stand still while another question is read

    def __init__(self, provider: Provider, access: Access) -> None:
        from pydantic_ai.profiles.openai import OpenAIModelProfile

        older = OpenAIModelProfile(
            openai_chat_supports_max_completion_tokens=False,
            openai_system_prompt_role="system",
            supports_json_schema_output=True,
        )
        super().__init__(provider, access, older)
        self._refuses_schema = False

    @property
    def carries_schema(self) -> bool:
        return not self._refuses_schema

    def asks_without_schema_after(self, fault: Fault) -> bool:
        """Servers refuse it in many words: every refused request is tried without it, but for what is too long."""
        return fault.kind == "request" and not _TOO_MUCH.search(fault.detail)

    def answered_without_schema(self) -> None:
        self._refuses_schema = True

    def talks(self, name: str) -> bool:
        return "embed" not in name


def _with_path(address: str) -> str:
    """All of these servers answer under /v1, and people copy the address without it."""
    return f"{address.rstrip('/')}/v1" if urlsplit(address).path in ("", "/") else address
