"""How is a case driven through the real activities, without Temporal between them?"""

import contextlib
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.decide_set import DecideSetActivities
from activities.guard_calls import GuardCallsActivity
from activities.invoke_tool import InvokeToolActivity
from activities.metrics import Metrics
from activities.offer_set import OfferSetActivities
from activities.send_code import SendCodeActivity
from activities.understand import UnderstandActivities
from contracts.pack import Pack
from contracts.principal import Acting
from contracts.request import MessageArrived
from evals.stack import Stack
from storage.inbox import mark_delivered
from storage.pack_shelf import PackShelf
from storage.requests import RequestRow
from workers.connect import meter_of, served_packs
from workers.gateway.delivery import Delivery
from workers.gateway.listener import EventListener
from workers.gateway.rate_limit import RateLimit
from workers.gateway.served_packs import ServedPacks
from workers.gateway.service import Service
from workers.gateway.tokenise import Tokeniser
from workers.runtime import Clients, make_clients
from workers.settings import Settings


class KeptFromTemporal(Delivery):
    """Accepted messages are noted as delivered: the case itself is the workflow."""

    async def deliver(self, row: RequestRow, arrived: MessageArrived, *, turn: int | None = None) -> bool:
        """Note the message, and start nothing."""
        async with self._database.begin() as connection:
            await mark_delivered(connection, row.request_id, arrived.message_key)
        return True


@dataclass(frozen=True)
class Chain:
    """The gateway's acceptance and the activities of the runtime, on a running machine."""

    service: Service
    clients: Clients
    packs: Mapping[str, Pack]
    metrics: Metrics
    guard: GuardCallsActivity
    invoke: InvokeToolActivity
    sets: DecideSetActivities
    understand: UnderstandActivities
    codes: SendCodeActivity
    offer: OfferSetActivities

    def pack(self, name: str) -> Pack:
        """The pack as the guards see it."""
        return self.packs[name]


def request_like(pack: str, acting: Acting, request_id: str) -> RequestRow:
    """A request that was never stored: whom a call acts for, as the systems' client wants to know it."""
    return RequestRow(
        request_id=request_id,
        pack=pack,
        pack_digest="",
        channel="web",
        customer_id=acting.customer_id,
        role=acting.role,
        assurance=acting.assurance,
        opened_at=datetime.now(UTC),
    )


@contextlib.asynccontextmanager
async def running_chain(stack: Stack) -> AsyncGenerator[Chain]:
    """The chain on this machine's PostgreSQL and demo companies; it ends with the block."""
    settings = Settings.model_validate(stack.environment())
    client = await Client.connect(stack.temporal_address, data_converter=pydantic_data_converter)
    async with make_clients(settings) as clients:
        served = ServedPacks(clients.database, PackShelf(settings.pack_variables), served_packs(settings))
        packs = {name: await served.current(name) for name in served.names}
        tokeniser = Tokeniser(clients.database, clients.vault, processes=1)
        await tokeniser.cover({region for pack in packs.values() for region in pack.manifest.regions})
        try:
            yield _chain(settings, client, clients, served, packs, tokeniser)
        finally:
            tokeniser.close()


def _chain(
    settings: Settings,
    client: Client,
    clients: Clients,
    served: ServedPacks,
    packs: Mapping[str, Pack],
    tokeniser: Tokeniser,
) -> Chain:
    database, vault, companies = clients.database, clients.vault, clients.companies
    metrics = Metrics(meter_of(client))
    service = Service(
        settings=settings,
        database=database,
        client=client,
        vault=vault,
        packs=served,
        tokeniser=tokeniser,
        listener=EventListener(database),
        delivery=KeptFromTemporal(database, client, served),
        limit=RateLimit(0),
    )
    return Chain(
        service=service,
        clients=clients,
        packs=packs,
        metrics=metrics,
        guard=GuardCallsActivity(database, vault, companies, clients.secret, metrics),
        invoke=InvokeToolActivity(clients.systems, metrics),
        sets=DecideSetActivities(database, companies),
        understand=UnderstandActivities(database, companies),
        codes=SendCodeActivity(clients.systems, clients.code_key),
        offer=OfferSetActivities(database, companies),
    )
