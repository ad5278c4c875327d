"""On which machine do both sides run? One PostgreSQL, one Temporal, one stand-in; workers of each side beside them."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from temporalio.client import Client

from evals.bench.sides import BareSide, Datagrams, HandrailSide
from evals.stack import Stack
from storage.database import Database
from storage.pack_shelf import PackShelf
from storage.vault import Vault
from workers.gateway.delivery import Delivery
from workers.gateway.listener import EventListener
from workers.gateway.served_packs import ServedPacks
from workers.keys import master_keys
from workers.payload_codec import make_data_converter
from workers.settings import Settings

BARE = "bare"


@dataclass(frozen=True)
class Bench:
    """A running machine with both sides."""

    stack: Stack
    client: Client
    handrail: HandrailSide
    bare: BareSide


@contextlib.asynccontextmanager
async def bench_on(stack: Stack) -> AsyncGenerator[Bench]:
    """Both sides on this machine; the bare workers end with the block."""
    loop = asyncio.get_running_loop()
    transport, datagrams = await loop.create_datagram_endpoint(Datagrams, local_addr=("127.0.0.1", 0))
    port = int(transport.get_extra_info("sockname")[1])
    launch_bare(stack, port)
    await asyncio.to_thread(stack.await_healthy, BARE)
    settings = Settings.model_validate(stack.environment())
    client = await Client.connect(stack.temporal_address, data_converter=make_data_converter(settings))
    database = Database(stack.database_url, pool_size=20)
    packs = ServedPacks(database, PackShelf(settings.pack_variables), ["airline"])
    try:
        async with EventListener(database) as listener, master_keys(settings) as masters:
            delivery = Delivery(database, client, packs)
            pack = await packs.current("airline")
            handrail = HandrailSide(database, delivery, listener, Vault(masters), pack)
            yield Bench(stack, client, handrail, BareSide(client, datagrams))
    finally:
        transport.close()
        await database.close()


def launch_bare(stack: Stack, port: int) -> None:
    """Start the bare side's workers, which tell the driver at this UDP port how far they are."""
    stack.start_beside(BARE, [sys.executable, "-m", "evals.bench.bare", "--tell", str(port)])
