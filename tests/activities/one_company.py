"""How does a test give activities a pack that no database holds? Every version is this one."""

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.companies import Companies, Company, InForce, make_ready
from contracts.pack import Pack
from storage.pack_activations import Activation
from storage.pack_shelf import PackShelf
from storage.requests import RequestRow


class OneCompany(Companies):
    """Whatever version a request was begun with, it is this pack."""

    def __init__(self, pack: Pack) -> None:
        super().__init__(PackShelf({}))
        self.company = make_ready(pack)

    async def get(self, connection: AsyncConnection, digest: str) -> Company:
        """The pack."""
        return self.company

    async def in_force(
        self, connection: AsyncConnection, request: RequestRow, activation: Activation | None = None
    ) -> InForce:
        """Its policies are in force since the beginning."""
        return InForce(self.company.rights, 0)
