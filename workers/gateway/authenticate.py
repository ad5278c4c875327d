"""Who is calling? A JWT's owner, checked for issuer, audience, expiry and signature; or a visitor."""

import asyncio
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import jwt
from pydantic import ValidationError

from contracts.errors import Refused
from contracts.principal import Principal
from workers.settings import Settings

_REQUIRED = ["exp", "iat", "iss", "aud", "sub"]
_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


class TokenHolder(Principal):
    """The principal of one call. What lasts longer than the token, such as a stream, ends with it."""

    expires_at: datetime | None = None

    def seconds_left(self) -> float:
        """How long the token is valid yet; without one for ever."""
        return float("inf") if self.expires_at is None else (self.expires_at - datetime.now(UTC)).total_seconds()


async def authenticate(header: str | None, settings: Settings) -> TokenHolder:
    """The principal of an Authorization header; a visitor without one. Raises Refused (401) for a bad token."""
    if header is None:
        return TokenHolder()
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(401, "token_invalid", "The Authorization header must be `Bearer <JWT>`.")
    try:
        claims = await _decode(token, settings)
        if not claims["sub"] or "\0" in claims["sub"]:
            raise jwt.InvalidTokenError("the subject is empty, or none that can be stored")
        return TokenHolder(
            subject=claims["sub"],
            role=claims.get("role", "customer"),
            pack=claims.get("pack"),
            level=claims.get("level", 1),
            expires_at=datetime.fromtimestamp(min(int(claims["exp"]), _LAST_SECOND), UTC),
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
