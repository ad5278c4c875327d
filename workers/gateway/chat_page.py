"""How is the customer's chat served? As files of its own, under a policy that runs nothing else."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from contracts.errors import Refused

router = APIRouter(include_in_schema=False)

FILES = Path(__file__).resolve().parents[2] / "console" / "chat"
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


@router.get("/")
async def home() -> RedirectResponse:
    """The chat is the front page."""
    return RedirectResponse("/chat")


@router.get("/chat")
async def page(request: Request) -> Response:
    """The demo's page around the chat."""
    return _file(request, "index.html")


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
