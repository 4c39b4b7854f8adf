"""Tokens of programs, made and taken back by a program that has an admin token."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from starlette.exceptions import HTTPException

from builder.api import wire
from builder.api.answers import told
from builder.api.answers_talk import CreatedToken, TokenList
from builder.api.bodies import Body, shown
from builder.api.entry import caller_of
from builder.api.parts import Owner
from builder.api.problems import documented
from builder.api.text import NOT_BLANK
from builder.core.token import Scope, Token
from builder.services.tokens import LONGEST_NAME
from builder.wiring import App


def _admin(request: Request) -> None:
    """Also where other calls need no token: a stranger's token would outlive that."""
    token = caller_of(request.scope).token
    if token is None:
        raise HTTPException(401, "This call needs a token with the scope admin.", {"WWW-Authenticate": "Bearer"})
    if not token.covers("admin"):
        raise HTTPException(403, "This call needs a token with the scope admin.")


router = APIRouter(prefix="/v1/tokens", tags=["tokens"], dependencies=[Depends(_admin)])


# Checked with better words by what makes the token.
_NAME: dict[str, Any] = {"minLength": 1, "maxLength": LONGEST_NAME, **NOT_BLANK}


class NewToken(Body):
    model_config = shown({"name": "nightly", "scope": "write"})

    name: Annotated[str, Field(max_length=200, description="For whom it is.", json_schema_extra=_NAME)]
    scope: Scope = Field("write", description="Each may do what those before it may.")


async def _app(request: Request) -> App:
    found: App = await request.app.state.find()
    return found


Parts = Annotated[App, Depends(_app)]
TokenId = Annotated[str, Path(description="The id of a token.", examples=["3f0b4f6e9d59"])]


@router.get("", summary="List tokens", response_model=None, responses=told(TokenList))
async def list_tokens(parts: Parts, owner: Owner) -> dict[str, Any]:
    """All of the owner, those that were revoked too; never what they open with."""
    return {"tokens": [_shown(token) for token in await parts.tokens.all(owner)]}


@router.post(
    "", status_code=201, summary="Make a token", response_model=None, responses=told(CreatedToken, status=201)
)
async def create_token(wanted: NewToken, parts: Parts, owner: Owner) -> dict[str, Any]:
    """A new token. `token` in the answer is what the program has to send; it is shown this once."""
    token, secret = await parts.tokens.create(wanted.name, wanted.scope, owner)
    return {**_shown(token), "token": secret}


@router.delete("/{token_id}", status_code=204, summary="Revoke a token", responses=documented(404))
async def revoke_token(token_id: TokenId, parts: Parts, owner: Owner) -> None:
    """The token opens nothing from now on."""
    await parts.tokens.revoke(token_id, owner)


def _shown(token: Token) -> dict[str, Any]:
    found: dict[str, Any] = wire.plain(token)
    return {name: found[name] for name in ("id", "name", "scope", "created", "revoked")}
