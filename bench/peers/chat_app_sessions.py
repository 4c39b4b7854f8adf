"""pydantic-ai's chat_app behind the plain endpoints, with a database for each session: `chat_app_sessions.py PORT`.

What a turn does is chat_app's own code, untouched: its route, its agent, its Database. `BENCH_MODEL` is the address of
the model. `POST /fill/` puts messages into a session before it is measured.
"""

import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

os.environ.setdefault("OPENAI_API_KEY", "never used: the model is a stub")
os.environ.setdefault("LOGFIRE_CONSOLE", "false")

import fastapi
import uvicorn
from fastapi.responses import StreamingResponse
from pydantic_ai import ModelMessagesTypeAdapter, ModelRequest, ModelResponse, TextPart, UserPromptPart
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai_examples import chat_app
from stub import history

sessions: dict[str, chat_app.Database] = {}
door = fastapi.APIRouter()


@door.post("/session/")
async def begin(request: fastapi.Request) -> dict[str, str]:
    session_id = str(uuid4())
    file = request.state.folder / f"{session_id}.sqlite"
    sessions[session_id] = await request.state.stack.enter_async_context(chat_app.Database.connect(file))
    return {"session_id": session_id}


@door.post("/chat/")
async def chat(
    prompt: Annotated[str, fastapi.Body()], session_id: Annotated[str, fastapi.Body()]
) -> StreamingResponse:
    return await chat_app.post_chat(prompt, sessions[session_id])


@door.post("/fill/")
async def fill(session_id: Annotated[str, fastapi.Body()], messages: Annotated[int, fastapi.Body()]) -> None:
    now = datetime.now(tz=UTC)
    made = [
        ModelRequest(parts=[UserPromptPart(text, timestamp=now)])
        if role == "user"
        else ModelResponse(parts=[TextPart(text)], timestamp=now)
        for role, text in history(messages)
    ]
    for start in range(0, len(made), 2):
        await sessions[session_id].add_messages(ModelMessagesTypeAdapter.dump_json(made[start : start + 2]))


def main(port: int) -> None:
    with tempfile.TemporaryDirectory() as folder:

        @asynccontextmanager
        async def lifespan(_app: fastapi.FastAPI) -> AsyncIterator[dict[str, object]]:
            async with AsyncExitStack() as stack:
                yield {"stack": stack, "folder": Path(folder)}

        served = fastapi.FastAPI(lifespan=lifespan)
        # As chat_app does with its own; without it, it would be spared what it pays there.
        chat_app.logfire.instrument_fastapi(served)
        served.include_router(door)
        model = OpenAIChatModel("bench", provider=OpenAIProvider(base_url=os.environ["BENCH_MODEL"], api_key="none"))
        with chat_app.agent.override(model=model):
            uvicorn.run(served, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
