"""What a person typed and the draft could not take: kept in the database until it fits or is thrown away."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from builder.ui import bridge
from builder.ui.state import Tab


@dataclass(frozen=True)
class Scratch:
    """`text` is JSON text that waits; `mine` maps fields to a person's values that met a newer state."""

    text: str | None = None
    mine: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any] | None:
        found = {"text": self.text, "mine": dict(self.mine)}
        return found if self.text is not None or self.mine else None


def of(tab: Tab) -> Scratch:
    """Read once a tab; a reload is a new tab."""
    found = tab.kept.get("scratch")
    if not isinstance(found, Scratch):
        stored = bridge.run(bridge.app().preferences.all()).get(_name(tab)) or {}
        found = tab.kept["scratch"] = Scratch(stored.get("text"), stored.get("mine") or {})
    return found


def keep_text(tab: Tab, text: str | None) -> None:
    _keep(tab, replace(of(tab), text=text))


def keep_mine(tab: Tab, name: str, value: Any) -> None:
    _keep(tab, replace(of(tab), mine={**of(tab).mine, name: value}))


def forget_mine(tab: Tab, name: str) -> None:
    _keep(tab, replace(of(tab), mine={key: value for key, value in of(tab).mine.items() if key != name}))


def _keep(tab: Tab, scratch: Scratch) -> None:
    if scratch != of(tab):
        bridge.run(bridge.app().preferences.put(_name(tab), scratch.to_json()))
        tab.kept["scratch"] = scratch


def _name(tab: Tab) -> str:
    return f"scratch:{tab.session_id}"
