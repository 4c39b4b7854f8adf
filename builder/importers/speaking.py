"""What documents of agents that speak say besides their prompt: a greeting, a voice, a model and its numbers."""

from collections.abc import Mapping
from typing import Any

from builder.exporters.models_named import provider_of
from builder.importers.prompts import DOUBLE
from builder.importers.remarks import Remark
from builder.importers.taking import Taking

LONGEST_SHOWN = 80


def greeting(told: Taking, key: str) -> dict[str, str]:
    """The first message. It is no template here: gaps of the platform stand as text."""
    said = told.text(key)
    gaps = dict.fromkeys(match[0][:LONGEST_SHOWN] for match in DOUBLE.finditer(said))
    told.remarks += [Remark("rewritten", told.place(key), "template_kept", {"text": gap}) for gap in gaps]
    return {"first_message": said} if said.strip() else {}


def voice(told: Taking, voice_id: str, model_id: str, speed: str) -> dict[str, Any]:
    """The voice, by the platform's names of its three parts."""
    texts = {"voice_id": told.text(voice_id), "model": told.text(model_id)}
    found: dict[str, Any] = {key: value for key, value in texts.items() if value.strip()}
    found |= numbers(told, {speed: "speed"})
    return {"voice": found} if found else {}


def numbers(told: Taking, names: Mapping[str, str]) -> dict[str, Any]:
    """Numbers by our names. `names`: theirs -> ours. Zero or less of what counts tokens means that nothing is set."""
    found = dict[str, Any]()
    for theirs, ours in names.items():
        value = told.anything(theirs)
        if isinstance(value, int | float) and not isinstance(value, bool):
            found |= {} if ours == "max_tokens" and value <= 0 else {ours: value}
        elif value is not None:
            told.remarks.append(Remark("left_out", told.place(theirs), "wrong_kind"))
    return found


def model(name: str, settings: Mapping[str, Any], provider: str = "") -> dict[str, Any]:
    """The model as configurations name it; the provider by the name where the document does not say it."""
    found = {"provider": provider or provider_of(name), "name": name, "settings": dict(settings)}
    found = {key: value for key, value in found.items() if value}
    return {"model": found} if found else {}
