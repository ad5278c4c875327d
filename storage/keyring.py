"""Which secret opens what was sealed when? Named keys: the newest seals, every one that is still listed opens."""

import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contracts.errors import KeyMissing

_NONCE = 12
"""Bytes: the length that NIST SP 800-38D recommends for AES-GCM."""


class Keyring:
    """AES-256-GCM under secrets of any length, each stretched for one `purpose` and named by a digest of itself.

    The first secret seals. To rotate, put a new one first and leave the old ones until nothing is sealed with them.
    """

    def __init__(self, purpose: str, secrets: Sequence[bytes]) -> None:
        if not secrets or not all(secrets):
            raise ValueError("A keyring needs at least one secret, and none may be empty.")
        derived = [hashlib.sha256(f"handrail {purpose}\0".encode() + secret).digest() for secret in secrets]
        self._ciphers = {hashlib.sha256(b"name\0" + key).hexdigest()[:12]: AESGCM(key) for key in derived}
        self.newest = next(iter(self._ciphers))

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        """Encrypt under the newest key. What is bound to one place does not open in another."""
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[self.newest].encrypt(nonce, plain, bound_to.encode())

    def open(self, key_id: str, sealed: bytes, bound_to: str) -> bytes:
        """Decrypt. Raises KeyMissing for a key that is not here, or for bytes that it did not seal for this place."""
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise KeyMissing(f"The key {key_id!r} is not among those configured: put it back among the old keys.")
        try:
            return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())
        except InvalidTag as error:
            raise KeyMissing(
                f"The key {key_id!r} does not open this: it was changed, or sealed for another place."
            ) from error
