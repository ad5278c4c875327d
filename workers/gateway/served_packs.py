"""Which companies does this gateway serve, and by which version of their packs?"""

from collections.abc import Iterator, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.pack import Pack
from governance.pack_shares import choose_version
from storage.database import Database
from storage.pack_activations import current_activation
from storage.pack_shelf import PackShelf
from storage.pack_versions import UnknownVersion
from storage.requests import RequestRow
from workers.gateway.drawing_shelf import DrawingShelf


class ServedPacks:
    """The packs by name. Which version counts is asked of the database each time: an activation holds at once."""

    def __init__(self, database: Database, shelf: PackShelf, names: Sequence[str]) -> None:
        self._database = database
        self._shelf = shelf
        self._drawings = DrawingShelf(database)
        self.names = tuple(names)

    def __contains__(self, name: object) -> bool:
        """Whether the pack of this name is served."""
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        """The names, in the order of the settings."""
        return iter(self.names)

    def __len__(self) -> int:
        """How many packs are served."""
        return len(self.names)

    async def current(self, name: str) -> Pack:
        """The active version with the greatest share. Raises UnknownVersion."""
        async with self._database.begin() as connection:
            return (await self.active(connection, name))[0]

    async def active(self, connection: AsyncConnection, name: str) -> list[Pack]:
        """Every active version, the greatest share first. Raises UnknownVersion."""
        return (await self._shelf.active(connection, name))[1]

    async def of(self, row: RequestRow) -> Pack:
        """The version that the request was begun with. Raises UnknownVersion."""
        if (pack := self._shelf.kept(row.pack_digest)) is not None:
            return pack
        async with self._database.begin() as connection:
            return await self.version(connection, row.pack_digest)

    async def version(self, connection: AsyncConnection, digest: str) -> Pack:
        """The version of this digest. Raises UnknownVersion, PackErrors."""
        return await self._shelf.get(connection, digest)

    async def drawing(self, name: str, digest: str, file: str) -> bytes | None:
        """The drawing of these bytes, from whichever stored version of a served pack has it; None where none has."""
        return await self._drawings.get(name, digest, file) if name in self else None

    async def choose(self, name: str, request_id: str) -> Pack:
        """The version that a new request gets, by its id. Raises UnknownVersion."""
        async with self._database.begin() as connection:
            activation = await current_activation(connection, name)
            if not activation.shares:
                raise UnknownVersion(f"no version of the pack {name!r} is active; run `python -m workers migrate`")
            return await self._shelf.get(connection, choose_version(request_id, activation.shares))
