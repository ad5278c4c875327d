"""How is a version deployed? `python -m workers migrate`: newest tables, and the packs' policies in force."""

import argparse
import asyncio
import sys

from contracts.errors import NotReady
from contracts.pack import Pack
from storage.control import activate_policy
from storage.database import DATABASE_ERRORS, Database
from storage.migrate import migrate
from workers.connect import load_all_packs
from workers.settings import Settings


async def deploy(url: str, target: str, packs: list[Pack]) -> None:
    """Move the tables, then put the policies of these packs in force; a change of policy raises the epoch."""
    await migrate(url, target)
    database = Database(url, pool_size=2)
    try:
        async with database.begin() as connection:
            for pack in packs:
                await activate_policy(connection, pack.name, pack.digest)
    finally:
        await database.close()


def main(argv: list[str]) -> int:
    """Move the database; exit 1 with a sentence when it cannot be reached."""
    parser = argparse.ArgumentParser(prog="python -m workers migrate")
    parser.add_argument("--to", default="head", help="a revision, head, base or -1")
    target: str = parser.parse_args(argv).to
    settings = Settings()
    url = settings.database_url
    if not url:
        print("DATABASE_URL is not set: give a PostgreSQL address.", file=sys.stderr)
        return 1
    try:
        packs = load_all_packs(settings) if target == "head" else []
        asyncio.run(deploy(url, target, packs))
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    except DATABASE_ERRORS as error:
        where = url.rpartition("@")[2]
        print(f"The database at {where!r} cannot be migrated ({type(error).__name__}: {error}).", file=sys.stderr)
        return 1
    print(f"The database is at {target}.")
    for pack in packs:
        print(f"In force: {pack.name} {pack.manifest.version} ({pack.digest[:12]}).")
    return 0
