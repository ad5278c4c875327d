"""How does a test give activities a pack that no database holds? Every version is this one."""

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.companies import Companies, Company, make_ready
from contracts.pack import Pack
from storage.pack_shelf import PackShelf


class OneCompany(Companies):
    """Whatever version a request was begun with, it is this pack."""

    def __init__(self, pack: Pack) -> None:
        super().__init__(PackShelf({}))
        self.company = make_ready(pack)

    async def get(self, connection: AsyncConnection, digest: str) -> Company:
        """The pack."""
        return self.company
