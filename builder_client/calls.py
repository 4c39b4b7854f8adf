"""A call as a value, and how a noun's method becomes one that waits or one that is awaited: each is written once."""

import functools
import uuid
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload
from urllib.parse import quote

from builder_client.answers_agents import File
from builder_client.errors import NotFound
from builder_client.reading import Unreadable, parsed, read

if TYPE_CHECKING:
    from builder_client.streams import AsyncReply, Reply

P = ParamSpec("P")
T = TypeVar("T")
Sent = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request, and how its answer is read. A `body` of bytes is a file, any other JSON. `long`: the server may
    have to wait for somebody else first."""

    method: str
    path: str
    read: Callable[[Answer], T] = field(repr=False)
    query: Mapping[str, Any] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)
    revision: int | None = None
    long: bool = False
    key: str = field(default_factory=lambda: uuid.uuid4().hex, repr=False)

    def headers(self) -> dict[str, str]:
        """A write has a key of its own, the same at each try: the server does it once."""
        found = {} if self.method == "GET" else {"Idempotency-Key": self.key}
        return found if self.revision is None else {**found, "If-Match": f'"{self.revision}"'}


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A stretch of a list, and the call for the next one."""

    items: tuple[T, ...]
    next: "Call[Page[T]] | None"


@dataclass(frozen=True, slots=True)
class Saying:
    """A message whose reply is to be heard as it comes."""

    session_id: str
    text: str
    message_id: str


class Blocking(ABC):
    """Does calls and waits for them."""

    @abstractmethod
    def do(self, call: Call[T]) -> T: ...

    @abstractmethod
    def all_of(self, first: Call[Page[T]]) -> Iterator[T]: ...

    @abstractmethod
    def hear(self, saying: Saying) -> "Reply": ...


class Awaiting(ABC):
    """Does calls that are awaited."""

    @abstractmethod
    def do(self, call: Call[T]) -> Awaitable[T]: ...

    @abstractmethod
    def all_of(self, first: Call[Page[T]]) -> AsyncIterator[T]: ...

    @abstractmethod
    def hear(self, saying: Saying) -> "AsyncReply": ...


Shell = TypeVar("Shell", bound=Blocking | Awaiting)


class Noun(Generic[Shell]):
    """Calls about one kind of thing, done by a shell that waits or by one that is awaited."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell


class _Method(Generic[P, T]):
    """What `operation`, `listing` and `reply` have in common: they keep name, arguments and words of the method."""

    verb = ""

    def __init__(self, describe: Callable[Concatenate[Any, P], T]) -> None:
        self.describe = describe
        self.__doc__ = describe.__doc__

    def _bound(self, noun: Noun[Any]) -> Any:
        do = getattr(noun.shell, self.verb)

        @functools.wraps(self.describe)
        def method(*args: P.args, **kwargs: P.kwargs) -> Any:
            return do(self.describe(noun, *args, **kwargs))

        return method


class operation(_Method[P, Call[T]]):
    """A method that gives its call's answer, or something to await it by."""

    verb = "do"

    @overload
    def __get__(self, noun: None, owner: type) -> Self: ...
    @overload
    def __get__(self, noun: Noun[Blocking], owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, noun: Noun[Awaiting], owner: type) -> Callable[P, Awaitable[T]]: ...
    def __get__(self, noun: Any, owner: type) -> Any:
        return self if noun is None else self._bound(noun)


class listing(_Method[P, Call[Page[T]]]):
    """A method that gives all items, a page at a time, as they are asked for."""

    verb = "all_of"

    @overload
    def __get__(self, noun: None, owner: type) -> Self: ...
    @overload
    def __get__(self, noun: Noun[Blocking], owner: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, noun: Noun[Awaiting], owner: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, noun: Any, owner: type) -> Any:
        return self if noun is None else self._bound(noun)


class replying(_Method[P, Saying]):
    """A method that gives a reply to be heard as it comes."""

    verb = "hear"

    @overload
    def __get__(self, noun: None, owner: type) -> Self: ...
    @overload
    def __get__(self, noun: Noun[Blocking], owner: type) -> "Callable[P, Reply]": ...
    @overload
    def __get__(self, noun: Noun[Awaiting], owner: type) -> "Callable[P, AsyncReply]": ...
    def __get__(self, noun: Any, owner: type) -> Any:
        return self if noun is None else self._bound(noun)


def below(root: str, *parts: str) -> str:
    """The path of something by its id. NotFound for what can be no id: it would lead to another call."""
    if any(part in ("", ".", "..") for part in parts):
        raise NotFound("There is nothing of that id.", "Take the id from an earlier answer.")
    return "/".join((root, *(quote(part, safe="", errors="replace") for part in parts)))


def as_a(kind: type[T]) -> Callable[[Answer], T]:
    return lambda answer: read(kind, parsed(answer.body))


def as_list(name: str, kind: type[T]) -> Callable[[Answer], tuple[T, ...]]:
    """The list that the answer has under this name."""

    def reader(answer: Answer) -> tuple[T, ...]:
        found = as_object(answer).get(name)
        if not isinstance(found, list):
            raise Unreadable(f"{name} is no list")
        return tuple(read(kind, one) for one in found)

    return reader


def as_object(answer: Answer) -> Sent:
    found = parsed(answer.body)
    if not isinstance(found, dict):
        raise Unreadable("it is no JSON object")
    return found


def as_nothing(_: Answer) -> None:
    return None


def as_file(answer: Answer) -> File:
    """Of the name only what may be the name of a file here."""
    _, _, named = answer.headers.get("content-disposition", "").partition('filename="')
    kept = "".join(letter for letter in named.partition('"')[0] if letter.isalnum() or letter in "._- ").lstrip(". ")
    return File(kept[:200] or "download", answer.body)


def given(**values: Any) -> Sent:
    """What was given, without what was left out."""
    return {name: value for name, value in values.items() if value is not None}
