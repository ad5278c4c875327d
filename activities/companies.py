"""What is made ready of each pack version that this process works with: rights, classifier, passages?"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.pack import Pack
from governance.rights import Rights
from storage.pack_activations import Activation, current_activation
from storage.pack_shelf import PackShelf
from storage.requests import RequestRow

if TYPE_CHECKING:
    from activities.classify_text import IntentClassifier
    from activities.passages import PassageIndex


@dataclass(frozen=True)
class Company:
    """One version of a pack, ready for work."""

    pack: Pack
    rights: Rights
    classifier: "IntentClassifier"
    passages: "PassageIndex"


@dataclass(frozen=True)
class InForce:
    """The policies that judge a request now, and the activation that put them in force."""

    rights: Rights
    epoch: int


def make_ready(pack: Pack) -> Company:
    """Parse the policies, train the classifier and index the knowledge; about a second."""
    from activities.classify_text import IntentClassifier  # here: a gateway works with packs and classifies nothing
    from activities.passages import PassageIndex

    return Company(
        pack=pack,
        rights=Rights(pack.policies, pack.digest[:12]),
        classifier=IntentClassifier(pack.intents, pack.manifest.thresholds),
        passages=PassageIndex(pack.passages),
    )


class Companies:
    """The pack versions that this process has used last, by digest."""

    def __init__(self, shelf: PackShelf, *, keep: int = 8) -> None:
        self._shelf = shelf
        self._keep = keep
        self._ready: OrderedDict[str, Company] = OrderedDict()
        self._making = asyncio.Lock()

    async def of(self, connection: AsyncConnection, request: RequestRow) -> Company:
        """The version that the request was begun with. Raises UnknownVersion, PackErrors."""
        return await self.get(connection, request.pack_digest)

    async def get(self, connection: AsyncConnection, digest: str) -> Company:
        """The version of this digest, made ready once. Raises UnknownVersion, PackErrors."""
        if digest not in self._ready:
            async with self._making:
                if digest not in self._ready:
                    pack = await self._shelf.get(connection, digest)
                    self._ready[digest] = await asyncio.to_thread(make_ready, pack)
        company = self._ready[digest]
        self._ready.move_to_end(digest)
        while len(self._ready) > self._keep:
            self._ready.popitem(last=False)
        return company

    async def in_force(
        self, connection: AsyncConnection, request: RequestRow, activation: Activation | None = None
    ) -> InForce | None:
        """The policies in force for this request: those of its version while it is active, else today's.

        None where nothing is active: then nothing is allowed. What the agent says and does stays as it was begun;
        what it may do is judged by the policies of now: of `activation` where the caller has just read it.
        """
        activation = activation or await current_activation(connection, request.pack)
        digest = activation.policies_of(request.request_id, request.pack_digest)
        if digest is None:
            return None
        return InForce((await self.get(connection, digest)).rights, activation.epoch)

    async def prepare(self, connection: AsyncConnection, name: str) -> list[Pack]:
        """Make ready, before a request needs it, what is active of the pack of this name; returns it."""
        _, packs = await self._shelf.active(connection, name)
        for pack in packs:
            await self.get(connection, pack.digest)
        return packs
