"""Where does personal data live? Encrypted rows; everywhere else only tokens such as <EMAIL_1>."""

import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import vault

_LOCK = text("SELECT 1 FROM handrail.requests WHERE request_id = :r FOR UPDATE")


class Vault:
    """Mints tokens for values and gives values back to those who may have them.

    `key` are 32 bytes. Values are encrypted with AES-256-GCM; a value is found again by an HMAC of its normal form.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(hashlib.sha256(b"handrail vault cipher" + key).digest())
        self._index_key = hashlib.sha256(b"handrail vault index" + key).digest()

    def _fingerprint(self, request_id: str, kind: str, value: str) -> str:
        normal = " ".join(value.split()).casefold()
        return hmac.new(self._index_key, f"{request_id}\0{kind}\0{normal}".encode(), hashlib.sha256).hexdigest()

    def _seal(self, request_id: str, token: str, value: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, value.encode(), f"{request_id}\0{token}".encode())

    def _open(self, request_id: str, token: str, sealed: bytes) -> str:
        plain = self._cipher.decrypt(sealed[:12], sealed[12:], f"{request_id}\0{token}".encode())
        return plain.decode()

    async def tokens_for(
        self, connection: AsyncConnection, request_id: str, values: list[tuple[str, str]], *, source: str
    ) -> dict[tuple[str, str], str]:
        """A token for each (kind, value): the stored one, or a new one, numbered under the request's row lock."""
        wanted = {(kind, value): self._fingerprint(request_id, kind, value) for kind, value in dict.fromkeys(values)}
        if not wanted:
            return {}
        found = await self._find(connection, request_id, list(wanted.values()))
        if any(mark not in found for mark in wanted.values()):
            await connection.execute(_LOCK, {"r": request_id})
            found = await self._find(connection, request_id, list(wanted.values()))
            await self._mint(connection, request_id, wanted, found, source)
        return {pair: found[mark] for pair, mark in wanted.items()}

    async def _find(self, connection: AsyncConnection, request_id: str, marks: list[str]) -> dict[str, str]:
        query = select(vault.c.value_hmac, vault.c.token).where(
            vault.c.request_id == request_id, vault.c.value_hmac.in_(marks)
        )
        return {row.value_hmac: row.token for row in await connection.execute(query)}

    async def _mint(
        self,
        connection: AsyncConnection,
        request_id: str,
        wanted: dict[tuple[str, str], str],
        found: dict[str, str],
        source: str,
    ) -> None:
        counts = select(vault.c.kind, func.count()).where(vault.c.request_id == request_id).group_by(vault.c.kind)
        numbers = {row[0]: int(row[1]) for row in await connection.execute(counts)}
        for (kind, value), mark in wanted.items():
            if mark in found:
                continue
            numbers[kind] = numbers.get(kind, 0) + 1
            token = f"<{kind}_{numbers[kind]}>"
            sealed = self._seal(request_id, token, value)
            row = {"request_id": request_id, "token": token, "kind": kind, "value_hmac": mark, "ciphertext": sealed}
            await connection.execute(insert(vault).values(**row, source=source))
            found[mark] = token

    async def values_of(self, connection: AsyncConnection, request_id: str) -> dict[str, str]:
        """Every token of the request with its value. Keep it in memory, for the guard, a call or the owner's screen."""
        query = select(vault.c.token, vault.c.ciphertext).where(vault.c.request_id == request_id)
        rows = await connection.execute(query)
        return {row.token: self._open(request_id, row.token, row.ciphertext) for row in rows}

    async def known_values(self, connection: AsyncConnection, request_id: str) -> list[tuple[str, str, str]]:
        """(kind, value, token) of everything the vault knows of this request."""
        query = select(vault.c.kind, vault.c.token, vault.c.ciphertext).where(vault.c.request_id == request_id)
        rows = await connection.execute(query)
        return [(row.kind, self._open(request_id, row.token, row.ciphertext), row.token) for row in rows]
