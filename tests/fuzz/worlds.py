"""Servers to be fuzzed: each a process with a database of its own, some with a fake model or other people in it."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from builder import wiring
from builder.settings import Settings
from tests.fuzz.neighbour import Neighbour
from tests.fuzz.told import Foreign
from tests.models import faults, gemini
from tests.models.brain import Brain, Faulty, Nonsense, lead
from tests.servers import running

# Every so many-th answer of the model: hangs until the deadline, garbage, refusals, streams that break.
BAD_MODEL = (
    *((61, faults.silent()), (47, faults.NO_ANSWER)),
    *((2, faults.TRUNCATED_JSON), (3, faults.OVERLOADED), (5, faults.dropped()), (7, faults.BLOCKED)),
    *((11, faults.rate_limited(header=0.05)), (13, faults.NOT_A_NUMBER), (17, faults.large(2_000_000))),
)


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Place:
    """Where to fuzz, and with which token; `afterwards` raises when something is not as it should be."""

    api: str
    log: Path
    token: str
    foreign: Foreign = field(default_factory=Foreign)
    bad_model: bool = False
    afterwards: Callable[[], None] = _nothing


World = Callable[[Path], AbstractContextManager[Place]]


def token(folder: Path, owner: str = "local") -> str:
    """An admin token of the owner, made as the command makes it."""
    app = wiring.build(Settings.model_validate({"database_url": f"sqlite:///{folder / 'test.db'}"}))
    return asyncio.run(app.tokens.create("fuzz", "admin", owner))[1]


@contextmanager
def guided(folder: Path) -> Iterator[Place]:
    """The offline guide; an admin token, so that calls about tokens are reached."""
    with running(folder) as server:
        yield Place(server.api, server.log, token(folder))


@contextmanager
def _led(folder: Path, brain: Brain, bad: bool) -> Iterator[Place]:
    with gemini.serving(brain) as fake:
        given = {"GOOGLE_API_KEY": fake.key, "GOOGLE_GEMINI_BASE_URL": fake.url, "MODEL_DEADLINE": "5"}
        with running(folder, 0, **given) as server:
            yield Place(server.api, server.log, token(folder), bad_model=bad)


def healthy(folder: Path) -> AbstractContextManager[Place]:
    """Led by a model that answers well."""
    return _led(folder, lead, bad=False)


def faulty(folder: Path) -> AbstractContextManager[Place]:
    """Led by a model of which most answers go wrong."""
    return _led(folder, Faulty(lead, BAD_MODEL), bad=True)


def nonsense(folder: Path) -> AbstractContextManager[Place]:
    """Led by a model that answers in the right form, with anything in it."""
    return _led(folder, Nonsense(seed=1), bad=True)


@contextmanager
def foreign(folder: Path) -> Iterator[Place]:
    """Tokens are required; the ids in the calls are those of whoever uses the pages, whose data stays as it is."""
    with running(folder, API_TOKENS="required") as server:
        mine, theirs = token(folder, "alice"), token(folder, "local")
        neighbour = Neighbour(server.api, theirs, folder / "test.db", "local")
        neighbour.move_in()
        before = neighbour.belongings()
        yield Place(
            server.api, server.log, mine, neighbour.foreign, afterwards=lambda: neighbour.has_still(before)
        )


@contextmanager
def limited(folder: Path) -> Iterator[Place]:
    """A quota that is used up soon."""
    file = folder / "limits.yaml"
    tier = {"messages": 5, "agents": 2, "rate": "off"}
    file.write_text(json.dumps({"default": "only", "tiers": {"only": tier}}), "utf-8")
    with running(folder, LIMITS_FILE=str(file)) as server:
        yield Place(server.api, server.log, token(folder))


WORLDS: Mapping[str, World] = {
    "guided": guided,
    "healthy model": healthy,
    "faulty model": faulty,
    "nonsense model": nonsense,
    "another's ids": foreign,
    "quota used up": limited,
}
