"""How is a pack's own drawing served? As an image that may do nothing, also where somebody opens it by itself."""

from fastapi import APIRouter
from fastapi.responses import Response

from contracts.errors import Refused
from workers.gateway.service import TheService

router = APIRouter(include_in_schema=False)

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=300",
}


@router.get("/media/{pack}/{name}")
async def drawing(pack: str, name: str, service: TheService) -> Response:
    """The drawing as the version in force has it: it is public, as the company's site is. 404 where there is none."""
    drawn = (await service.packs.current(pack)).drawings.get(name) if pack in service.packs else None
    if drawn is None:
        raise Refused(404, "not_found", "The pack has no such drawing.")
    return Response(drawn, media_type="image/svg+xml", headers=_HEADERS)
