"""How is the database brought to the newest version? `python -m workers migrate [--to REVISION]`."""

import argparse
import asyncio
import sys

from storage.database import DATABASE_ERRORS
from storage.migrate import migrate
from workers.settings import Settings


def main(argv: list[str]) -> int:
    """Move the database; exit 1 with a sentence when it cannot be reached."""
    parser = argparse.ArgumentParser(prog="python -m workers migrate")
    parser.add_argument("--to", default="head", help="a revision, head, base or -1")
    target: str = parser.parse_args(argv).to
    url = Settings().database_url
    if not url:
        print("DATABASE_URL is not set: give a PostgreSQL address.", file=sys.stderr)
        return 1
    try:
        asyncio.run(migrate(url, target))
    except DATABASE_ERRORS as error:
        where = url.rpartition("@")[2]
        print(f"The database at {where!r} cannot be migrated ({type(error).__name__}: {error}).", file=sys.stderr)
        return 1
    print(f"The database is at {target}.")
    return 0
