"""Tokens of programs, made and taken back by a program that has an admin token."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from builder.api import wire
from builder.api.entry import caller_of
from builder.core.token import Scope, Token
from builder.wiring import App


def _admin(request: Request) -> None:
    """Also where other calls need no token: a stranger's token would outlive that."""
    token = caller_of(request.scope).token
    if token is None:
        raise HTTPException(401, "This call needs a token with the scope admin.", {"WWW-Authenticate": "Bearer"})
    if not token.covers("admin"):
        raise HTTPException(403, "This call needs a token with the scope admin.")


router = APIRouter(prefix="/v1/tokens", tags=["tokens"], dependencies=[Depends(_admin)])


class NewToken(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "nightly", "scope": "write"}]})

    name: Annotated[str, Field(max_length=200)]
    scope: Scope = "write"


async def _app(request: Request) -> App:
    found: App = await request.app.state.find()
    return found


Parts = Annotated[App, Depends(_app)]


@router.get("")
async def listed(parts: Parts) -> dict[str, Any]:
    """All tokens, those that were revoked too; never what they open with."""
    return {"tokens": [_shown(token) for token in await parts.tokens.all()]}


@router.post("", status_code=201)
async def create(wanted: NewToken, parts: Parts) -> dict[str, Any]:
    """A new token. `token` in the answer is what the program has to send; it is shown this once."""
    token, secret = await parts.tokens.create(wanted.name, wanted.scope)
    return {**_shown(token), "token": secret}


@router.delete("/{token_id}", status_code=204)
async def revoke(token_id: str, parts: Parts) -> None:
    """The token opens nothing from now on."""
    await parts.tokens.revoke(token_id)


def _shown(token: Token) -> dict[str, Any]:
    found: dict[str, Any] = wire.plain(token)
    return {name: found[name] for name in ("id", "name", "scope", "created", "revoked")}
