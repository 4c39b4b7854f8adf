"""Taking a document apart: each part is asked for by its kind, and what nobody asked for has a remark at the end."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from builder.core.agent import AgentConfig
from builder.importers.remarks import Remark

_KEY_NAME = re.compile(
    r"\A(?:[\w .-]*(?:api|access|private|secret)[_-]?key"
    r"|[\w .-]*(?:secret|token|password|passwd|authorization|credentials?)"
    r"|key|auth|bearer|(?:[\w-]*_)?headers|env|environment)",
    re.IGNORECASE,
)
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_LEAST: Mapping[str, Any] = {
    "name": "a",
    "description": "a",
    "return_type": "unstructured",
    "prompts": [{"prompt_type": kind, "content": "a", "placeholders": {}} for kind in ("system", "user")],
}


class Taking:
    """One object of a document, found at `where`. What is missing or of another kind is "", {} or []."""

    def __init__(self, data: Any, where: str = "") -> None:
        self._data: Mapping[Any, Any] = data if isinstance(data, Mapping) else {}
        self._where = where
        self._asked: set[Any] = set()
        self.remarks: list[Remark] = []
        if not isinstance(data, Mapping) and data not in _NOTHING:
            self.remarks.append(Remark("left_out", where, "wrong_kind"))

    def place(self, key: Any) -> str:
        return f"{self._where}.{key}"[:200] if self._where else str(key)[:200]

    def text(self, key: str) -> str:
        found = self._of_kind(key, str)
        return found if isinstance(found, str) else ""

    def items(self, key: str) -> list[Any]:
        found = self._of_kind(key, list)
        return found if isinstance(found, list) else []

    def texts(self, key: str) -> list[str]:
        """The texts of a list; a remark for each item that is none."""
        found = self.items(key)
        for place, item in enumerate(found):
            if not isinstance(item, str):
                self.remarks.append(Remark("left_out", f"{self.place(key)}.{place}", "wrong_kind"))
        return [item for item in found if isinstance(item, str) and item.strip()]

    def mapping(self, key: str) -> dict[str, Any]:
        """Its entries whose names are texts."""
        found = self._of_kind(key, Mapping)
        return {name: value for name, value in found.items() if isinstance(name, str)} if found else {}

    def inside(self, key: str) -> "Taking":
        """The object there, to be taken apart in turn; its remarks are its own."""
        return Taking(self._of_kind(key, Mapping) or {}, self.place(key))

    def anything(self, key: str) -> Any:
        self._asked.add(key)
        return self._data.get(key)

    def refuse(self, code: str, *keys: str) -> None:
        """Parts that would run or fetch something: a remark for each that is there."""
        for key in keys:
            if self.anything(key) not in _NOTHING:
                self.remarks.append(Remark("refused", self.place(key), code))

    def passed(self, *keys: str) -> None:
        """Parts that say nothing of the agent itself."""
        self._asked.update(keys)

    def left_over(self) -> dict[str, Any]:
        """What nobody asked for, of which names are texts; it counts as asked for from here on."""
        found = {key: value for key, value in self._data.items() if key not in self._asked and isinstance(key, str)}
        self._asked.update(found)
        return found

    def rest(self) -> list[Remark]:
        """All remarks so far, and one for each part that was not asked for."""
        left = [(key, value) for key, value in self._data.items() if key not in self._asked and value not in _NOTHING]
        return [*self.remarks, *(self._left(key) for key, _ in left)]

    def _left(self, key: Any) -> Remark:
        if _KEY_NAME.fullmatch(str(key)[:80]):
            return Remark("refused", self.place(key), "is_key")
        return Remark("left_out", self.place(key), "unknown_part")

    def _of_kind(self, key: str, kind: type) -> Any:
        found = self.anything(key)
        if isinstance(found, kind) or found in _NOTHING:
            return found
        self.remarks.append(Remark("left_out", self.place(key), "wrong_kind"))
        return None


def fits(field: str, value: Any) -> bool:
    """Whether a configuration could hold this value in that field."""
    try:
        AgentConfig.model_validate({**_LEAST, field: value})
    except (ValidationError, RecursionError):
        return False
    return True


def without_keys(values: Mapping[str, Any], where: str) -> tuple[dict[str, Any], list[Remark]]:
    """The entries whose names do not tell that their values are keys; a remark for each that does."""
    secret = [name for name in values if _KEY_NAME.fullmatch(name[:80])]
    kept = {name: value for name, value in values.items() if name not in secret}
    return kept, [Remark("refused", f"{where}.{name}"[:200], "is_key") for name in secret]
