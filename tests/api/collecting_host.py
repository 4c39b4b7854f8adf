"""A server that only says whether garbage is collected in it. A program: `python -m tests.api.collecting_host PORT`."""

import gc
import sys

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from builder import server


async def collecting(_: Request) -> PlainTextResponse:
    return PlainTextResponse(str(gc.isenabled()))


app = Starlette(routes=[Route("/", collecting)])

if __name__ == "__main__":
    server.serve("127.0.0.1", int(sys.argv[1]), "tests.api.collecting_host:app")
