"""One reply on the screen: its words as they come, and at its end what it changed and what may be said next."""

from builder.terminal.screen import ALARM, FAINT, Screen
from builder.ui.words import Words
from builder_client import (
    DraftChanged,
    Dropped,
    Event,
    Failed,
    ProposalMade,
    Retrying,
    StageChanged,
    Suggested,
    TextDelta,
    TextTakenBack,
)

COMPLETED = "COMPLETED"


class Drawing:
    """`changed`, `offered`, `stage` and `failed` are what is known of the reply by now."""

    def __init__(self, screen: Screen, words: Words) -> None:
        self._screen = screen
        self._words = words
        self._progress: int | None = None
        self._proposed: list[str] = []
        self._said = False
        self.changed: list[str] = []
        self.offered: tuple[str, ...] = ()
        self.stage = ""
        self.failed = False

    def take(self, event: Event) -> None:
        match event:
            case TextDelta(text):
                self._screen.piece(text)
                self._said = self._said or bool(text)
            case TextTakenBack():
                self._taken_back()
            case DraftChanged(change):
                self._note(self.changed, self._field(change.field))
            case ProposalMade(proposal):
                self._note(self._proposed, proposal.field)
            case Dropped(_, problem):
                self._screen.say(f"{problem.reason} {problem.next_step}", FAINT)
            case Suggested(replies):
                self.offered = replies
            case Retrying(_, seconds, reason):
                self._screen.say(self._words("retrying", reason=reason, seconds=round(seconds)), FAINT)
            case StageChanged(stage, progress):
                self.stage, self._progress = stage, progress
            case Failed(reason, next_step):
                self.failed = True
                self._screen.say(f"{reason} {next_step}".strip(), ALARM)

    def end(self) -> None:
        """The lines under the reply."""
        words, screen = self._words, self._screen
        screen.end()
        lines = [words("changed", fields=", ".join(self.changed))] if self.changed else []
        if self._progress is not None:
            lines.append(words("progress", n=self._progress))
        if lines:
            screen.say(" ".join(lines), FAINT)
        for name in self._proposed:
            screen.say(words("proposed", field=self._field(name), name=name))
        offer(screen, words, self.offered)
        if self.stage == COMPLETED:
            screen.say(words("complete"))
        screen.blank()

    def _taken_back(self) -> None:
        self.changed, self.offered, self._proposed = [], (), []
        if self._said:
            self._screen.say(self._words("taken_back"), FAINT)
        self._said = False

    def _field(self, name: str) -> str:
        return title(self._words, name)

    @staticmethod
    def _note(names: list[str], name: str) -> None:
        if name not in names:
            names.append(name)


def title(words: Words, name: str) -> str:
    """The name of a field in the middle of a sentence: some are questions where they stand alone."""
    return words.field(name).strip("¿? \u00a0\u202f")


def offer(screen: Screen, words: Words, offered: tuple[str, ...]) -> None:
    """Short answers, each with the number that picks it."""
    for number, reply in enumerate(offered, 1):
        screen.say(f"  {number}  {' '.join(reply.split())}")
    if offered:
        screen.say(words("more"), FAINT)
