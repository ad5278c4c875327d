"""Which keys may sign the tokens? Handrail's published ones, or the development's, which everybody has."""

import asyncio
from typing import Final

import jwt

_DEVELOPMENT: Final = {
    "kty": "EC",
    "crv": "P-256",
    "x": "CqshlzlWGQHMI9O-7gNavVzYYIL7lRn2pzyemuq2qwk",
    "y": "SBoUUwu7nmFsQiA0cRcX0ECGPiGj7Em2On6Mqn7GFIo",
    "kid": "ioW7OAxC3pxsd1pMCpoze50d5H8sDgLvc4dT1WKVUBU",
    "use": "sig",
    "alg": "ES256",
}
_FRESH_FOR = 300
"""Seconds: a key that is no longer published is refused after so long."""
_ASK_AGAIN_AFTER = 5
"""Seconds: nobody makes us ask for every invented key."""


class SigningKeys:
    """The public keys at `url` (a JWK set); the development's without one."""

    def __init__(self, url: str | None) -> None:
        self._client = (
            jwt.PyJWKClient(url, lifespan=_FRESH_FOR, timeout=3, cooldown_duration=_ASK_AGAIN_AFTER) if url else None
        )
        self._development = jwt.PyJWK(_DEVELOPMENT)

    async def key_of(self, token: str) -> jwt.PyJWK:
        """The key that the token names. Raises PyJWTError where it is none of these, or they cannot be read."""
        key_id = jwt.get_unverified_header(token).get("kid")
        if self._client is not None:
            return await asyncio.to_thread(self._client.get_signing_key, str(key_id))
        if key_id != self._development.key_id:
            raise jwt.InvalidTokenError("it is not signed with the development's key")
        return self._development
