"""How often one address, and one owner, may send messages."""

from functools import lru_cache

from fastapi import Request
from limits import RateLimitItem, parse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from builder.api.entry import caller_of
from builder.api.parts import LOCAL
from builder.core.rate import OFF
from builder.wiring import App


class ChatLimit:
    """`rule` is written like "10/minute"; "off" counts nothing. A rate of the owner's tier takes its place."""

    def __init__(self, rule: str) -> None:
        self.rule = rule.strip().lower()

    async def count(self, app: App, scope: Scope) -> None:
        """Counts one message of the caller. Raises 429 with Retry-After when there were too many.

        Messages of our own pages are not counted: a person who types fast is no flood.
        """
        caller = caller_of(scope)
        owner = str(scope.get("state", {}).get("owner", LOCAL))
        rule = _parsed(app.quotas.rate(owner) or self.rule)
        if rule is None or caller.kind == "page":
            return
        who = [f"address:{(scope.get('client') or ('',))[0]}"]
        if caller.token is not None:
            who.append(f"owner:{owner}")
        seconds = await app.allowance.take(rule, *who)
        if seconds:
            raise HTTPException(429, f"Too many messages: {rule} are allowed.", {"Retry-After": str(seconds)})


@lru_cache
def _parsed(rule: str) -> RateLimitItem | None:
    return None if rule == OFF else parse(rule)


async def counted(request: Request) -> None:
    """Dependency of the endpoints that are limited."""
    limit: ChatLimit = request.app.state.chat_limit
    await limit.count(await request.app.state.find(), request.scope)
