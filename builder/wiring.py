"""The only place that joins parts: settings in, the whole application out. It keeps nothing; the database does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from builder import interviewers
from builder.core.plugins import kinds
from builder.interviewers.base import Interviewer
from builder.services.gallery import Gallery
from builder.services.interview import Interviews
from builder.services.preferences import Preferences
from builder.settings import Settings
from builder.store import Store

FIRST_CHOICE = "guided"


@dataclass(frozen=True, slots=True)
class App:
    """Everything that pages and programs may ask for."""

    settings: Settings
    store: Store
    interviews: Interviews
    gallery: Gallery
    preferences: Preferences

    @property
    def place(self) -> str:
        """Where the data lies, fit to be shown."""
        return self.store.place

    async def tidy(self) -> int:
        """What a server does at its start and every hour; how many idle sessions were archived."""
        return await self.interviews.expire(timedelta(seconds=self.settings.session_expiry_seconds))

    def close(self) -> None:
        self.store.close()


def build(settings: Settings, extra: Mapping[str, Interviewer] | None = None) -> App:
    """The application on the database that the settings name. `extra` interviewers come first: for tests.

    Raises StorageError when the database cannot be used.
    """
    engines = {**(extra or {}), **_engines(settings)}
    default = next(iter(extra)) if extra else _default(settings, engines)
    store = Store.open(settings.database_url)
    interviews = Interviews(store, engines, default, settings.max_conversation_length)
    return App(settings, store, interviews, Gallery(store, default), Preferences(store))


def _engines(settings: Settings) -> dict[str, Interviewer]:
    found = kinds(interviewers, Interviewer)  # type: ignore[type-abstract]
    return {name: kind() for name, kind in found.items() if settings.mock_mode or not kind.for_trials}


def _default(settings: Settings, engines: Mapping[str, Interviewer]) -> str:
    trial = [name for name, engine in engines.items() if engine.for_trials]
    if settings.mock_mode and trial:
        return trial[0]
    return FIRST_CHOICE if FIRST_CHOICE in engines else next(iter(engines))
