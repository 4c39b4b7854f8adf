"""Two ways to read the API's own description: Swagger UI and ReDoc, with all that they need served from here.

Their files come with the package fastapi-offline, of which only the files are used; ours are in `builder/api/assets`.
"""

from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

router = APIRouter(include_in_schema=False)
OURS = Path(__file__).resolve().parent.parent / "assets"
BROUGHT = frozenset(("swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js"))
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
FOREIGN = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
# Scripts come from here alone. Both pages write their own styles, and ReDoc searches in a worker that it makes itself.
POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:"),
        *("connect-src 'self'", "font-src 'self' data:", "worker-src blob:", "base-uri 'none'", "form-action 'none'"),
        "frame-ancestors 'none'",
    )
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: {name}</title>
<link rel="icon" href="data:,">
<link rel="service-desc" type="application/json" href="{root}/openapi.json">
{styles}
</head>
<body>
<nav class="strip" aria-label="Description of the API">
<strong>{title}</strong>
<a href="{root}/docs"{swagger}>Try it out</a>
<a href="{root}/redoc"{redoc}>Read</a>
<a href="{root}/openapi.json">openapi.json</a>
</nav>
<main id="page"></main>
<noscript>This page needs JavaScript. The whole description is in openapi.json.</noscript>
{scripts}
</body>
</html>
"""


@router.get("/docs")
async def show_swagger(request: Request) -> HTMLResponse:
    """Swagger UI: each call can be tried out."""
    return _page(request, "swagger", ("swagger-ui.css", "page.css"), ("swagger-ui-bundle.js", "swagger.js"))


@router.get("/redoc")
async def show_redoc(request: Request) -> HTMLResponse:
    """ReDoc: everything in one page to read."""
    return _page(request, "redoc", ("page.css",), ("redoc.standalone.js", "redoc.js"))


@router.get("/docs/{name}")
async def get_file(name: str) -> Response:
    """A script or style of the two pages. A browser asks again after an hour: a new version may be there."""
    found = _files().get(name)
    if found is None:
        raise HTTPException(404)
    return Response(_content(found), media_type=KINDS[found.suffix], headers={"Cache-Control": "public, max-age=3600"})


@cache
def _files() -> dict[str, Path]:
    """What may be asked for. The package is found, not imported: it would bring an application of its own."""
    spec = find_spec("fastapi_offline")
    brought = Path(spec.submodule_search_locations[0], "static") if spec and spec.submodule_search_locations else OURS
    return {name: brought / name for name in BROUGHT} | {file.name: file for file in OURS.iterdir()}


@cache
def _content(file: Path) -> bytes:
    """ReDoc would fetch its maker's sign from elsewhere; without it the words "API docs by Redocly" stay."""
    return file.read_bytes().replace(FOREIGN, b"data:,")


def _page(
    request: Request, which: Literal["swagger", "redoc"], styles: tuple[str, ...], scripts: tuple[str, ...]
) -> HTMLResponse:
    root = escape(str(request.scope.get("root_path", "")), quote=True)
    here = {name: ' aria-current="page"' if name == which else "" for name in ("swagger", "redoc")}
    page = PAGE.format(
        title=escape(request.app.title),
        name="try it out" if which == "swagger" else "read",
        root=root,
        styles="\n".join(f'<link rel="stylesheet" href="{root}/docs/{name}">' for name in styles),
        scripts="\n".join(f'<script src="{root}/docs/{name}"></script>' for name in scripts),
        **here,
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})
