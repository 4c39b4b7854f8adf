"""What sessions produced: configurations, generated code that a program stores, and kept exports."""

from collections.abc import Sequence

from builder_client.answers_agents import Artifact, File
from builder_client.calls import (
    Answer,
    Call,
    Noun,
    Page,
    Shell,
    as_a,
    as_file,
    as_list,
    as_nothing,
    given,
    listing,
    operation,
)
from builder_client.sessions import next_key, path


class Artifacts(Noun[Shell]):
    """`client.artifacts`. With an `AsyncClient` the same methods are awaited.

        for artifact in client.artifacts.latest(session_id):
            print(artifact.type, artifact.version, artifact.metadata.created_at)
    """

    @operation
    def latest(self, session_id: str) -> Call[tuple[Artifact, ...]]:
        """The latest version of each type, with its content."""
        return Call("GET", path(session_id, "artifacts"), as_list("artifacts", Artifact))

    @listing
    def all(self, session_id: str) -> Call[Page[Artifact]]:
        """All versions, the newest first, without their contents."""
        return _found(session_id, None)

    @operation
    def get(self, session_id: str, artifact_id: str) -> Call[Artifact]:
        """One with its content: a configuration as JSON, code as text."""
        return Call("GET", path(session_id, "artifacts", artifact_id), as_a(Artifact))

    @operation
    def store_code(self, session_id: str, name: str, content: str) -> Call[Artifact]:
        """Generated Python; Refused when it could run other code or holds a secret."""
        body = {"type": "code", "name": name, "content": content}
        return Call("POST", path(session_id, "artifacts"), as_a(Artifact), body=body)

    @operation
    def keep_export(self, session_id: str, targets: Sequence[str]) -> Call[Artifact]:
        """The session's configuration for these platforms, as a zip; take it with `file`."""
        body = {"targets": list(targets)}
        return Call("POST", path(session_id, "artifacts", "export"), as_a(Artifact), body=body)

    @operation
    def file(self, session_id: str, artifact_id: str) -> Call[File]:
        """The content as a file, byte for byte."""
        return Call("GET", path(session_id, "artifacts", artifact_id, "file"), as_file)

    @operation
    def delete(self, session_id: str, artifact_id: str) -> Call[None]:
        """For good."""
        return Call("DELETE", path(session_id, "artifacts", artifact_id), as_nothing)


def _found(session_id: str, after: str | None) -> Call[Page[Artifact]]:
    def page(answer: Answer) -> Page[Artifact]:
        key = next_key(answer, after)
        return Page(as_list("artifacts", Artifact)(answer), _found(session_id, key) if key else None)

    query = given(after=after) | {"all": True, "limit": 100}
    return Call("GET", path(session_id, "artifacts"), page, query)
