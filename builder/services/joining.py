"""Words of a reply that wait together become one update: on the way to other servers each update has its price."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from builder.core.events import TextDelta
from builder.services.updates import TurnEvent, Update

LONGEST = 10_000  # characters of one update; what is longer by itself stays as it is


def is_words(update: Update) -> bool:
    """May it wait a moment for more of its kind?"""
    return isinstance(update, TurnEvent) and isinstance(update.event, TextDelta)


@dataclass(slots=True)
class _Growing:
    first: TurnEvent
    texts: list[str] = field(default_factory=list)
    length: int = 0

    def takes(self, more: TurnEvent, text: str) -> bool:
        """Takes the words if they go on with what is there."""
        if more.message_id != self.first.message_id or self.length + len(text) > LONGEST:
            return False
        self.texts.append(text)
        self.length += len(text)
        return True

    def whole(self) -> Update:
        return replace(self.first, event=TextDelta("".join(self.texts))) if len(self.texts) > 1 else self.first


def joined(updates: Iterable[Update]) -> list[Update]:
    """The same, in the same order within each session, with fewer updates."""
    found: list[Update | _Growing] = []
    growing: dict[tuple[str, str | None], _Growing] = {}
    for update in updates:
        place = update.owner, update.session_id
        if not isinstance(update, TurnEvent) or not isinstance(update.event, TextDelta):
            growing.pop(place, None)
            found.append(update)
        elif not ((last := growing.get(place)) and last.takes(update, update.event.text)):
            growing[place] = _Growing(update, [update.event.text], len(update.event.text))
            found.append(growing[place])
    return [one.whole() if isinstance(one, _Growing) else one for one in found]
