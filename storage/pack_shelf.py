"""Which pack is this version? Read from the database once, then kept: a version never changes."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.pack import Pack
from storage.pack_activations import Activation, current_activation
from storage.pack_folder import PackErrors
from storage.pack_versions import UnknownVersion, read_files
from storage.packs import parse_version
from storage.tables import requests

log = structlog.get_logger(__name__)


class PackShelf:
    """The versions that this process has used last. `variables` fill `${NAME}` in system addresses."""

    def __init__(self, variables: Mapping[str, str], *, keep: int = 16) -> None:
        self._variables = dict(variables)
        self._keep = keep
        self._packs: OrderedDict[str, Pack] = OrderedDict()

    def kept(self, digest: str) -> Pack | None:
        """The pack of this version where this process has it already: then nobody need reach for the database."""
        return self._packs.get(digest)

    async def get(self, connection: AsyncConnection, digest: str) -> Pack:
        """The pack of this version. Raises UnknownVersion, and PackErrors where this process cannot read it."""
        pack = self.kept(digest)
        if pack is None:
            files = await read_files(connection, digest)
            pack = await asyncio.to_thread(parse_version, digest, files, self._variables)
            self._packs[digest] = pack
        self._packs.move_to_end(digest)
        while len(self._packs) > self._keep:
            self._packs.popitem(last=False)
        return pack

    async def active(self, connection: AsyncConnection, name: str) -> tuple[Activation, list[Pack]]:
        """What is active of the pack of this name, and those versions, the greatest share first.

        Raises UnknownVersion where nothing is active, and as `get` does.
        """
        activation = await current_activation(connection, name)
        if not activation.shares:
            raise UnknownVersion(f"no version of the pack {name!r} is active; run `python -m workers migrate`")
        shares = sorted(activation.shares, key=lambda share: -share.parts)
        return activation, [await self.get(connection, share.digest) for share in shares]

    async def all_active(self, connection: AsyncConnection, names: Sequence[str]) -> list[Pack]:
        """Every active version of these packs. Raises as `active` does."""
        return [pack for name in names for pack in (await self.active(connection, name))[1]]

    async def in_use(self, connection: AsyncConnection, names: Sequence[str]) -> list[Pack]:
        """Every version of these packs that is active or that an open request was begun with.

        Raises as `active` does. An open request's version that is not stored, or that this code cannot read any more,
        is left out: people take its request, and all others go on.
        """
        packs = await self.all_active(connection, names)
        open_here = requests.c.pack.in_(names) & (requests.c.status != "closed")
        query = select(requests.c.pack_digest).distinct().where(open_here)
        for digest in sorted({row.pack_digest for row in await connection.execute(query)} - {p.digest for p in packs}):
            try:
                packs.append(await self.get(connection, digest))
            except (UnknownVersion, PackErrors) as error:
                log.error("version_unreadable", version=digest[:12], error=type(error).__name__)
        return packs
