"""How does a company's data stay of today while its server runs over midnight?"""

import asyncio
import sys
from datetime import date

from sqlalchemy.exc import SQLAlchemyError

from demo.systems.database import prepare
from demo.systems.world import World

_LOOK_SECONDS = 2.0


async def follow_days(world: World, day: date, *, every: float = _LOOK_SECONDS) -> None:
    """Roll the data whenever the company's day is another one than `day`, the one it was prepared for.

    Looks `every` so many seconds, until cancelled. A database that does not answer is asked again at the next look.
    """
    while True:
        await asyncio.sleep(every)
        today = world.clock.today()
        if today == day:
            continue
        try:
            done = await prepare(world.engine, world.company, world.clock)
        except (SQLAlchemyError, OSError) as error:
            print(
                f"demo {world.company.name}: cannot roll the data to {today} yet ({type(error).__name__}: {error})",
                file=sys.stderr,
                flush=True,
            )
            continue
        print(f"demo {world.company.name}: it is {today}; data {done}", flush=True)
        day = today
