"""How is the customer's chat served? As files of its own, under a policy that runs nothing else."""

from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from contracts.errors import NotReady, Refused
from storage.database import DATABASE_ERRORS
from workers.gateway.service import Service, TheService

router = APIRouter(include_in_schema=False)

FILES = Path(__file__).resolve().parents[2] / "console" / "chat"
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'{media}",
        "media-src 'self'{media}",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)
"""Pictures and videos may come from where the packs say that theirs are: `media` is filled with these hosts."""
_HEADERS = {
    "Content-Security-Policy": POLICY.format(media=""),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_LOADED = ("image", "video")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


@router.get("/")
async def home() -> RedirectResponse:
    """The chat is the front page."""
    return RedirectResponse("/chat")


@router.get("/chat")
async def page(request: Request, service: TheService) -> Response:
    """The demo's page around the chat."""
    response = _file(request, "index.html")
    response.headers["Content-Security-Policy"] = POLICY.format(media="".join(await _media_hosts(service)))
    return response


async def _media_hosts(service: Service) -> list[str]:
    """Where the served packs keep what they show, each with a space before it; none while a pack cannot be read.

    A drawing of a pack's own is the gateway's (`drawings.py`) and needs no host.
    """
    try:
        packs = [await service.packs.current(name) for name in service.packs]
    except (NotReady, *DATABASE_ERRORS):
        return []
    shown = {urlsplit(item.url).netloc for pack in packs for item in pack.media.values() if item.kind in _LOADED}
    return [f" https://{host}" for host in sorted(shown) if host]


@router.get("/chat/{name}")
async def part(request: Request, name: str) -> Response:
    """One file of the chat. Other pages may embed its scripts, so they may be read from anywhere; 404 for others."""
    response = _file(request, name)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _file(request: Request, name: str) -> Response:
    """The file, or 304 where the browser has it already."""
    path = FILES / name
    kind = _TYPES.get(path.suffix)
    if kind is None or path.parent != FILES or not path.is_file():
        raise Refused(404, "not_found", f"The chat has no file {name[:60]!r}.")
    response = FileResponse(path, media_type=kind, headers=_HEADERS, stat_result=path.stat())
    if request.headers.get("if-none-match") == response.headers["etag"]:
        return Response(status_code=304, headers={**_HEADERS, "etag": response.headers["etag"]})
    return response
