"""The only place that joins parts: settings in, the whole application out. It keeps nothing; the database does."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from pydantic import SecretStr

from builder import interviewers, llm
from builder.core.observing import Observer, Observers
from builder.core.plugins import kinds
from builder.interviewers.base import Interviewer
from builder.llm.base import Access, Provider
from builder.llm.reach import Limits
from builder.metrics import Metrics
from builder.services.allowance import Allowance
from builder.services.artifacts import Artifacts
from builder.services.broadcast import Broadcast, Here
from builder.services.engines import Engines
from builder.services.everywhere import Everywhere
from builder.services.exports import Exports
from builder.services.fetching import Door
from builder.services.gallery import Gallery
from builder.services.health import Health, LastCalls
from builder.services.imports import Imports
from builder.services.interview import Interviews
from builder.services.models import Models
from builder.services.places import is_public
from builder.services.preferences import Preferences
from builder.services.presence import Presence
from builder.services.prompt_log import PromptLog
from builder.services.quotas import Quotas
from builder.services.seal import Seal
from builder.services.tokens import Passes, Tokens
from builder.settings import Settings
from builder.store import Store
from builder.store.idempotency import KEPT_FOR

FIRST_CHOICE = "guided"


@dataclass(frozen=True, slots=True)
class App:
    """Everything that pages and programs may ask for."""

    settings: Settings
    store: Store
    interviews: Interviews
    gallery: Gallery
    artifacts: Artifacts
    preferences: Preferences
    models: Models
    engines: Engines
    broadcast: Broadcast
    presence: Presence
    metrics: Metrics
    health: Health
    allowance: Allowance
    quotas: Quotas
    tokens: Tokens
    passes: Passes
    exports: Exports
    imports: Imports

    @property
    def place(self) -> str:
        """Where the data lies, fit to be shown."""
        return self.store.place

    async def tidy(self, now: datetime | None = None) -> int:
        """What a server does at its start and every hour; how many idle sessions were archived."""
        now = now or datetime.now(UTC)
        await asyncio.to_thread(self.store.answers.forget, now - KEPT_FOR)
        await self.quotas.forget()
        await self.artifacts.expire(now)
        return await self.interviews.expire(timedelta(seconds=self.settings.session_expiry_seconds), now)

    async def rest(self) -> None:
        """Closes the connections to models and to other servers: at the end of a server, before `close`."""
        await self.models.rest()
        await asyncio.to_thread(self.broadcast.close)

    def close(self) -> None:
        self.broadcast.close()
        self.store.close()


def build(settings: Settings, extra: Mapping[str, Interviewer] | None = None) -> App:
    """The application on the database that the settings name. `extra` interviewers come first: for tests.

    Raises StorageError when the database cannot be used, Invalid when the limits file cannot.
    """
    limits = settings.limits
    store = Store.open(settings.database_url)
    seal = _seal(settings, store)
    models = _models(settings, store, seal)
    tried = list((extra or {}).values())
    made = [*tried, *_interviewers(settings, models)]
    leader = next((one.name for one in made if one in tried or one.for_trials), None)
    metrics, calls, allowance = Metrics(), LastCalls(), Allowance(settings.redis_url)
    watchers: list[Observer] = [metrics, calls, *([PromptLog()] if settings.log_prompts else [])]
    engines = Engines(made, models, store, FIRST_CHOICE, leader, Observers(*watchers))
    broadcast = _broadcast(settings, store)
    quotas = Quotas(store, limits)
    interviews = Interviews(store, engines, settings.max_conversation_length, broadcast, quotas)
    gallery = Gallery(store, engines, broadcast, quotas)
    artifacts = Artifacts(store, timedelta(days=settings.artifact_retention_days), engines.observer)
    live = broadcast, Presence(broadcast)
    return App(
        settings,
        store,
        interviews,
        gallery,
        artifacts,
        Preferences(store),
        models,
        engines,
        *live,
        metrics=metrics,
        health=Health(store, models, allowance, calls),
        allowance=allowance,
        quotas=quotas,
        tokens=Tokens(store),
        passes=Passes((lambda: seal.secret_for("passes of pages")) if _has_others(settings) else None),
        exports=Exports(gallery, interviews),
        imports=Imports(store, gallery, _door(settings)),
    )


def _door(settings: Settings) -> Door:
    allowed = (lambda address: True) if settings.import_private_addresses else is_public
    return Door(settings.web_browse_timeout, allowed)


def _has_others(settings: Settings) -> bool:
    """Do other servers count with this one, or does what a page may do hang on its pass?"""
    return settings.redis_url is not None or settings.api_tokens == "required"


def _broadcast(settings: Settings, store: Store) -> Broadcast:
    if settings.redis_url is None:
        return Here()
    return Everywhere(settings.redis_url, lambda: str(store.preferences.once("", "place", uuid4().hex)))


def _interviewers(settings: Settings, models: Models) -> list[Interviewer]:
    """Of every kind, ready or not; doubles only where the settings ask for them."""
    found = kinds(interviewers, Interviewer).values()  # type: ignore[type-abstract]
    wanted = [kind for kind in found if settings.mock_mode or not kind.for_trials]
    return [one for kind in wanted for one in kind.each(models.providers, models.reach)]


def _seal(settings: Settings, store: Store) -> Seal:
    beside = store.file and store.file.with_name(f"{store.file.name}.key")
    return Seal(_plain(settings.encryption_key), beside)


def _models(settings: Settings, store: Store, seal: Seal) -> Models:
    providers = [kind() for kind in kinds(llm, Provider).values()]  # type: ignore[type-abstract]
    defaults = {provider.name: _access(settings, provider) for provider in providers}
    limits = Limits(settings.turn_token_limit, settings.session_token_limit, settings.model_deadline)
    return Models(store, providers, defaults, limits, seal)


def _access(settings: Settings, provider: Provider) -> Access:
    """What the settings say about a provider, by the names it gives."""
    names = asdict(provider.settings)
    found = {part: _plain(getattr(settings, name)) for part, name in names.items() if name}
    return provider.of_settings(Access(**found, thinking=settings.model_thinking))


def _plain(given: str | SecretStr | None) -> str:
    return given.get_secret_value() if isinstance(given, SecretStr) else given or ""
