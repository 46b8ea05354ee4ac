"""What Vite built: stylesheets, islands, fonts and icons, held in memory and served under hashed names for a year."""

import gzip
import json
import mimetypes
from functools import cache
from pathlib import Path

import brotli
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
DIST = FRONTEND / "dist"
_TEXT = {".css", ".js", ".svg", ".json", ".txt", ".map"}
_FOREVER = "public, max-age=31536000, immutable"


@cache
def manifest() -> dict[str, dict[str, object]]:
    path = DIST / ".vite" / "manifest.json"
    if not path.exists():
        raise FileNotFoundError("the frontend is not built: run `make frontend`")
    found: dict[str, dict[str, object]] = json.loads(path.read_text("utf-8"))
    return found


@cache
def asset(source: str) -> str:
    """The address of a built file by the name of its source ("styles/site.css")."""
    return f"/static/{manifest()[source]['file']}"


@cache
def icon(name: str) -> Markup:
    """An icon as inline SVG, hidden from screen readers: words always stand near it."""
    svg = (FRONTEND / "icons" / f"{name}.svg").read_text("utf-8").strip()
    return Markup(svg.replace("<svg ", f'<svg class="icon icon-{name}" aria-hidden="true" focusable="false" ', 1))  # noqa: S704 - our own files


@cache
def _stored(name: str) -> tuple[bytes, bytes | None, bytes | None, str] | None:
    """A built file: its bytes, gzip, brotli and media type; None when there is none by that name."""
    path = (DIST / name).resolve()
    if not path.is_relative_to(DIST) or not path.is_file() or ".vite" in path.parts:
        return None
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix not in _TEXT:
        return body, None, None, kind
    return body, gzip.compress(body, 9, mtime=0), brotli.compress(body, quality=9), kind


async def serve(request: Request) -> Response:
    """A built file, compressed as the client likes. Hashed names never change, so it may be kept for a year."""
    found = _stored(request.path_params["name"])
    if found is None:
        return Response("Not found", 404, media_type="text/plain")
    body, gzipped, brotlied, kind = found
    headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "")
    if brotlied is not None and "br" in accepted:
        body, headers["Content-Encoding"] = brotlied, "br"
    elif gzipped is not None and "gzip" in accepted:
        body, headers["Content-Encoding"] = gzipped, "gzip"
    return Response(body, headers=headers, media_type=kind)


routes = [Route("/static/{name:path}", serve, name="static")]
