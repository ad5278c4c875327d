"""Which key encrypts a customer's values? One data key each, wrapped by a master key; without it nothing opens."""

import os
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from ulid import ULID

from storage.keyring import Keyring
from storage.tables import requests
from storage.vault_tables import data_keys

KEY_BYTES = 32


@dataclass(frozen=True)
class Wrapped:
    """A data key as it is stored: sealed by the master key `master`."""

    master: str
    sealed: bytes


class MasterKeys(Protocol):
    """Who wraps data keys: secrets of our own, or a key service. Raises KeyMissing for what it cannot open."""

    async def wrap(self, key: bytes, bound_to: str) -> Wrapped: ...

    async def unwrap(self, wrapped: Wrapped, bound_to: str) -> bytes: ...

    async def newest(self) -> str:
        """The name of the master key that wraps now."""
        ...


class LocalMasterKeys:
    """Master keys from settings or a file."""

    def __init__(self, *secrets: bytes) -> None:
        self._keyring = Keyring("master key", secrets)

    async def wrap(self, key: bytes, bound_to: str) -> Wrapped:
        """Seal under the newest secret."""
        return Wrapped(self._keyring.newest, self._keyring.seal(key, bound_to))

    async def unwrap(self, wrapped: Wrapped, bound_to: str) -> bytes:
        """Open with the secret that sealed it. Raises KeyMissing."""
        return self._keyring.open(wrapped.master, wrapped.sealed, bound_to)

    async def newest(self) -> str:
        """The newest secret's name."""
        return self._keyring.newest


_SUBJECT = func.coalesce(requests.c.customer_id, "visitor:" + requests.c.request_id)
"""A visitor's values belong to the one request: nobody knows whose they are."""


async def assign_key(connection: AsyncConnection, masters: MasterKeys, request_id: str) -> None:
    """Give the request its customer's data key, made now if there is none. The caller has locked its row."""
    row = (
        await connection.execute(
            select(requests.c.pack, _SUBJECT.label("subject")).where(requests.c.request_id == request_id)
        )
    ).one()
    key_id = await _find_or_make(connection, masters, row.pack, row.subject)
    await connection.execute(update(requests).where(requests.c.request_id == request_id).values(key_id=key_id))


async def _find_or_make(connection: AsyncConnection, masters: MasterKeys, pack: str, subject: str) -> str:
    is_this = (data_keys.c.pack == pack, data_keys.c.subject == subject, data_keys.c.wrapped.is_not(None))
    find = select(data_keys.c.key_id).where(*is_this)
    found = (await connection.execute(find)).scalar()
    if found is not None:
        return str(found)
    key_id = f"key-{ULID()}".lower()
    wrapped = await masters.wrap(os.urandom(KEY_BYTES), key_id)
    row = {"key_id": key_id, "pack": pack, "subject": subject, "master": wrapped.master, "wrapped": wrapped.sealed}
    await connection.execute(
        insert(data_keys)
        .values(**row)
        .on_conflict_do_nothing(
            index_elements=[data_keys.c.pack, data_keys.c.subject], index_where=text("wrapped IS NOT NULL")
        )
    )
    return str((await connection.execute(find)).scalar_one())


async def rewrap_keys(connection: AsyncConnection, masters: MasterKeys, *, limit: int = 500) -> int:
    """Wrap data keys of older master keys under the newest one, at most `limit` of them; returns how many were."""
    newest = await masters.newest()
    query = (
        select(data_keys.c.key_id, data_keys.c.master, data_keys.c.wrapped)
        .where(data_keys.c.master != newest, data_keys.c.wrapped.is_not(None))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = (await connection.execute(query)).all()
    for row in rows:
        key = await masters.unwrap(Wrapped(row.master, row.wrapped), row.key_id)
        wrapped = await masters.wrap(key, row.key_id)
        statement = update(data_keys).where(data_keys.c.key_id == row.key_id)
        await connection.execute(statement.values(master=wrapped.master, wrapped=wrapped.sealed))
    return len(rows)


async def count_by_master(connection: AsyncConnection) -> dict[str, int]:
    """How many data keys each master key still wraps."""
    query = (
        select(data_keys.c.master, func.count()).where(data_keys.c.wrapped.is_not(None)).group_by(data_keys.c.master)
    )
    return {str(row[0]): int(row[1]) for row in await connection.execute(query)}
