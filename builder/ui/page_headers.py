"""The security headers of every page."""

import base64
import hashlib
import importlib.util
import re
from functools import cache, lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class PageHeaders:
    """Pages load nothing from elsewhere and are shown in no foreign frame. Answers that bring a policy keep it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message.get("headers", [])}
                added = [one for one in page_headers(host) if one[0] not in present]
                message = {**message, "headers": [*message.get("headers", []), *added]}
            await send(message)

        await self.app(scope, receive, sending)


@lru_cache(maxsize=64)  # a visitor chooses the host name
def _policy(sockets: str) -> bytes:
    scripts = " ".join(f"'sha256-{one}'" for one in _inline_scripts())
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' {sockets}".rstrip(),
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    ).encode()


def page_headers(host: str) -> list[tuple[bytes, bytes]]:
    """Older browsers do not count a page's own WebSocket as 'self': they need the host by name."""
    known = re.fullmatch(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?", host)
    return [
        (b"content-security-policy", _policy(f"ws://{host} wss://{host}") if known else _policy("")),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"SAMEORIGIN"),
        (b"referrer-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
    ]


@cache
def _inline_scripts() -> tuple[str, ...]:
    """Hashes of the scripts that stand inside the two HTML files of others: Streamlit's page and the JSON editor's."""
    files = [_beside("streamlit", "static/index.html"), _beside("streamlit_ace", "frontend/build/index.html")]
    found = [script for file in files for script in re.findall(r"<script>(.*?)</script>", file, re.DOTALL)]
    return tuple(base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in found)


def _beside(package: str, name: str) -> str:
    found = importlib.util.find_spec(package)
    file = Path(found.origin).parent / name if found and found.origin else None
    return file.read_text("utf-8") if file and file.is_file() else ""
