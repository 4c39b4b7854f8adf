"""pydantic-ai's own chat_app from its package, with a stub for a model: `chat_app_app.py PORT`.

Its page takes three files from public CDNs; here the same versions come from this server,
and each load of the page begins with the same stored messages.
"""

import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("OPENAI_API_KEY", "never used: the model is a stub")
os.environ.setdefault("LOGFIRE_CONSOLE", "false")

import fastapi
import uvicorn
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse
from pydantic_ai import ModelMessage, ModelMessagesTypeAdapter, ModelRequest, ModelResponse, TextPart, UserPromptPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai_examples import chat_app
from stub import history, reply_chunks

PACKAGES = Path(sys.prefix) / "npm"
CDN_FILES = {
    "bootstrap.min.css": PACKAGES / "bootstrap/dist/css/bootstrap.min.css",
    "typescript.min.js": PACKAGES / "typescript/lib/typescript.js",
    "marked.esm.js": PACKAGES / "marked/lib/marked.esm.js",
}


async def speak(messages: list[ModelMessage], _info: AgentInfo) -> AsyncIterator[str]:
    prompt = messages[-1].parts[-1]
    assert isinstance(prompt, UserPromptPart)
    for chunk in reply_chunks(str(prompt.content)):
        yield chunk


def stored_messages() -> list[ModelMessage]:
    """Each with a time of its own, because the page tells messages apart by their time."""
    began = datetime.now(tz=UTC) - timedelta(days=1)
    return [_stored(role, text, began + timedelta(seconds=index)) for index, (role, text) in enumerate(history())]


def _stored(role: str, text: str, at: datetime) -> ModelMessage:
    if role == "user":
        return ModelRequest(parts=[UserPromptPart(text, timestamp=at)])
    return ModelResponse(parts=[TextPart(text)], timestamp=at)


async def begin_anew(database: chat_app.Database) -> None:
    await database._asyncify(database._execute, "DELETE FROM messages", commit=True)
    messages = stored_messages()
    for start in range(0, len(messages), 2):
        await database.add_messages(ModelMessagesTypeAdapter.dump_json(messages[start : start + 2]))


def with_local_files(text: str) -> str:
    for name in CDN_FILES:
        text = re.sub(rf"https://[^\s'\"]+/{re.escape(name)}", f"/cdn/{name}", text)
    return re.sub(r'integrity="[^"]+" crossorigin="anonymous" ', "", text)


door = fastapi.APIRouter()


@door.get("/")
async def index(request: fastapi.Request) -> HTMLResponse:
    await begin_anew(request.state.db)
    return HTMLResponse(with_local_files((chat_app.THIS_DIR / "chat_app.html").read_text()))


@door.get("/chat_app.ts")
async def script() -> PlainTextResponse:
    return PlainTextResponse(with_local_files((chat_app.THIS_DIR / "chat_app.ts").read_text()))


@door.get("/cdn/{name}")
async def cdn_file(name: str) -> FileResponse:
    return FileResponse(CDN_FILES[name])


def main(port: int) -> None:
    with tempfile.TemporaryDirectory() as folder:

        @asynccontextmanager
        async def lifespan(_app: fastapi.FastAPI) -> AsyncIterator[dict[str, chat_app.Database]]:
            async with chat_app.Database.connect(Path(folder) / "messages.sqlite") as database:
                yield {"db": database}

        served = fastapi.FastAPI(lifespan=lifespan)
        served.include_router(door)
        served.mount("/", chat_app.app)
        with chat_app.agent.override(model=FunctionModel(stream_function=speak)):
            uvicorn.run(served, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
