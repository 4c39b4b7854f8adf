"""`python -m builder token`: what opens the API to programs, made, listed and revoked beside the server."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from builder import settings, wiring
from builder.core.token import Scope
from builder.services.tokens import Tokens


def create(name: str, scope: Scope) -> None:
    """Only the secret goes to the output, so that a script can keep it."""
    with _tokens() as tokens:
        token, secret = asyncio.run(tokens.create(name, scope))
    print(f"{token.id}  {token.scope}  {token.name}", file=sys.stderr)
    print("Keep it safe; it is not shown again. Send it as: Authorization: Bearer ...", file=sys.stderr)
    print(secret)


def show() -> None:
    with _tokens() as tokens:
        for token in asyncio.run(tokens.all()):
            state = f"revoked {token.revoked:%Y-%m-%d}" if token.revoked else "in force"
            print(f"{token.id}  {token.scope:<5}  {token.created:%Y-%m-%d}  {state:<18}  {token.name}")


def revoke(token_id: str) -> None:
    with _tokens() as tokens:
        asyncio.run(tokens.revoke(token_id))
    print("It opens nothing from now on.")


@contextmanager
def _tokens() -> Iterator[Tokens]:
    app = wiring.build(settings.load())
    try:
        yield app.tokens
    finally:
        app.close()
