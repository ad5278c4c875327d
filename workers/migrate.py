"""How is a version deployed? `python -m workers migrate`: newest tables, the packs stored and activated."""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence

from contracts.errors import NotReady
from contracts.pack import Pack
from storage.database import DATABASE_ERRORS, Database
from storage.migrate import migrate
from storage.pack_activations import Activation, activate_version, current_activation
from storage.pack_versions import note_deployment, store_version
from workers.connect import load_all_packs
from workers.settings import Settings

BY = "deployment"

type Version = tuple[Pack, Mapping[str, bytes]]


async def deploy(url: str, target: str, versions: Sequence[Version], *, activate: bool = True) -> list[Activation]:
    """Move the tables, then store these versions and activate each that the deployment before did not bring.

    Storing and activating are two transactions: a crash between them leaves what is active as it was, and the next
    deployment activates. What operators have decided since the last deployment of the same version stands.
    """
    await migrate(url, target)
    database = Database(url, pool_size=2)
    try:
        return [await _deploy_version(database, pack, files, activate=activate) for pack, files in versions]
    finally:
        await database.close()


async def _deploy_version(database: Database, pack: Pack, files: Mapping[str, bytes], *, activate: bool) -> Activation:
    async with database.begin() as connection:
        await store_version(connection, pack, files, BY)
    async with database.begin() as connection:
        if activate and await note_deployment(connection, pack.name, pack.digest):
            reason = f"version {pack.manifest.version} was deployed"
            await activate_version(connection, pack.name, pack.digest, by=BY, reason=reason)
        return await current_activation(connection, pack.name)


def main(argv: list[str]) -> int:
    """Move the database; exit 1 with a sentence when it cannot be reached."""
    parser = argparse.ArgumentParser(prog="python -m workers migrate")
    parser.add_argument("--to", default="head", help="a revision, head, base or -1")
    parser.add_argument("--no-activate", action="store_true", help="store the packs; operators activate them")
    given = parser.parse_args(argv)
    target: str = given.to
    settings = Settings()
    url = settings.database_url
    if not url:
        print("DATABASE_URL is not set: give a PostgreSQL address.", file=sys.stderr)
        return 1
    try:
        versions = load_all_packs(settings) if target == "head" else []
        active = asyncio.run(deploy(url, target, versions, activate=not given.no_activate))
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    except DATABASE_ERRORS as error:
        where = url.rpartition("@")[2]
        print(f"The database at {where!r} cannot be migrated ({type(error).__name__}: {error}).", file=sys.stderr)
        return 1
    print(f"The database is at {target}.")
    for (pack, _), activation in zip(versions, active, strict=True):
        print(_say(pack, activation))
    return 0


def _say(pack: Pack, activation: Activation) -> str:
    told = f"{pack.name} {pack.manifest.version} ({pack.digest[:12]})"
    if [share.digest for share in activation.shares] == [pack.digest]:
        return f"In force: {told}."
    active = ", ".join(f"{share.digest[:12]} {share.parts / 100:g} %" for share in activation.shares) or "nothing"
    return f"Stored: {told}; active is {active}. `python -m workers pack activate` changes that."
