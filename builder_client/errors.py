"""Everything that can go wrong with a call, as one tree; each error says what happened and what to do next.

BuilderError
├── NotFound       no such session, agent or version
├── Unauthorized   no token, an unknown one, or one that may not do that
├── Conflict       it was changed elsewhere meanwhile; nothing was written
│   └── Busy       the session is answering another message
├── Refused        what was sent cannot be used; `problems` says where and why
├── TooMany        too many messages; `retry_after` says when to go on
├── ServerError    the server, or the language model behind it, failed
│   └── BadAnswer  the answer is none of an Agent Builder
└── Unreachable    no answer came, or it broke off
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that cannot be used: where, why, what to do.

    >>> Problem("bad_name", "name", "“My agent” cannot be a name.", "“MyAgent” would do.").field
    'name'
    """

    code: str
    field: str
    reason: str
    next_step: str


class BuilderError(Exception):
    """Base of all errors of this client.

    >>> str(BuilderError("There is no such session.", "Begin one."))
    'There is no such session. Begin one.'

    `kind` is the stable name of the problem ("not-found", "no-token", ...), `request_id` the call's name in the
    server's log; both are "" where no server spoke.
    """

    def __init__(self, reason: str, next_step: str, *, kind: str = "", status: int = 0, request_id: str = "") -> None:
        super().__init__(reason, next_step)
        self.reason = reason
        self.next_step = next_step
        self.kind = kind
        self.status = status
        self.request_id = request_id

    def __str__(self) -> str:
        return f"{self.reason} {self.next_step}".strip()


class NotFound(BuilderError):
    """There is no such thing, or it is somebody else's.

    >>> isinstance(NotFound("There is no such agent.", "Look for it."), BuilderError)
    True
    """


class Unauthorized(BuilderError):
    """The call needs a token, or another one.

    >>> Unauthorized("This call needs a token.", "Create one.", status=401).status
    401
    """


class Conflict(BuilderError):
    """Nothing was written. `theirs`: field -> its present value; `revision`: the present revision or version.

    >>> Conflict("It is at 7 by now.", "Read it again.", revision=7).revision
    7
    """

    theirs: Mapping[str, Any]
    revision: int | None

    def __init__(
        self, *said: str, theirs: Mapping[str, Any] | None = None, revision: int | None = None, **more: Any
    ) -> None:
        super().__init__(*said, **more)
        self.theirs = dict(theirs or {})
        self.revision = revision


class Busy(Conflict):
    """The session is answering another message: wait for it, or stop it.

    >>> isinstance(Busy("It is being answered.", "Wait."), Conflict)
    True
    """


class Refused(BuilderError):
    """What was sent cannot be used.

    >>> Refused("name: is missing", "Mend it.", problems=[Problem("", "name", "is missing", "")]).problems[0].field
    'name'
    """

    problems: tuple[Problem, ...]

    def __init__(self, *said: str, problems: Sequence[Problem] = (), **more: Any) -> None:
        super().__init__(*said, **more)
        self.problems = tuple(problems)


class TooMany(BuilderError):
    """A limit is reached. `retry_after`: seconds, None when the server did not say.

    >>> TooMany("Too many messages.", "Wait.", retry_after=6.0).retry_after
    6.0
    """

    retry_after: float | None

    def __init__(self, *said: str, retry_after: float | None = None, **more: Any) -> None:
        super().__init__(*said, **more)
        self.retry_after = retry_after


class ServerError(BuilderError):
    """The server failed, or the language model behind it did.

    >>> ServerError("The database is full.", "Free some space.", status=503).status
    503
    """


class BadAnswer(ServerError):
    """What came is not what an Agent Builder answers: another server, another version, or a broken proxy.

    >>> isinstance(BadAnswer("This is no JSON.", "Check the address."), ServerError)
    True
    """


class Unreachable(BuilderError):
    """No answer came, or it broke off before its end.

    >>> isinstance(Unreachable("Nobody answers.", "Start the server."), BuilderError)
    True
    """
