"""Who calls, on whose behalf, and for which operations? The delegated token says, and is checked here."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from demo.systems.clock import real_now
from demo.systems.problems import Problem
from demo.systems.signing_keys import SigningKeys

ISSUER = "handrail"
VISITOR = "visitor"
SKEW = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Principal:
    """A customer or a visitor, represented by an agent, with the operations this token covers."""

    subject: str
    agent: str
    operations: frozenset[str]
    reservations: frozenset[str]
    request_id: str
    token_id: str
    expires_at: datetime

    @property
    def is_visitor(self) -> bool:
        """Nobody is signed in."""
        return self.subject == VISITOR


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say here: for which audience, of which subjects and records.

    `subject` and `record` are the patterns of a customer's number and of what an identified visitor may read.
    """

    audience: str
    realm: str
    subject: str
    record: str


async def verify_token(authorization: str | None, keys: SigningKeys, expected: Expected) -> Principal:
    """The principal of a delegated token (ES256, RFC 8693 `act`).

    Raises token_missing, token_invalid, token_expired; unavailable where the keys cannot be had.
    """
    try:
        return await _read_token(authorization, keys, expected)
    except Problem as problem:
        problem.headers = {"WWW-Authenticate": f'Bearer realm="{expected.realm}"'}
        raise


async def _read_token(authorization: str | None, keys: SigningKeys, expected: Expected) -> Principal:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.casefold() != "bearer" or not token:
        raise Problem("token_missing", "send a delegated token: Authorization: Bearer <JWT>")
    required = ["iss", "aud", "sub", "act", "scope", "request_id", "jti", "iat", "exp"]
    try:
        key = await keys.key_of(token)
        claims = jwt.decode(
            token,
            key,
            algorithms=["ES256"],
            issuer=ISSUER,
            audience=expected.audience,
            options={"require": required, "verify_iat": False},
        )
    except jwt.ExpiredSignatureError as error:
        raise Problem("token_expired", "the token has expired; send a fresh one") from error
    except jwt.PyJWKClientConnectionError as error:
        raise Problem("unavailable", "the keys that tokens are signed with cannot be read; try again later") from error
    except (jwt.InvalidTokenError, jwt.PyJWKClientError) as error:
        raise _invalid(f"the token is refused: {error}") from error
    return _principal(claims, expected)


def _principal(claims: dict[str, Any], expected: Expected) -> Principal:
    subject, act, scope = claims["sub"], claims["act"], claims["scope"]
    reservations = claims.get("reservations") or []
    if not isinstance(subject, str) or not (subject == VISITOR or re.match(expected.subject, subject)):
        raise _invalid("claim sub must be a customer number or 'visitor'")
    if not isinstance(act, dict) or not isinstance(act.get("sub"), str):
        raise _invalid("claim act must name the agent: {'sub': 'agent:…'}")
    if not isinstance(scope, str) or not isinstance(claims["request_id"], str) or not isinstance(claims["jti"], str):
        raise _invalid("claims scope, request_id and jti must be strings")
    if not isinstance(reservations, list) or not all(re.match(expected.record, str(code)) for code in reservations):
        raise _invalid("claim reservations must be a list of record codes")
    if datetime.fromtimestamp(float(claims["iat"]), UTC) > real_now() + SKEW:
        raise _invalid("claim iat lies in the future; check the sender's clock")
    return Principal(
        subject=subject,
        agent=act["sub"],
        operations=frozenset(scope.split()),
        reservations=frozenset(str(code) for code in reservations),
        request_id=claims["request_id"],
        token_id=claims["jti"],
        expires_at=datetime.fromtimestamp(float(claims["exp"]), UTC),
    )


def _invalid(detail: str) -> Problem:
    return Problem("token_invalid", detail)
