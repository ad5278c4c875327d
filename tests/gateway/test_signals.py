"""Is an accepted message delivered whatever fails on the way, and does nothing stop the sweeper?"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import update

from contracts.ids import message_key, new_request_id
from contracts.pack import Pack
from contracts.request import Limits, MessageArrived
from storage.database import Database
from storage.inbox import accept_message, undelivered_messages
from storage.pack_shelf import PackShelf
from storage.packs import load_packs
from storage.requests import RequestRow, insert_request
from storage.tables import requests
from tests.stack import ROOT, Stack
from workers.gateway import sweeper
from workers.gateway.delivery import Delivery, limits_of
from workers.gateway.served_packs import ServedPacks
from workers.gateway.sweeper import Sweeper

ARRIVED = MessageArrived(message_key="k", seq=1)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_packs([ROOT / "packs" / "airline"], {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:1"})["airline"]


def a_row(pack: str = "airline") -> RequestRow:
    return RequestRow(
        request_id=new_request_id(), pack=pack, pack_digest="d", channel="web", opened_at=datetime.now(UTC)
    )


class Temporal:
    """Takes every signal."""

    def __init__(self) -> None:
        self.started = 0

    async def start_workflow(self, *_: Any, **__: Any) -> None:
        self.started += 1


async def test_a_message_is_delivered_even_where_that_cannot_be_noted() -> None:
    away, temporal = Database("postgresql://nobody@127.0.0.1:1/nothing"), Temporal()
    delivery = Delivery(away, cast("Any", temporal), ServedPacks(away, PackShelf({}), ["airline"]))
    assert await delivery.deliver(a_row(), ARRIVED) is False, "the sweeper repeats it, and the workflow drops it"
    assert temporal.started == 1
    await away.close()


def test_a_pack_without_tools_can_be_started(pack: Pack) -> None:
    bare = pack.model_copy(update={"tools": {}})
    assert limits_of(bare).tool_timeout == Limits().tool_timeout


class Broken:
    """A database that fails in a way that nobody foresaw."""

    def __init__(self) -> None:
        self.asked = 0
        self.often_enough = asyncio.Event()

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncGenerator[None]:
        self.asked += 1
        if self.asked >= 3:
            self.often_enough.set()
        raise KeyError("what nobody foresaw")
        yield


async def test_nothing_unforeseen_ends_the_sweeper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "PAUSE", 0.01)
    failures = sweeper.FAILURES.labels("KeyError")
    before = failures._value.get()  # type: ignore[reportPrivateUsage]  # prometheus_client has no reader of its own
    broken = Broken()
    async with Sweeper(cast("Any", broken), cast("Any", None), ["airline"]), asyncio.timeout(10):
        await broken.often_enough.wait()
    assert failures._value.get() > before + 1  # type: ignore[reportPrivateUsage]


@pytest.fixture
async def database(machine: Stack) -> AsyncIterator[Database]:
    """The machine's own; what these tests leave open there is closed behind them, so that nobody counts it."""
    database = Database(machine.database_url, pool_size=2)
    yield database
    async with database.begin() as connection:
        await connection.execute(update(requests).where(requests.c.pack.in_(NOT_SERVED)).values(status="closed"))
    await database.close()


NOT_SERVED = ("another company's", "ours alone", "odd ones")


async def accept(database: Database, pack: str) -> str:
    """A message that was accepted and never signalled."""
    request_id = new_request_id()
    row = {"request_id": request_id, "pack": pack, "pack_digest": "d", "channel": "web", "role": "visitor"}
    async with database.begin() as connection:
        await insert_request(connection, {**row, "assurance": "anonymous"})
        await accept_message(connection, request_id, message_key(request_id, "m1"), "h", "text")
    return request_id


async def test_packs_that_are_served_elsewhere_hold_nobody_up(database: Database) -> None:
    for _ in range(3):
        await accept(database, "another company's")
    ours = await accept(database, "ours alone")
    async with database.begin() as connection:
        found = await undelivered_messages(connection, older=timedelta(0), packs=["ours alone"], limit=1)
    assert [one.request_id for one in found] == [ours]


class Choosy:
    """Fails with the first message and takes the next."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def deliver(self, row: RequestRow, _: MessageArrived) -> bool:
        self.seen.append(row.request_id)
        if len(self.seen) == 1:
            raise ValueError("this one is odd")
        return True


async def test_one_odd_message_does_not_hold_up_the_next(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "SWEEP_AFTER", timedelta(0))
    both = [await accept(database, "odd ones"), await accept(database, "odd ones")]
    choosy = Choosy()
    sent = await Sweeper(database, cast("Any", choosy), ["odd ones"]).sweep()
    assert (choosy.seen, sent) == (both, 1)
