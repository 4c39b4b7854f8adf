"""Everything that can be refused, as one tree. Errors know nothing of HTTP or of pages.

BuilderError
├── NotFound            no such session, message, agent, version or target
├── Invalid             what was given cannot be used; `problems` says where and why
├── Conflict            the thing was changed elsewhere since it was read; nothing was written
├── Busy                this session is answering another message
├── Crowded             as much of it as this server can do at once is under way
├── NothingToUndo       the session is as it began, or all steps are taken back
├── NothingToRedo       no step that was taken back is left
├── QuotaReached        the owner's tier allows no more of it now; nothing was done
│   └── TooManyAgents   as many agents as the tier allows are there already
├── EngineFailed        an interviewer could not answer; the draft is untouched
└── StorageError        the database did not take it; what was there before is still there
    ├── StorageLocked   another program holds the database
    ├── StorageFull     no room left on the disk
    ├── StorageReadOnly the file or folder may not be written
    └── StorageMissing  the file is gone, cannot be opened or is not a database
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from builder.core.problem import Problem

Thing = Literal["session", "message", "agent", "version", "target"]


class BuilderError(Exception):
    """Base of all refusals: one sentence what happened, one what to do next."""

    next_step: ClassVar[str] = "Try again."
    problems: tuple[Problem, ...] = ()

    def __init__(self, message: str, next_step: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = next_step or self.next_step

    def __str__(self) -> str:
        return f"{self.message} {self.advice}"


class NotFound(BuilderError):
    """`what` names the kind of thing, where the next step of a program is another one than that of a person."""

    next_step = "Check the address, or start a new agent on the first page."

    def __init__(self, message: str, next_step: str | None = None, *, what: Thing | None = None) -> None:
        super().__init__(message, next_step)
        self.what = what


class Invalid(BuilderError):
    next_step = "Mend the listed problems and try again."

    def __init__(self, message: str, problems: Sequence[Problem] = (), next_step: str | None = None) -> None:
        super().__init__(message, next_step)
        self.problems = tuple(problems)


class Conflict(BuilderError):
    """`theirs` maps each field that was changed elsewhere to its present value (None: empty); `revision` is the
    number of the present state, where one is counted."""

    next_step = "Look at the newer state, then decide which of the two to keep."

    def __init__(
        self,
        message: str,
        theirs: Mapping[str, Any] | None = None,
        next_step: str | None = None,
        revision: int | None = None,
    ) -> None:
        super().__init__(message, next_step)
        self.theirs = dict(theirs or {})
        self.revision = revision


class Busy(BuilderError):
    next_step = "Wait for the answer, or stop it."


class Crowded(BuilderError):
    """`retry_after`: seconds."""

    next_step = "Try again in a moment."
    retry_after = 5


class NothingToUndo(BuilderError):
    next_step = "Nothing was changed; go on from here."


class NothingToRedo(BuilderError):
    next_step = "Nothing was changed; go on from here."


class QuotaReached(BuilderError):
    """`retry_after`: seconds until there is room again; None when waiting does not help."""

    next_step = "Wait until the next month begins, or ask whoever runs this server for more."

    def __init__(self, message: str, next_step: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(message, next_step)
        self.retry_after = retry_after


class TooManyAgents(QuotaReached):
    next_step = "Delete an agent that you do not need any more, or ask whoever runs this server for more."


class EngineFailed(BuilderError):
    next_step = "Send the message again, or go on with the offline interviewer."


class StorageError(BuilderError):
    next_step = "Nothing was lost. Try again in a moment."


class StorageLocked(StorageError):
    next_step = "Close the other program that uses the database, then try again. Nothing was lost."


class StorageFull(StorageError):
    next_step = "Free some space on the disk, then try again. What was saved before is safe."


class StorageReadOnly(StorageError):
    """`problems` names the file when it is another one than the database."""

    next_step = "Allow writing to the database file and its folder, then try again."

    def __init__(self, message: str, next_step: str | None = None, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message, next_step)
        self.problems = tuple(problems)


class StorageMissing(StorageError):
    next_step = "Check DATABASE_URL (or DB_PATH) and the folder it names, then restart."
