"""Where does personal data live? Encrypted rows; everywhere else only tokens such as <EMAIL_1>."""

import hashlib
import hmac
import os
from base64 import b64decode
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import BindParameter, Select, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import KeyMissing
from governance.cards import kept_of, normal_of
from storage.data_keys import MasterKeys, Wrapped, assign_key
from storage.json_rows import json_rows
from storage.tables import requests
from storage.vault_tables import data_keys, vault

_LOCK = text("SELECT key_id, erased_at FROM handrail.requests WHERE request_id = :r FOR UPDATE")
_KEPT_OPEN = 4_096
"""Data keys that one process keeps in memory. A destroyed one is never looked for: its row no longer names it."""


@dataclass(frozen=True)
class _DataKey:
    """A customer's data key, opened."""

    cipher: AESGCM
    index: bytes
    digests: bytes

    @classmethod
    def of(cls, key: bytes) -> "_DataKey":
        derived = (hashlib.sha256(purpose + key).digest() for purpose in (b"handrail vault index", b"handrail digests"))
        return cls(AESGCM(key), *derived)

    def fingerprint(self, request_id: str, kind: str, value: str) -> str:
        return hmac.new(
            self.index, f"{request_id}\0{kind}\0{normal_of(kind, value)}".encode(), hashlib.sha256
        ).hexdigest()

    def seal(self, request_id: str, token: str, value: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + self.cipher.encrypt(nonce, value.encode(), f"{request_id}\0{token}".encode())

    def open(self, request_id: str, token: str, sealed: bytes) -> str:
        try:
            return self.cipher.decrypt(sealed[:12], sealed[12:], f"{request_id}\0{token}".encode()).decode()
        except InvalidTag as error:
            raise KeyMissing(f"The value of {token} in {request_id!r} was changed, or is another place's.") from error


@dataclass(frozen=True)
class Sealed:
    """What the vault holds of a request, as read by one statement: a key destroyed meanwhile opens nothing.

    `rows` are those of `sealed_of`. Without `wrapped` the key was destroyed; without `key_id` there never was one.
    """

    key_id: str | None
    master: str | None
    wrapped: bytes | None
    rows: list[dict[str, str]]


class Vault:
    """Mints tokens for values and gives values back to those who may have them.

    Values are encrypted with AES-256-GCM under their customer's data key, and found again by an HMAC of their normal
    form under the same key: with the key destroyed neither says anything. Raises KeyMissing for what does not open.
    """

    def __init__(self, masters: MasterKeys) -> None:
        self.masters = masters
        self._opened: OrderedDict[bytes, _DataKey] = OrderedDict()

    async def tokens_for(
        self, connection: AsyncConnection, request_id: str, values: list[tuple[str, str]], *, source: str
    ) -> dict[tuple[str, str], str]:
        """A token for each (kind, value): the stored one, or a new one, numbered under the request's row lock."""
        wanted = list(dict.fromkeys(values))
        if not wanted:
            return {}
        key, rows = await self._read(connection, request_id)
        found = _matching(key, request_id, wanted, rows)
        if key is None or len(found) < len(wanted):
            await self._lock(connection, request_id)
            key, rows = await self._read(connection, request_id)
            if key is None:
                raise KeyMissing(f"The request {request_id!r} has no data key.")
            found = _matching(key, request_id, wanted, rows)
            await self._mint(connection, key, request_id, [pair for pair in wanted if pair not in found], found, source)
        return found

    async def _lock(self, connection: AsyncConnection, request_id: str) -> None:
        row = (await connection.execute(_LOCK, {"r": request_id})).one()
        if row.erased_at is not None:
            raise KeyMissing(f"The request {request_id!r} was erased: nothing is kept for it any more.")
        if row.key_id is None:
            await assign_key(connection, self.masters, request_id)

    async def _mint(
        self,
        connection: AsyncConnection,
        key: _DataKey,
        request_id: str,
        missing: list[tuple[str, str]],
        found: dict[tuple[str, str], str],
        source: str,
    ) -> None:
        counts = select(vault.c.kind, func.count()).where(vault.c.request_id == request_id).group_by(vault.c.kind)
        numbers = {row[0]: int(row[1]) for row in await connection.execute(counts)} if missing else {}
        minted: dict[str, str] = {}
        for kind, value in missing:
            mark = key.fingerprint(request_id, kind, value)
            if mark not in minted:
                numbers[kind] = numbers.get(kind, 0) + 1
                minted[mark] = token = f"<{kind}_{numbers[kind]}>"
                sealed = key.seal(request_id, token, kept_of(kind, value))
                row = {"request_id": request_id, "token": token, "kind": kind, "value_hmac": mark, "ciphertext": sealed}
                await connection.execute(insert(vault).values(**row, source=source))
            found[kind, value] = minted[mark]

    async def digest_key(self, connection: AsyncConnection, request_id: str) -> bytes:
        """What keys the digests over this customer's values: made from their data key, and gone with it."""
        key, _ = await self._read(connection, request_id)
        if key is None:
            await self._lock(connection, request_id)
            key, _ = await self._read(connection, request_id)
        if key is None:
            raise KeyMissing(f"The request {request_id!r} has no data key.")
        return key.digests

    async def knows_from(self, connection: AsyncConnection, request_id: str, source: str) -> bool:
        """Whether anything that the vault has of this request came from there."""
        query = select(vault.c.token).where(vault.c.request_id == request_id, vault.c.source == source).limit(1)
        return (await connection.execute(query)).first() is not None

    async def values_of(self, connection: AsyncConnection, request_id: str) -> dict[str, str]:
        """Every token of the request with its value. Keep it in memory, for the guard, a call or the owner's screen."""
        return {token: value for _, value, token in await self.known_values(connection, request_id)}

    async def known_values(self, connection: AsyncConnection, request_id: str) -> list[tuple[str, str, str]]:
        """(kind, value, token) of everything the vault knows of this request."""
        key, rows = await self._read(connection, request_id)
        return _opened(key, request_id, rows)

    async def open_values(self, request_id: str, sealed: Sealed) -> list[tuple[str, str, str]]:
        """The same of rows that were read with others."""
        return _opened(await self._key_of(sealed), request_id, sealed.rows)

    async def _read(self, connection: AsyncConnection, request_id: str) -> tuple[_DataKey | None, list[dict[str, str]]]:
        """The request's data key and its rows."""
        query = (
            select(requests.c.key_id, data_keys.c.master, data_keys.c.wrapped, json_rows(sealed_of(request_id)))
            .outerjoin(data_keys, data_keys.c.key_id == requests.c.key_id)
            .where(requests.c.request_id == request_id)
        )
        row = (await connection.execute(query)).first()
        if row is None:
            return None, []
        sealed = Sealed(*row)
        return await self._key_of(sealed), sealed.rows

    async def _key_of(self, sealed: Sealed) -> _DataKey | None:
        if sealed.key_id is None:
            return None
        if sealed.master is None or sealed.wrapped is None:
            raise KeyMissing(f"The data key {sealed.key_id!r} was destroyed: its customer was erased.")
        return await self._open_key(sealed.key_id, Wrapped(sealed.master, sealed.wrapped))

    async def _open_key(self, key_id: str, wrapped: Wrapped) -> _DataKey:
        opened = self._opened.get(wrapped.sealed)
        if opened is None:
            opened = _DataKey.of(await self.masters.unwrap(wrapped, key_id))
            self._opened[wrapped.sealed] = opened
            if len(self._opened) > _KEPT_OPEN:
                self._opened.popitem(last=False)
        return opened


def sealed_of(request_id: str | BindParameter[Any]) -> Select[Any, Any, Any, Any]:
    """The query for the vault's rows of this request, for `Sealed`."""
    sealed = func.encode(vault.c.ciphertext, "base64").label("sealed")
    return select(vault.c.kind, vault.c.token, vault.c.value_hmac, sealed).where(vault.c.request_id == request_id)


def _opened(key: _DataKey | None, request_id: str, rows: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    """(kind, value, token) of each row; none without a key."""
    if key is None:
        return []
    return [(row["kind"], key.open(request_id, row["token"], b64decode(row["sealed"])), row["token"]) for row in rows]


def _matching(
    key: _DataKey | None, request_id: str, wanted: list[tuple[str, str]], rows: list[dict[str, str]]
) -> dict[tuple[str, str], str]:
    if key is None:
        return {}
    tokens = {row["value_hmac"]: row["token"] for row in rows}
    marks = {pair: key.fingerprint(request_id, *pair) for pair in wanted}
    return {pair: tokens[mark] for pair, mark in marks.items() if mark in tokens}
