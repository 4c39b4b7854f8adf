"""The prompts of our own file, in every way in which they are written: as a list, by kind, or as a draft's fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from builder.core.placeholders import escape_stray, stray_braces, used
from builder.importers.prompts import ADDED, HINT, sentence
from builder.importers.remarks import Remark

_KINDS = {"system": "system", "developer": "system", "instructions": "system", "user": "user", "human": "user"}
_KIND_KEYS = ("prompt_type", "role", "type", "kind")
_CONTENT_KEYS = ("content", "text", "prompt", "template")
Items = list[dict[str, Any]]


def own_prompts(data: Mapping[str, Any]) -> tuple[Items, list[Remark]]:
    """`data` has “prompts”, or “system_prompt”, “user_prompt” and “placeholders”. Texts are written as ours are."""
    remarks = list[Remark]()
    texts = dict[str, str]()
    hints = dict[str, Any](_hints(data.get("placeholders")))
    listed = dict[str, dict[str, Any]]()
    for where, kind, content, said in _each(data, remarks):
        if kind in texts:
            remarks.append(Remark("left_out", where, "only_first"))
            continue
        texts[kind] = _content(content, where, remarks)
        listed[kind] = _hints(said)
        hints = {**listed[kind], **hints}
    if texts and "user" not in texts:
        texts["user"], hints = ADDED, {"message": HINT, **hints}
        remarks.append(Remark("added", "prompts", "user_prompt_added", {"content": ADDED}))
    _unused(texts, listed, data, remarks)
    kinds = [kind for kind in ("system", "user") if kind in texts]
    return [_prompt(kind, texts, listed.get(kind, {}), hints, remarks) for kind in kinds], remarks


def _each(data: Mapping[str, Any], remarks: list[Remark]) -> Iterator[tuple[str, str, str, Any]]:
    """Place, kind, content and sentences of each prompt."""
    prompts = data.get("prompts")
    if isinstance(prompts, Mapping):
        pairs = [(f"prompts.{key}", _named(key, value)) for key, value in prompts.items()]
    else:
        listed = prompts if isinstance(prompts, list) else []
        pairs = [(f"prompts.{place}", value) for place, value in enumerate(listed)]
        if prompts is not None and not isinstance(prompts, list):
            remarks.append(Remark("left_out", "prompts", "wrong_kind"))
    fields = ((f"{kind}_prompt", kind) for kind in ("system", "user"))
    pairs += [(key, {"prompt_type": kind, "content": data[key]}) for key, kind in fields if key in data]
    for where, value in pairs:
        prompt = value if isinstance(value, Mapping) else {}
        kind, content = _first(prompt, _KIND_KEYS), _first(prompt, _CONTENT_KEYS)
        if kind.lower() not in _KINDS or not content.strip():
            remarks.append(Remark("left_out", where[:200], "wrong_kind"))
            continue
        known = {*_KIND_KEYS, *_CONTENT_KEYS, "placeholders"}
        remarks += [Remark("left_out", f"{where}.{key}"[:200], "unknown_part") for key in prompt if key not in known]
        yield where, _KINDS[kind.lower()], content, prompt.get("placeholders")


def _named(kind: Any, value: Any) -> Any:
    """A prompt that stands under its kind: its text, or an object."""
    if isinstance(value, str):
        return {"prompt_type": kind, "content": value}
    return {**value, "prompt_type": kind} if isinstance(value, Mapping) else value


def _first(prompt: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next((prompt[key] for key in keys if isinstance(prompt.get(key), str)), "")


def _content(content: str, where: str, remarks: list[Remark]) -> str:
    if not stray_braces(content):
        return content
    remarks.append(Remark("rewritten", where, "braces_doubled"))
    return escape_stray(content)


def _hints(said: Any) -> dict[str, Any]:
    """Sentences by name: an object, a list of names, or a list of objects with a name."""
    if isinstance(said, Mapping):
        return {str(name): hint for name, hint in said.items() if isinstance(hint, str) and hint.strip()}
    found = dict[str, Any]()
    for one in said if isinstance(said, list) else []:
        if isinstance(one, Mapping) and isinstance(one.get("name"), str):
            hint = one.get("description")
            found |= {one["name"]: hint} if isinstance(hint, str) and hint.strip() else {}
    return found


def _unused(
    texts: Mapping[str, str], listed: Mapping[str, dict[str, Any]], data: Mapping[str, Any], remarks: list[Remark]
) -> None:
    names = {kind: set(used(text)) for kind, text in texts.items()}
    gone = [name for kind, hints in listed.items() for name in hints if name not in names[kind]]
    gone += [name for name in _hints(data.get("placeholders")) if not any(name in each for each in names.values())]
    remarks += [Remark("left_out", f"placeholders.{name}"[:200], "hint_unused", {"name": name[:80]}) for name in gone]


def _prompt(
    kind: str, texts: Mapping[str, str], own: Mapping[str, Any], hints: Mapping[str, Any], remarks: list[Remark]
) -> dict[str, Any]:
    names = used(texts[kind])
    # The order in which they are explained is the person's.
    ordered = [*(name for name in own if name in names), *(name for name in names if name not in own)]
    placeholders = {name: own.get(name) or hints.get(name) or _made(name, remarks) for name in ordered}
    return {"prompt_type": kind, "content": texts[kind], "placeholders": placeholders}


def _made(name: str, remarks: list[Remark]) -> str:
    remarks.append(Remark("added", f"placeholders.{name}"[:200], "placeholder_explained", {"name": name}))
    return sentence(name)
