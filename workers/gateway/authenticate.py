"""Who is calling? A JWT's owner, checked for issuer, audience, expiry and signature; or a visitor."""

import asyncio
from functools import lru_cache
from typing import Any

import jwt
from pydantic import ValidationError

from contracts.errors import Refused
from contracts.principal import Principal
from workers.settings import Settings

_REQUIRED = ["exp", "iat", "iss", "aud", "sub"]


async def authenticate(header: str | None, settings: Settings) -> Principal:
    """The principal of an Authorization header; a visitor without one. Raises Refused (401) for a bad token."""
    if header is None:
        return Principal()
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(401, "token_invalid", "The Authorization header must be `Bearer <JWT>`.")
    try:
        claims = await _decode(token, settings)
        return Principal(
            subject=claims["sub"],
            role=claims.get("role", "customer"),
            pack=claims.get("pack"),
            level=claims.get("level", 1),
        )
    except jwt.ExpiredSignatureError as error:
        raise Refused(401, "token_expired", "The token has expired: sign in again.") from error
    except (jwt.PyJWTError, ValidationError) as error:
        raise Refused(401, "token_invalid", f"The token is not valid here ({type(error).__name__}).") from error


async def _decode(token: str, settings: Settings) -> dict[str, Any]:
    options: Any = {"require": _REQUIRED}
    checks: dict[str, Any] = {"issuer": settings.jwt_issuer, "audience": settings.jwt_audience, "options": options}
    if settings.jwks_url is None:
        return jwt.decode(token, settings.jwt_secret.get_secret_value(), algorithms=["HS256"], **checks)
    key = await asyncio.to_thread(_keys(settings.jwks_url).get_signing_key_from_jwt, token)
    return jwt.decode(token, key.key, algorithms=["RS256", "ES256", "EdDSA"], **checks)


@lru_cache(maxsize=4)
def _keys(url: str) -> jwt.PyJWKClient:
    return jwt.PyJWKClient(url, cache_keys=True, lifespan=300, timeout=5)
