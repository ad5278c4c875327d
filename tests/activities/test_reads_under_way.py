"""Do steps that run at once share one read, and does nobody get an old one?"""

import asyncio
import gc
from collections.abc import AsyncGenerator

import pytest

from activities.under_way import UnderWay


class Shelf:
    """Counts what is read of it, and answers when it is let."""

    def __init__(self) -> None:
        self.read, self.ended = list[str](), list[str]()
        self.may_answer = asyncio.Event()

    async def look(self, key: str) -> str:
        self.read.append(key)
        await self.may_answer.wait()
        self.ended.append(key)
        if key == "torn":
            raise LookupError(key)
        return f"{key}, look {len(self.read)}"


async def test_who_asks_meanwhile_gets_the_same_answer() -> None:
    shelf = Shelf()
    reads = UnderWay(shelf.look)
    asked = [asyncio.create_task(reads.of(key)) for key in ("a", "b", "a")]
    await asyncio.sleep(0)
    shelf.may_answer.set()
    first, other, second = await asyncio.gather(*asked)
    assert first == second != other
    assert sorted(shelf.read) == ["a", "b"]


async def test_nothing_is_kept() -> None:
    shelf = Shelf()
    shelf.may_answer.set()
    reads = UnderWay(shelf.look)
    assert [await reads.of("a"), await reads.of("a")] == ["a, look 1", "a, look 2"]


async def test_a_failure_is_everybodys_and_is_not_kept() -> None:
    shelf = Shelf()
    reads = UnderWay(shelf.look)
    asked = [asyncio.create_task(reads.of("torn")) for _ in range(2)]
    await asyncio.sleep(0)
    shelf.may_answer.set()
    assert [type(one) for one in await asyncio.gather(*asked, return_exceptions=True)] == [LookupError] * 2
    with pytest.raises(LookupError):
        await reads.of("torn")
    assert shelf.read == ["torn", "torn"]


@pytest.fixture
async def warnings() -> AsyncGenerator[list[str]]:
    """What asyncio has to say of the test."""
    told, loop = list[str](), asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(str(context["message"])))
    yield told
    loop.set_exception_handler(None)


async def test_a_failure_of_which_nobody_waits_to_hear_is_no_warning(warnings: list[str]) -> None:
    shelf = Shelf()
    reads = UnderWay(shelf.look)
    asked = [asyncio.create_task(reads.of("torn")) for _ in range(2)]
    await asyncio.sleep(0)
    while asked:
        asked[-1].cancel()
        await asyncio.gather(asked.pop(), return_exceptions=True)
    shelf.may_answer.set()
    for _ in range(5):  # the read ends by itself, and nobody waits for it
        await asyncio.sleep(0)
    gc.collect()
    assert shelf.ended == ["torn"]
    assert warnings == []


async def test_one_who_gives_up_takes_nothing_from_the_others() -> None:
    shelf = Shelf()
    reads = UnderWay(shelf.look)
    hasty, patient = (asyncio.create_task(reads.of("a")) for _ in range(2))
    await asyncio.sleep(0)
    hasty.cancel()
    await asyncio.sleep(0)
    shelf.may_answer.set()
    assert await patient == "a, look 1"
    assert hasty.cancelled()
