"""Parts that all kinds of Dify apps have: the model, the opening, what may be switched on, tools, forms."""

from collections.abc import Mapping
from typing import Any

from builder.importers.dify_text import hint_of
from builder.importers.remarks import Remark
from builder.importers.taking import Taking, fits, without_keys

_PROVIDERS = {"gemini": "google", "google": "google", "vertex_ai": "google"}
_SETTINGS = {"max_output_tokens": "max_tokens", "max_tokens_to_sample": "max_tokens"}
_WITHOUT_EFFECT: tuple[Any, ...] = (None, "", [], {})
_FORMS = ("text-input", "paragraph", "select", "number", "checkbox")


def model(told: Taking) -> dict[str, Any]:
    """The value `model`; plugins are called `owner/plugin/provider`."""
    provider = told.text("provider").rsplit("/", 1)[-1]
    said, refused = without_keys(told.mapping("completion_params"), told.place("completion_params"))
    told.remarks += refused
    told.passed("mode", "model_type", "type")
    settings = {_SETTINGS.get(key, key): value for key, value in said.items() if value not in _WITHOUT_EFFECT}
    name = told.text("name") or told.text("model")
    found = {"provider": _PROVIDERS.get(provider, provider), "name": name, "settings": settings}
    filled = {key: value for key, value in found.items() if value}
    return {"model": filled} if filled else {}


def opening(told: Taking) -> dict[str, Any]:
    """First message, suggestions and voice; of all else that is switched on there is a remark."""
    found: dict[str, Any] = {
        "first_message": told.text("opening_statement"),
        "conversation_starters": told.texts("suggested_questions"),
        **_voice(told),
    }
    return {key: value for key, value in found.items() if value and fits(key, value)}


def _voice(told: Taking) -> dict[str, Any]:
    speech = told.inside("text_to_speech")
    is_on, voice, language = speech.anything("enabled") is True, speech.text("voice"), speech.text("language")
    if not is_on:
        return {}
    return {"voice": {"voice_id": voice} if voice else {}, "language": language}


def pass_what_is_off(told: Taking, *kept: str) -> None:
    """Settings that are switched off say nothing. `kept` are asked for elsewhere."""
    for key, value in told.left_over().items():
        if key not in kept and not _is_off(value):
            told.remarks.append(Remark("left_out", told.place(key), "unknown_part"))


def _is_off(value: Any) -> bool:
    """Nothing, or an object in which nothing is switched on."""
    if isinstance(value, Mapping):
        switch = value.get("enabled", value.get("enable"))
        if isinstance(switch, bool):
            return not switch
        return all(_is_off(part) for part in value.values() if isinstance(part, Mapping)) and any(
            isinstance(part, Mapping) for part in value.values()
        )
    return value in _WITHOUT_EFFECT


def tools(said: Any, where: str) -> tuple[list[Any], list[Remark]]:
    """The tools of an agent that are switched on, by their names."""
    found, remarks = list[Any](), list[Remark]()
    for place, tool in enumerate(said if isinstance(said, list) else []):
        held = tool if isinstance(tool, Mapping) else {}
        name = next((held[key] for key in ("tool_name", "tool_label") if isinstance(held.get(key), str)), "")
        if not name.strip():
            remarks.append(Remark("left_out", f"{where}.{place}", "wrong_kind"))
        elif held.get("enabled") is not False:
            found.append({"name": name, "parameters": {}})
            remarks.append(Remark("rewritten", f"{where}.{place}", "tool_named", {"tool": name[:80]}))
    return found, remarks


def asked(said: list[Any], where: str) -> tuple[dict[str, str], list[Remark]]:
    """The values that a form asks for: name -> sentence ("" where it says nothing)."""
    found, remarks = dict[str, str](), list[Remark]()
    for place, one in enumerate(said):
        form = _unwrapped(one)
        name = form.get("variable")
        if not isinstance(name, str) or not name.strip():
            remarks.append(Remark("left_out", f"{where}.{place}", "wrong_kind"))
            continue
        found[name] = hint_of(form)
        remarks += [
            Remark("left_out", f"{where}.{place}.{key}", "unknown_part")
            for key in ("default", "options", "allowed_file_types", "json_schema")
            if form.get(key) not in _WITHOUT_EFFECT
        ]
    return found, remarks


def _unwrapped(one: Any) -> Mapping[Any, Any]:
    """A field of a form; simple apps have it below its kind."""
    held = one if isinstance(one, Mapping) else {}
    inner = next((held[kind] for kind in _FORMS if isinstance(held.get(kind), Mapping)), None)
    return inner if inner is not None else held
