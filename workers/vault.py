"""Under which master keys do the customers' keys lie? `python -m workers vault status|rotate`."""

import argparse
import asyncio
import sys

from contracts.errors import KeyMissing, NotReady
from storage.data_keys import MasterKeys, count_by_master, rewrap_keys
from storage.database import Database
from workers.connect import connect_database
from workers.keys import master_keys
from workers.running import operators_settings
from workers.settings import Settings


async def rotate(database: Database, masters: MasterKeys) -> int:
    """Wrap every data key under the newest master key, in batches; may be stopped and run again. Returns how many."""
    done = 0
    while True:
        async with database.begin() as connection:
            wrapped = await rewrap_keys(connection, masters)
        done += wrapped
        if wrapped == 0:
            return done


async def _run(settings: Settings, action: str) -> int:
    try:
        database = await connect_database(settings)
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    try:
        async with master_keys(settings) as masters:
            if action == "rotate":
                print(f"{await rotate(database, masters)} keys were wrapped anew.")
            async with database.begin() as connection:
                counts = await count_by_master(connection)
            newest = await masters.newest()
    except (NotReady, KeyMissing) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        await database.close()
    for master, count in sorted(counts.items()):
        print(f"{master}{' (newest)' if master == newest else ''}: {count} customers' keys")
    return 0


def main(argv: list[str]) -> int:
    """Show, or bring up to date, the master keys in use; exit 1 with a sentence where one is missing."""
    parser = argparse.ArgumentParser(prog="python -m workers vault")
    parser.add_argument("action", choices=("status", "rotate"))
    return asyncio.run(_run(operators_settings(), parser.parse_args(argv).action))
