"""How is a turn driven and timed on either side? Delivered by signal-with-start, watched until it rests."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter
from typing import Protocol
from uuid import uuid4

from temporalio.client import Client

from contracts.ids import message_key, new_request_id
from contracts.pack import Pack
from contracts.request import MessageArrived
from evals.bench.bare_turn import REQUESTS_QUEUE, BareConversation, StartBare
from evals.bench.kinds import KNOWN, Kind
from storage.database import Database
from storage.events import events_after
from storage.inbox import accept_message
from storage.requests import RequestRow, insert_request, read_request
from storage.vault import Vault
from workers.gateway.awaiting import RESTING
from workers.gateway.delivery import TASK_TIMEOUT, Delivery
from workers.gateway.listener import EventListener

PATIENCE = 60.0
"""Seconds after which a turn counts as lost, and the measurement as failed."""


@dataclass
class Talk:
    """One conversation: its workflow's id, and how far its driver has read."""

    id: str
    row: RequestRow | None = None
    seen: int = 0
    turns: int = 0


@dataclass(frozen=True)
class Turned:
    """One turn, in seconds since the message was accepted: the reply was there, and the turn had come to rest.

    `handed_over`: it took longer than a turn may, so that a person got the request.
    """

    talk: str
    replied: float
    rested: float
    handed_over: bool = False


class Side(Protocol):
    """One of the two sides that are compared."""

    name: str

    async def open(self, kind: Kind) -> Talk:
        """A conversation in which nothing has been said."""
        ...

    async def turn(self, talk: Talk, kind: Kind) -> Turned:
        """Say what this kind says, and wait until the turn rests."""
        ...


@dataclass
class HandrailSide:
    """Handrail: the inbox row is committed (the message is accepted), then the clock starts.

    What the gateway does before acceptance (HTTP, personal data) stays out of this clock; `evals.bench.customers`
    measures it.
    """

    database: Database
    delivery: Delivery
    listener: EventListener
    vault: Vault
    pack: Pack
    name: str = "handrail"

    async def open(self, kind: Kind) -> Talk:
        """Insert the request, and what is known of its customer."""
        request_id = new_request_id()
        values = {
            "request_id": request_id,
            "pack": self.pack.name,
            "pack_digest": self.pack.digest,
            "channel": "web",
            "customer_id": kind.customer,
            "role": "customer" if kind.customer else "visitor",
            "assurance": "verified" if kind.customer else "anonymous",
        }
        async with self.database.begin() as connection:
            await insert_request(connection, values)
            if kind.customer:
                await self.vault.tokens_for(connection, request_id, list(KNOWN), source="profile")
            row = await read_request(connection, request_id)
        return Talk(request_id, row)

    async def turn(self, talk: Talk, kind: Kind) -> Turned:
        """Accept, signal, and read events as the gateway does, until `reply.done` and a resting status.

        A customer's stream is open all the while: it reads when there are news, not because a message was sent.
        """
        assert talk.row is not None
        key = message_key(talk.id, str(uuid4()))
        with self.listener.watch(talk.id) as news:
            async with self.database.single() as connection:
                accepted = await accept_message(connection, talk.id, key, "", kind.text)
            started = perf_counter()
            arrived = MessageArrived(message_key=key, seq=accepted.seq)
            delivering = asyncio.create_task(self.delivery.deliver(talk.row, arrived, turn=accepted.turn))
            replied, handed_over = 0.0, False
            while True:
                await news.wait()
                async with self.database.single() as connection:
                    events = await events_after(connection, talk.id, talk.seen)
                for event in events:
                    talk.seen = event.n
                    if event.type == "reply.done":
                        replied = replied or perf_counter() - started
                    elif event.type == "handoff":
                        handed_over = True
                    elif event.type == "status" and event.data["state"] in RESTING and replied:
                        await delivering
                        return Turned(talk.id, replied, perf_counter() - started, handed_over)
                if perf_counter() - started > PATIENCE:
                    raise TimeoutError(f"{kind.name}: no reply in {talk.id}")


class Datagrams(asyncio.DatagramProtocol):
    """Hears from the bare workers how far each turn is."""

    def __init__(self) -> None:
        self.waiting: dict[str, asyncio.Future[None]] = {}

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """`<workflow id> replied|rested`."""
        future = self.waiting.get(data.decode())
        if future is not None and not future.done():
            future.set_result(None)


@dataclass
class BareSide:
    """Temporal alone: the clock starts with the signal."""

    client: Client
    datagrams: Datagrams
    name: str = "bare"
    prefix: str = field(default_factory=lambda: uuid4().hex[:12])
    opened: int = 0

    async def open(self, kind: Kind) -> Talk:
        """A name; the first signal starts the workflow."""
        self.opened += 1
        return Talk(f"bare-{self.prefix}-{self.opened:08d}")

    async def turn(self, talk: Talk, kind: Kind) -> Turned:
        """Signal-with-start, and wait for the datagrams."""
        loop = asyncio.get_running_loop()
        replied, rested = f"{talk.id} replied", f"{talk.id} rested"
        self.datagrams.waiting = self.datagrams.waiting | {replied: loop.create_future(), rested: loop.create_future()}
        waiting = self.datagrams.waiting
        talk.turns += 1
        started = perf_counter()
        signal = MessageArrived(message_key=kind.name, seq=talk.turns)
        signalling = asyncio.create_task(self._signal(talk, signal))
        async with asyncio.timeout(PATIENCE):
            await waiting[replied]
            took = perf_counter() - started
            await waiting[rested]
            await signalling
        del self.datagrams.waiting[replied], self.datagrams.waiting[rested]
        return Turned(talk.id, took, perf_counter() - started)

    async def _signal(self, talk: Talk, arrived: MessageArrived) -> None:
        await self.client.start_workflow(
            BareConversation.run,
            StartBare(request_id=talk.id),
            id=talk.id,
            task_queue=REQUESTS_QUEUE,
            task_timeout=TASK_TIMEOUT,
            start_signal="message",
            start_signal_args=[arrived],
            rpc_timeout=timedelta(seconds=10),
        )
