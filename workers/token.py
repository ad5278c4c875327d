"""How does a developer get a token? `python -m workers token --sub C101 --role customer`."""

import argparse
import sys
from datetime import UTC, datetime, timedelta

import jwt

from contracts.errors import NotReady
from contracts.principal import OF_ALL_PACKS, Role
from workers.connect import served_packs
from workers.settings import Settings

ROLES: tuple[Role, ...] = ("visitor", "customer", "agent", "supervisor", "operator", "compliance")


def mint_token(
    settings: Settings, subject: str, role: Role, *, pack: str | None = None, level: int = 1, hours: float = 12
) -> str:
    """A development token, signed with HANDRAIL_JWT_SECRET."""
    now = datetime.now(UTC)
    claims = {
        "iss": settings.jwt_issuer,
        "aud": settings.jwt_audience,
        "sub": subject,
        "role": role,
        "level": level,
        "iat": now,
        "exp": now + timedelta(hours=hours),
    }
    if pack is not None:
        claims["pack"] = pack
    return jwt.encode(claims, settings.jwt_secret.get_secret_value(), algorithm="HS256")


def main(argv: list[str]) -> int:
    """Print a token; refused where the keys are an identity provider's."""
    parser = argparse.ArgumentParser(prog="python -m workers token")
    parser.add_argument("--sub", required=True, help="whose token, e.g. C101")
    parser.add_argument("--role", choices=ROLES, default="customer")
    parser.add_argument("--pack", help="of this company (default: the first served; visitors and operators: none)")
    parser.add_argument("--level", type=int, default=1)
    parser.add_argument("--hours", type=float, default=12)
    given = parser.parse_args(argv)
    settings = Settings()
    if settings.jwks_url is not None:
        print("HANDRAIL_JWKS_URL is set: tokens come from your identity provider.", file=sys.stderr)
        return 1
    try:
        pack = given.pack or (None if given.role in OF_ALL_PACKS else served_packs(settings)[0])
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    print(mint_token(settings, given.sub, given.role, pack=pack, level=given.level, hours=given.hours))
    return 0
