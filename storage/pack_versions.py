"""Which versions of a pack are stored? Whole and immutable, by digest, so that no process needs the folder."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import NotReady
from contracts.model import Contract
from contracts.pack import Pack
from storage.control_tables import pack_files, pack_versions


class UnknownVersion(NotReady):
    """No version of this digest is stored, or a prefix names several."""

    code = "pack.unknown_version"


class StoredVersion(Contract):
    """A stored version: its digest, whose it is, what it calls itself, and when a deployment last brought it."""

    digest: str
    pack: str
    version: str
    stored_by: str
    stored_at: datetime
    deployed_at: datetime | None = None


async def store_version(connection: AsyncConnection, pack: Pack, files: Mapping[str, bytes], by: str) -> bool:
    """Store every file of this pack under its digest, once. False where it is stored already."""
    version = {"digest": pack.digest, "pack": pack.name, "version": pack.manifest.version, "stored_by": by}
    statement = insert(pack_versions).values(**version).on_conflict_do_nothing().returning(pack_versions.c.digest)
    if (await connection.execute(statement)).first() is None:
        return False
    rows = [{"digest": pack.digest, "path": path, "content": content} for path, content in files.items()]
    await connection.execute(insert(pack_files), rows)
    return True


async def read_files(connection: AsyncConnection, digest: str) -> dict[str, bytes]:
    """The files of a version by their path in the pack. Raises UnknownVersion."""
    query = select(pack_files.c.path, pack_files.c.content).where(pack_files.c.digest == digest)
    files = {row.path: bytes(row.content) for row in await connection.execute(query)}
    if not files:
        raise UnknownVersion(f"no version {digest[:12]!r} is stored; `python -m workers pack store DIR` stores one")
    return files


async def find_drawing(connection: AsyncConnection, pack: str, digest: str, name: str) -> bytes | None:
    """The drawing of this name and these bytes, from any version of the pack; None where no version has it.

    `digest` are the first digits of the SHA-256 of its bytes, in hex, as its address has them.
    """
    bytes_named = func.left(func.encode(func.sha256(pack_files.c.content), "hex"), len(digest)) == digest
    of_pack = (pack_versions.c.pack == pack) & (pack_versions.c.digest == pack_files.c.digest)
    query = select(pack_files.c.content).where(of_pack, pack_files.c.path == f"media/{name}", bytes_named).limit(1)
    found = (await connection.execute(query)).scalar()
    return None if found is None else bytes(found)


async def list_versions(connection: AsyncConnection, pack: str) -> list[StoredVersion]:
    """The pack's versions, newest first."""
    query = select(pack_versions).where(pack_versions.c.pack == pack).order_by(pack_versions.c.stored_at.desc())
    return [StoredVersion.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


async def find_version(connection: AsyncConnection, pack: str, named: str) -> StoredVersion:
    """The one version of this pack whose digest starts with `named` (8 characters or more). Raises UnknownVersion."""
    found = [one for one in await list_versions(connection, pack) if one.digest.startswith(named)]
    if len(named) < 8 or len(found) != 1:
        why = "is too short; give 8 characters or more" if len(named) < 8 else f"names {len(found)} stored versions"
        raise UnknownVersion(f"{named[:64]!r} {why} of the pack {pack!r}; `python -m workers pack list` shows them")
    return found[0]


async def note_deployment(connection: AsyncConnection, pack: str, digest: str) -> bool:
    """Note that a deployment brings this version. False where the deployment before brought the same.

    A restart with the folder of before thus changes nothing that operators have decided since.
    """
    newest = (
        select(pack_versions.c.digest)
        .where(pack_versions.c.pack == pack, pack_versions.c.deployed_at.is_not(None))
        .order_by(pack_versions.c.deployed_at.desc())
        .limit(1)
    )
    if (await connection.execute(newest)).scalar() == digest:
        return False
    statement = update(pack_versions).where(pack_versions.c.digest == digest)
    await connection.execute(statement.values(deployed_at=func.clock_timestamp()))
    return True
