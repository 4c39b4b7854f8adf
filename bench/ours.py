"""Our own Build page as one more entry: how it is started, and how a session gets its history."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import httpx

from bench.peer import Peer, any_new_text

OUR_NAME = "Agent Builder"  # answering from a stub at once, as the peers do
OUR_GUIDE = "Agent Builder, offline guide"
REPOSITORY = Path(__file__).parent.parent
MODEL_KEYS = ("GOOGLE_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY")
SERVE = [sys.executable, "-m", "builder", "serve", "--port", "{port}"]


def environment(folder: Path) -> dict[str, str]:
    """A database of its own, no limits, and no key, so that the offline interviewer answers."""
    keyless = dict.fromkeys(MODEL_KEYS, "")
    database = f"sqlite:///{folder}/bench.sqlite"
    return {"DATABASE_URL": database, "CHAT_RATE_LIMIT": "off", "MAX_CONVERSATION_LENGTH": "0", **keyless}


def ours(folder: Path) -> tuple[Peer, Peer]:
    """Our Build page twice: led by a stub like the peers', and by the interviewer that people meet."""
    stub, guide = folder / "stub", folder / "guide"
    for own in (stub, guide):
        own.mkdir()
    return _page(OUR_NAME, environment(stub) | {"MOCK_MODE": "true"}), _page(OUR_GUIDE, environment(guide))


def _page(name: str, env: dict[str, str]) -> Peer:
    return Peer(
        name,
        lambda: SERVE,
        input="textarea[data-chat-input]",
        reply="[data-role=model]",
        marker=any_new_text,
        say=lambda turn: f"Please note wish {turn}: it should answer questions about late invoices.",
        page_url=partial(preload, env=env),
        env=env,
        cwd=REPOSITORY,
        folds_history=True,
    )


def preload(base_url: str, messages: int, env: dict[str, str]) -> str:
    """A new session that already holds so many messages; gives the address of its Build page."""
    session = new_session(base_url)
    if messages:
        fill = [sys.executable, "-m", "builder", "fill-session", session, str(messages)]
        subprocess.run(fill, cwd=REPOSITORY, env={**os.environ, **env}, check=True, stdout=subprocess.DEVNULL)
    return f"{base_url}/Build?session={session}"


def new_session(base_url: str) -> str:
    answer = httpx.post(f"{base_url}/api/session/", timeout=30, trust_env=False)
    answer.raise_for_status()
    return str(answer.json()["session_id"])
