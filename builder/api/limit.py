"""How often one address, and one token, may send messages."""

from fastapi import Request
from limits import RateLimitItem, parse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from builder.api.entry import caller_of
from builder.wiring import App

OFF = "off"


class ChatLimit:
    """`rule` is written like "10/minute"; "off" counts nothing."""

    def __init__(self, rule: str) -> None:
        self.rule: RateLimitItem | None = None if rule.strip().lower() == OFF else parse(rule)

    async def count(self, app: App, scope: Scope) -> None:
        """Counts one message of the caller. Raises 429 with Retry-After when there were too many.

        Messages of our own pages are not counted: a person who types fast is no flood.
        """
        caller = caller_of(scope)
        if self.rule is None or caller.kind == "page":
            return
        who = [f"address:{(scope.get('client') or ('',))[0]}"]
        if caller.token is not None:
            who.append(f"token:{caller.token.id}")
        seconds = await app.allowance.take(self.rule, *who)
        if seconds:
            raise HTTPException(429, f"Too many messages: {self.rule} are allowed.", {"Retry-After": str(seconds)})


async def counted(request: Request) -> None:
    """Dependency of the endpoints that are limited."""
    limit: ChatLimit = request.app.state.chat_limit
    if limit.rule is not None:
        await limit.count(await request.app.state.find(), request.scope)
