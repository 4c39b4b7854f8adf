"""`python -m builder generate`: one specification in, a configuration out, without a talk."""

import asyncio
import json
import sys
from typing import Any

from builder import settings, wiring


def run(spec: str) -> None:
    """`spec`: the words themselves, or - for the input."""
    text = sys.stdin.read() if spec == "-" else spec
    print(json.dumps(asyncio.run(_generated(text)), ensure_ascii=False, indent=2))


async def _generated(text: str) -> dict[str, Any]:
    app = wiring.build(settings.load())
    try:
        return await app.interviews.generate(text)
    finally:
        await app.rest()
        app.close()
