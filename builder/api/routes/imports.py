"""Bringing in what others made: a preview of any file, then what a person chose of it."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from builder.api import wire
from builder.api.answers import told
from builder.api.answers_exchange import ImportOutcomes, ImportPreview
from builder.api.bodies import Body, shown
from builder.api.exchange import outcomes_json, preview_json
from builder.api.leaving import while_there
from builder.api.parts import Incoming, Owner
from builder.api.routes.agents import EXAMPLE
from builder.api.text import Object, storable
from builder.core.errors import Invalid
from builder.services.addresses import LONGEST as LONGEST_ADDRESS
from builder.services.imports import Choice, OnConflict

router = APIRouter(prefix="/v1/imports", tags=["imports"])
MOST_IMPORTED = 200
JSON = "application/json"
BYTES = "application/octet-stream"


class PastedText(Body):
    model_config = shown({"text": "You are a friendly guide who answers visitors of our museum.", "name": "guide.md"})

    text: str = Field(description="What a file says.")
    name: str = Field("", max_length=500, description="Of the file; its ending helps to know its kind.")


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
    source: str = Field("", max_length=100, description="Where it comes from, for the note of the version.")


class ImportChoices(Body):
    model_config = shown({"items": [{"config": EXAMPLE, "on_conflict": "version", "source": "Dify"}]})

    items: list[ImportChoice] = Field(min_length=1, max_length=MOST_IMPORTED)


_KINDS: Any = [kind.model_json_schema() for kind in (PastedText, FileAddress)]
_SAID = {"anyOf": _KINDS, "examples": [example for kind in _KINDS for example in kind.pop("examples")]}
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
    responses=told(ImportPreview, 422),
)
async def preview_import(request: Request, incoming: Incoming, owner: Owner, name: Name = "") -> wire.Json:
    """What could be brought in, from files of this product and of other platforms, and what could not.

    Nothing is saved, and nothing that comes is run.

    The body is a file as it is (with `name`, for example `crew.zip`), or JSON that says a `text` or an `address`. A zip
    may hold many. Each candidate has a `config` to be sent to `POST /v1/imports`.
    """
    from builder.importers.intake import Upload

    content = await request.body()
    if not content:
        raise Invalid("Nothing came.", next_step="Send a file as the body, or JSON with a text or an address.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        upload = Upload(storable(name), content)
    else:
        source = _source(content)
        if isinstance(source, FileAddress):
            upload = await while_there(request, incoming.fetch(source.address, owner))
        else:
            upload = Upload(storable(source.name), storable(source.text).encode())
    return preview_json(await incoming.preview([upload], owner))


@router.post("", summary="Bring in configurations", response_model=None, responses=told(ImportOutcomes, 422))
async def import_configurations(chosen: ImportChoices, incoming: Incoming, owner: Owner) -> wire.Json:
    """For each one: created, same (this very agent was there), version, copied, skipped, or refused with its problems.

    What can be used is brought in, also when others are refused. The same call again changes nothing.
    """
    choices = [Choice(one.config, one.on_conflict, storable(one.source)) for one in chosen.items]
    return {"items": outcomes_json(await incoming.bring(choices, owner))}


def _source(content: bytes) -> PastedText | FileAddress:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",), "msg": "", "input": None}]) from None
    if not isinstance(found, dict) or not {"text", "address"} & found.keys():
        step = f"Send {{\"text\": ...}} or {{\"address\": ...}}. A file as it is comes as Content-Type: {BYTES}."
        raise Invalid("This JSON says neither a text nor an address.", next_step=step)
    kind = FileAddress if "address" in found else PastedText
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None
