"""What people write, in the log: only where LOG_PROMPTS asks for it."""

import logging

from builder.core.events import ToolCalled
from builder.core.observing import Answered, Kind
from builder.core.session import Mode

log = logging.getLogger("builder.prompts")


class PromptLog:
    """An observer that writes each text to the log."""

    def asked(self, kind: Kind, text: str) -> None:
        log.info("Asked for a %s: %s", kind, text)

    def answered(self, answered: Answered) -> None:
        """No text of a person."""

    def tool(self, call: ToolCalled, mode: Mode) -> None:
        """No text of a person."""

    def artifact(self, kind: str) -> None:
        """No text of a person."""
