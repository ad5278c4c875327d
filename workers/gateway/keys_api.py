"""By which keys do company systems check the tokens that tool calls carry?"""

from fastapi import APIRouter, Response

from activities.delegation_keys import JWKS_PATH, public_keys
from workers.gateway.service import TheService

router = APIRouter(tags=["keys"])


@router.get(JWKS_PATH)
async def delegation_keys(service: TheService, response: Response) -> dict[str, list[dict[str, str]]]:
    """The JWK set (RFC 7517) of the delegated tokens: public, the signing key first, others while keys change."""
    response.headers["Cache-Control"] = "public, max-age=60"
    return public_keys(service.settings.delegation_secrets)
