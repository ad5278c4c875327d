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
    "Cache-Control": "public, max-age=31536000, immutable",
}


@router.get("/media/{pack}/{digest}/{name}")
async def drawing(pack: str, digest: str, name: str, service: TheService) -> Response:
    """The drawing whose bytes have this digest, public as the company's site is. 404 where no version has it.

    Which version is active does not count: the address stands in replies, which stay what they were.
    """
    drawn = await service.packs.drawing(pack, digest, name)
    if drawn is None:
        raise Refused(404, "not_found", "The pack has no such drawing.")
    return Response(drawn, media_type="image/svg+xml", headers=_HEADERS)
