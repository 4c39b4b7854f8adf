"""Bringing in what others made: a preview of any file, then what a person chose of it."""

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import Field, ValidationError
from starlette.exceptions import HTTPException

from builder.api import problems, wire
from builder.api.answers import told
from builder.api.answers_exchange import ImportOutcomes, ImportPreview
from builder.api.bodies import Body, shown
from builder.api.exchange import outcomes_json, preview_json
from builder.api.leaving import while_there
from builder.api.parts import Incoming, Owner
from builder.api.routes.agents import EXAMPLE
from builder.api.text import Object, Text, storable
from builder.core.errors import Invalid
from builder.services.addresses import LONGEST as LONGEST_ADDRESS
from builder.services.imports import Choice, OnConflict

if TYPE_CHECKING:
    from builder.importers.intake import Upload

router = APIRouter(prefix="/v1/imports", tags=["imports"])
MOST_IMPORTED = 200
JSON = "application/json"
BYTES = "application/octet-stream"
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


class PastedText(Body):
    model_config = shown({"text": "You are a friendly guide who answers visitors of our museum.", "name": "guide.md"})

    text: Text = Field(description="What a file says.")
    name: Text = Field("", max_length=500, description="Of the file; its ending helps to know its kind.")


class FileAddress(Body):
    model_config = shown({"address": "https://example.com/agents/sorter.yaml"})

    address: str = Field(
        max_length=LONGEST_ADDRESS,
        description="Of a file on the web, http or https, without name and password. It is fetched once, without "
        "cookies or keys, and only from public places, unless the server's settings say otherwise.",
    )


class ImportChoice(Body):
    config: Object = Field(description="As a preview gave it, mended where it says so.")
    on_conflict: OnConflict | None = Field(
        None,
        description="When an agent of this name is there with other content. version: the next version of that agent. "
        "copy: another agent, called Name2. skip: nothing. Without it the item is refused.",
    )
    source: Text = Field("", max_length=100, description="Where it comes from, for the note of the version.")


class ImportChoices(Body):
    model_config = shown({"items": [{"config": EXAMPLE, "on_conflict": "version", "source": "Dify"}]})

    items: list[ImportChoice] = Field(min_length=1, max_length=MOST_IMPORTED)


_KINDS: Any = [kind.model_json_schema() for kind in (PastedText, FileAddress)]
_CONFIGURATION = {
    "type": "object",
    "title": "FileOfJson",
    "description": "Any other JSON is the file itself, such as a configuration.",
    "not": {"anyOf": [{"required": ["text"]}, {"required": ["address"]}]},
}
_EXAMPLES = [*(example for kind in _KINDS for example in kind.pop("examples")), EXAMPLE]
_SAID = {"anyOf": [*_KINDS, _CONFIGURATION], "examples": _EXAMPLES}
_FILE = {
    "type": "string",
    "format": "binary",
    "description": "A file as it is: JSON, YAML, Markdown, Python, or a zip of such files.",
    "examples": ["name: sorter\ninstructions: You sort mail by urgency.\n"],
}
_SOURCE: Any = {"requestBody": {"required": True, "content": {JSON: {"schema": _SAID}, BYTES: {"schema": _FILE}}}}
Name = Annotated[str, Query(max_length=500, description="The name of a file that comes as it is.")]


@router.post(
    "/preview",
    summary="See what a file holds",
    response_model=None,
    openapi_extra=_SOURCE,
    responses=told(ImportPreview, 415, 422, 429),
)
async def preview_import(request: Request, incoming: Incoming, owner: Owner, name: Name = "") -> Response:
    """What could be brought in, from files of this product and of other platforms, and what could not.

    Nothing is saved, and nothing that comes is run. A token needs the scope `write`, as for every POST.

    The body is a file as it is (with `name`, for example `crew.zip`), or JSON that says a `text` or an `address`; other
    JSON is the file itself. A form is refused. A zip may hold many. Each candidate has a `config` to be sent to
    `POST /v1/imports`.
    """
    content = await request.body()
    if not content:
        raise Invalid("Nothing came.", next_step="Send a file as the body, or JSON with a text or an address.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in FORMS:
        raise HTTPException(415, problems.NO_FILE["detail"])
    upload = await asyncio.to_thread(_upload, content, storable(name), kind == JSON)
    if isinstance(upload, FileAddress):
        upload = await while_there(request, incoming.fetch(upload.address))
    preview = await while_there(request, incoming.preview([upload], owner))
    return await asyncio.to_thread(lambda: JSONResponse(preview_json(preview)))


@router.post("", summary="Bring in configurations", response_model=None, responses=told(ImportOutcomes, 422))
async def import_configurations(chosen: ImportChoices, incoming: Incoming, owner: Owner) -> wire.Json:
    """For each one: created, same (this very agent was there), version, copied, skipped, or refused with its problems.

    What can be used is brought in, also when others are refused. No agent is changed twice: a `version` of one that
    came with this call already is refused. So the same call again changes nothing, unless somebody else changed one of
    these agents meanwhile.
    """
    choices = [Choice(one.config, one.on_conflict, one.source) for one in chosen.items]
    return {"items": outcomes_json(await incoming.bring(choices, owner))}


def _upload(content: bytes, name: str, is_json: bool) -> "Upload | FileAddress":
    """The file that came, or the address where it is."""
    from builder.importers.intake import Upload

    said = _said(content) if is_json else None
    if isinstance(said, PastedText):
        return Upload(said.name, said.text.encode())
    return Upload(name, content) if said is None else said


def _said(content: bytes) -> PastedText | FileAddress | None:
    """None: neither, it is a file of JSON."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",), "msg": "", "input": None}]) from None
    if not isinstance(found, dict) or not {"text", "address"} & found.keys():
        return None
    kind = FileAddress if "address" in found else PastedText
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None
