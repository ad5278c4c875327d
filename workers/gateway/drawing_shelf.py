"""Which drawing is at this address? Found among all stored versions of a pack once, then kept: it never changes."""

import asyncio
import re
from collections import OrderedDict
from typing import Final

from storage.database import Database
from storage.pack_drawings import DIGITS, drawing_mistakes
from storage.pack_versions import find_drawing

_DIGEST: Final = re.compile(f"[0-9a-f]{{{DIGITS}}}")
_NAME: Final = re.compile(r"[a-z0-9_-]+\.svg")
_PATIENCE: Final = 5.0
"""Seconds that somebody waits for their turn to look, as for a connection of the pool."""


class DrawingShelf:
    """The drawings that this process was asked for last: `keep` of them, 64 kB at most each.

    One is looked for at a time: who asks for addresses of nothing, as anybody may, holds one connection at most.
    """

    def __init__(self, database: Database, *, keep: int = 64) -> None:
        self._database = database
        self._keep = keep
        self._drawings: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()
        self._looking = asyncio.Lock()

    async def get(self, pack: str, digest: str, name: str) -> bytes | None:
        """The drawing of these bytes from any stored version of the pack; None where no version has it.

        Raises TimeoutError where too many others are looked for, and what the database raises.
        """
        if not _DIGEST.fullmatch(digest) or not _NAME.fullmatch(name):
            return None
        address = (pack, digest, name)
        if address not in self._drawings:
            await asyncio.wait_for(self._looking.acquire(), _PATIENCE)
            try:
                await self._look(address)
            finally:
                self._looking.release()
        if address not in self._drawings:
            return None
        self._drawings.move_to_end(address)
        return self._drawings[address]

    async def _look(self, address: tuple[str, str, str]) -> None:
        """Keep the drawing, where one is stored and this code would show it: rules may be stricter than they were."""
        if address in self._drawings:
            return
        async with self._database.single() as connection:
            drawn = await find_drawing(connection, *address)
        if drawn is None or any(drawing_mistakes(drawn.decode())):
            return
        self._drawings[address] = drawn
        while len(self._drawings) > self._keep:
            self._drawings.popitem(last=False)
