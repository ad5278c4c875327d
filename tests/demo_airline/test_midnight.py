"""Does the airline's data stay of today while its server runs over midnight?"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from demo.systems import clock as clocks
from demo.systems.clock import Clock
from demo.systems.follow_days import follow_days
from demo.systems.settings import DemoSettings
from tests.demo_airline.airline import Airline
from tests.demo_systems.databases import NOW

BEFORE_MIDNIGHT = datetime(2026, 11, 21, 23, 59, 58, tzinfo=UTC)
AFTER_MIDNIGHT = BEFORE_MIDNIGHT + timedelta(seconds=4)


@pytest.fixture
async def following(airline: Airline) -> AsyncIterator[Airline]:
    """The airline, whose server looks for a new day all the time."""
    task = asyncio.create_task(follow_days(airline.world, NOW.date(), every=0.01))
    yield airline
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def storm(airline: Airline, day: date) -> str:
    """What flight operations say of the flight that the storm of the first day cancelled."""
    return str((await airline.call("get_flight_status", flight_number="NW212", date=str(day)))["status"])


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110 — what is awaited is what a server prints
            await asyncio.sleep(0.01)


async def test_at_midnight_yesterdays_storm_becomes_todays(
    following: Airline, capsys: pytest.CaptureFixture[str]
) -> None:
    today, tomorrow = NOW.date(), NOW.date() + timedelta(days=1)
    assert await storm(following, today) == "cancelled"
    assert await storm(following, tomorrow) == "on_time"
    following.world.clock.stopped_at = AFTER_MIDNIGHT
    said: list[str] = []
    await until(lambda: bool(said.append(capsys.readouterr().out) or "dates rolled by 1 days" in "".join(said)))
    assert await storm(following, tomorrow) == "cancelled"
    assert await storm(following, today) == "on_time"


async def test_a_database_that_does_not_answer_at_midnight_is_asked_again(
    following: Airline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def refuse(*_: object) -> None:
        raise OSError("nobody there")

    said: list[str] = []
    company = following.world.company
    with monkeypatch.context() as broken:
        broken.setattr("demo.systems.follow_days.prepare", refuse)
        following.world.clock.stopped_at = AFTER_MIDNIGHT
        await until(lambda: bool(said.append(capsys.readouterr().err) or "nobody there" in "".join(said)))
    assert f"demo {company.name}: cannot roll the data to 2026-11-22 yet" in "".join(said)
    await until(lambda: "rolled by 1 days" in capsys.readouterr().out)


@pytest.mark.parametrize(
    ("stopped_at", "now"),
    [
        (time(5), datetime(2026, 11, 21, 5, tzinfo=UTC)),
        (time(5, tzinfo=UTC), datetime(2026, 11, 21, 5, tzinfo=UTC)),
        (time(5, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 11, 22, 3, tzinfo=UTC)),
        (datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)),
        (None, BEFORE_MIDNIGHT),
    ],
)
def test_a_clock_stopped_at_a_time_of_day_goes_on_to_the_next_day(
    stopped_at: datetime | time | None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "real_now", lambda: BEFORE_MIDNIGHT)
    clock = Clock(stopped_at)
    assert clock.now() == now
    monkeypatch.setattr(clocks, "real_now", lambda: BEFORE_MIDNIGHT + timedelta(days=1))
    passed = timedelta() if isinstance(stopped_at, datetime) else timedelta(days=1)
    assert clock.now() == now + passed


@pytest.mark.parametrize(
    ("set_to", "means"),
    [
        ("05:00Z", time(5, tzinfo=UTC)),
        ("05:00", time(5)),
        ("2026-11-21T05:00:00Z", datetime(2026, 11, 21, 5, tzinfo=UTC)),
    ],
)
def test_the_time_is_set_as_a_moment_or_as_a_time_of_day(set_to: str, means: datetime | time) -> None:
    assert DemoSettings.model_validate({"HANDRAIL_DEMO_NOW": set_to}).now == means
