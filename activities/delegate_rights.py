"""With whose rights does a tool call run? A short-lived token for this customer, this agent, this scope (RFC 8693)."""

from datetime import UTC, datetime

import jwt

from activities.delegation_keys import ALGORITHM, delegation_key
from contracts.ids import new_secret_id
from contracts.principal import Acting
from contracts.tool import ToolContract


class DelegatedTokens:
    """Mints the tokens that company systems check. They know the public key only: none can sign for another."""

    def __init__(self, secret: str) -> None:
        self._key = delegation_key(secret)

    def mint(
        self, contract: ToolContract, acting: Acting, request_id: str, pack: str, *, now: datetime, until: datetime
    ) -> str:
        """A token for one send: a fresh `jti`, valid from `now` until `until` (aware; PostgreSQL's for writes)."""
        claims = {
            "iss": "handrail",
            "aud": contract.audience,
            "sub": acting.customer_id or "visitor",
            "act": {"sub": f"agent:{pack}"},
            "scope": contract.scope,
            "reservations": list(acting.reservations),
            "request_id": request_id,
            "jti": new_secret_id("jti"),
            "iat": int(now.astimezone(UTC).timestamp()),
            "exp": int(until.astimezone(UTC).timestamp()),
        }
        return jwt.encode(claims, self._key.private, algorithm=ALGORITHM, headers={"kid": self._key.key_id})
