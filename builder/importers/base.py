"""What an importer is: a document of one platform in; what it says in the words of a configuration out."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from builder.importers.remarks import Remark


@dataclass(frozen=True, slots=True)
class Document:
    """One text that came. `path` is relative, with `/`; "" when it was pasted. `data` is what its JSON or YAML says (of
    a text with a head between `---` lines: the head), None where it is neither. `others` are the other texts that came
    in the same folder or archive, by path: they are looked at, never run."""

    path: str
    text: str
    data: Any = None
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """`values` has keys of a configuration only; a value may be missing or break a rule: the preview says so and mends.

    `remarks`: all of the document that is not in `values` as it stood there. `used`: paths of `others` that were read.
    """

    values: Mapping[str, Any]
    remarks: tuple[Remark, ...] = ()
    used: frozenset[str] = frozenset()


class Importer(ABC):
    """A kind of document. Pure: nothing is run, expanded, fetched or written, whatever the document says.

    `recognises` and `read` never raise: a part of the wrong kind is left out with a remark.
    """

    name: ClassVar[str]  # also of the module, and of the exporter that writes the same kind: "pydantic_ai"
    title: ClassVar[str]  # the platform's own name: "Pydantic AI"
    rank: ClassVar[int]  # who is asked first: 1 sure signs (a version key, a type) ... 9 a guess
    most_agents: ClassVar[int] = 1_000  # of one document; where there are more, `each` gives at least one more

    @abstractmethod
    def recognises(self, document: Document) -> bool:
        """Whether the document is of this kind, by signs that others do not have."""

    def each(self, document: Document) -> tuple[Document, ...]:
        """A recognised document that holds several agents as one document for each, which `read` takes."""
        return (document,)

    @abstractmethod
    def read(self, document: Document) -> Reading:
        """What it says. Only called for what is recognised."""
