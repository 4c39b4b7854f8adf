"""Out to other platforms, and in from them."""

from collections.abc import Mapping, Sequence
from typing import Any

from builder_client.agents import path as agent_path
from builder_client.answers_agents import File
from builder_client.answers_exchange import Export, ExportTarget, ImportOutcome, ImportPreview, OnConflict
from builder_client.calls import Call, Noun, Shell, as_a, as_file, as_list, given, operation
from builder_client.sessions import path as session_path

IMPORTS = "/v1/imports"


class Exports(Noun[Shell]):
    """`client.exports`. With an `AsyncClient` the same methods are awaited.

        for note in client.exports.of_agent(agent_id, "pydantic_ai").notes:
            print(note.kind, note.text)
    """

    @operation
    def targets(self) -> Call[tuple[ExportTarget, ...]]:
        """All platforms that there are exports for."""
        return Call("GET", "/v1/exports", as_list("targets", ExportTarget))

    @operation
    def of_agent(self, agent_id: str, target: str, version: int | None = None) -> Call[Export]:
        """The files of the last version, or of the one with that number, and what is not in them as it was said."""
        return Call("GET", agent_path(agent_id, "exports", target), as_a(Export), given(version=version))

    @operation
    def zip_of_agent(self, agent_id: str, targets: Sequence[str], version: int | None = None) -> Call[File]:
        """A zip with a folder for each target, and a README."""
        query = {"target": list(targets), **given(version=version)}
        return Call("GET", agent_path(agent_id, "exports.zip"), as_file, query)

    @operation
    def of_session(self, session_id: str, target: str) -> Call[Export]:
        """The files of a session; Refused while its configuration is not complete."""
        return Call("GET", session_path(session_id, "exports", target), as_a(Export))

    @operation
    def zip_of_session(self, session_id: str, targets: Sequence[str]) -> Call[File]:
        """The zip of a session; `client.artifacts.keep_export` keeps it there."""
        return Call("GET", session_path(session_id, "exports.zip"), as_file, {"target": list(targets)})


class Imports(Noun[Shell]):
    """`client.imports`. With an `AsyncClient` the same methods are awaited.

        seen = client.imports.preview_file("crew.zip", Path("crew.zip").read_bytes())
        client.imports.bring([candidate.config for candidate in seen.candidates], on_conflict="copy")
    """

    @operation
    def preview_file(self, name: str, content: bytes) -> Call[ImportPreview]:
        """What a file holds, JSON, YAML, Markdown, Python or a zip; nothing is saved."""
        return Call("POST", f"{IMPORTS}/preview", as_a(ImportPreview), {"name": name}, content)

    @operation
    def preview_text(self, text: str, name: str = "") -> Call[ImportPreview]:
        """What a text holds that was pasted."""
        body = {"text": text, "name": name}
        return Call("POST", f"{IMPORTS}/preview", as_a(ImportPreview), body=body)

    @operation
    def preview_address(self, address: str) -> Call[ImportPreview]:
        """What the file at an address holds. The server fetches it; Refused says why it did not."""
        return Call("POST", f"{IMPORTS}/preview", as_a(ImportPreview), body={"address": address}, long=True)

    @operation
    def bring(
        self, configs: Sequence[Mapping[str, Any]], on_conflict: OnConflict | None = None, source: str = ""
    ) -> Call[tuple[ImportOutcome, ...]]:
        """Brings in what can be used, and says of each what became of it.

        `on_conflict`: what to do where an agent of the name is there with other content; None refuses these.
        """
        items = [{"config": dict(one), "on_conflict": on_conflict, "source": source} for one in configs]
        return Call("POST", IMPORTS, as_list("items", ImportOutcome), body={"items": items})
