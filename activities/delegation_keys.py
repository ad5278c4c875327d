"""Which keys sign the delegated tokens, and what do company systems need to check them?"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from jwt.algorithms import ECAlgorithm

from governance.canonical import canonical_bytes

ALGORITHM = "ES256"
JWKS_PATH = "/.well-known/jwks.json"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points the curve P-256 has (FIPS 186-5)."""
_BYTES = 48
"""Twelve bytes of randomness more than the order has make the remainder even (FIPS 186-5, A.2.1, asks for eight)."""


@dataclass(frozen=True)
class DelegationKey:
    """One signing key; `key_id` is its thumbprint (RFC 7638), `public` its JWK."""

    private: ec.EllipticCurvePrivateKey
    key_id: str
    public: dict[str, str]


@lru_cache(maxsize=16)
def delegation_key(secret: str) -> DelegationKey:
    """The ES256 key of a secret: whoever has the secret can sign, whoever has the public key can only check."""
    derived = HKDF(hashes.SHA256(), _BYTES, salt=None, info=b"handrail delegated tokens").derive(secret.encode())
    private = ec.derive_private_key(int.from_bytes(derived) % (_ORDER - 1) + 1, ec.SECP256R1())
    jwk = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    public = {name: str(jwk[name]) for name in ("crv", "kty", "x", "y")}
    thumbprint = hashlib.sha256(canonical_bytes({**public})).digest()
    key_id = base64.urlsafe_b64encode(thumbprint).rstrip(b"=").decode()
    return DelegationKey(private, key_id, {**public, "kid": key_id, "use": "sig", "alg": ALGORITHM})


def public_keys(secrets: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """The JWK set (RFC 7517) of these secrets, in their order."""
    return {"keys": [delegation_key(secret).public for secret in secrets]}
