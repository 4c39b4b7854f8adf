"""A server that answers what a test wants, also what no good server would."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.servers import in_thread


@dataclass
class Fake:
    """`heard`: the requests so far."""

    url: str = ""
    heard: list[Request] = field(default_factory=list)


@contextmanager
def answering(answer: Callable[[Request, int], Response]) -> Iterator[Fake]:
    """`answer` is given the request and how many came before it."""
    fake = Fake()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        request = Request(scope, receive)
        await request.body()
        fake.heard.append(request)
        await answer(request, len(fake.heard) - 1)(scope, receive, send)

    with in_thread(application) as url:
        fake.url = url
        yield fake


def problem(status: int, slug: str, headers: dict[str, str] | None = None, **more: object) -> Response:
    """A problem document as the real server writes it."""
    whole = {"type": f"/problems/{slug}", "detail": "It did not work.", "next_step": "Try another.", "status": status}
    return Response(json.dumps(whole | more), status, headers, "application/problem+json")
