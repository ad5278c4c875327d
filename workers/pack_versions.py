"""Which versions of a pack are stored and active? `python -m workers pack list|store|activate|split|rollback`."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import NotReady
from storage.database import DATABASE_ERRORS
from storage.pack_activations import (
    Activation,
    activate_version,
    current_activation,
    read_activations,
    roll_back,
    split_version,
)
from storage.pack_shelf import PackShelf
from storage.pack_versions import find_version, list_versions, store_version
from storage.packs import load_version
from workers.connect import connect_database, served_packs
from workers.running import operators_settings
from workers.settings import Settings


def main(argv: Sequence[str]) -> int:
    """Run one command on the database of DATABASE_URL: 0, or 1 with a sentence."""
    given = _parser().parse_args(argv)
    try:
        asyncio.run(_run(operators_settings(), given))
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    except DATABASE_ERRORS as error:
        print(f"The database does not answer ({type(error).__name__}); nothing was changed.", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workers pack")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("store", help="store a folder's version without activating it").add_argument("directory")
    for name, told in (
        ("list", "stored versions and activations"),
        ("activate", "give one version to every new request, with its policies"),
        ("split", "give one version a share of the new requests"),
        ("rollback", "restore what was active before"),
    ):
        command = commands.add_parser(name, help=told)
        command.add_argument("--pack", help="which pack; not needed where HANDRAIL_PACKS has one")
        if name in ("activate", "split"):
            command.add_argument("version", help="its digest, or the first 8 characters of it or more")
        if name == "split":
            command.add_argument("--share", type=float, required=True, help="0.3 is three in ten")
        if name != "list":
            command.add_argument("--reason", required=True, help="why; the record keeps it")
    return parser


async def _run(settings: Settings, given: argparse.Namespace) -> None:
    database = await connect_database(settings)
    try:
        async with database.begin() as connection:
            if given.command == "store":
                await _store(connection, settings, Path(given.directory))
                return
            pack = given.pack or _only_pack(settings)
            if given.command == "list":
                await _list(connection, pack)
            else:
                print(_say(await _change(connection, settings, pack, given)))
    finally:
        await database.close()


def _only_pack(settings: Settings) -> str:
    names = served_packs(settings)
    if len(names) != 1:
        raise NotReady(f"Several packs are served here ({', '.join(names)}): name one with --pack.")
    return names[0]


async def _store(connection: AsyncConnection, settings: Settings, directory: Path) -> None:
    pack, files = load_version(directory, settings.pack_variables)
    is_new = await store_version(connection, pack, files, _operator())
    told = "Stored" if is_new else "Stored before"
    print(f"{told}: {pack.name} {pack.manifest.version} {pack.digest}. Nothing that is active has changed.")


async def _list(connection: AsyncConnection, pack: str) -> None:
    active = await current_activation(connection, pack)
    shares = {share.digest: f"{share.parts / 100:g} %" for share in active.shares}
    for one in await list_versions(connection, pack):
        stored = f"stored {one.stored_at:%Y-%m-%d %H:%M} by {one.stored_by}"
        print(f"{one.digest[:12]}  {one.version:<8} {shares.get(one.digest, '-'):>8}  {stored}")
    for activation in await read_activations(connection, pack, limit=10):
        print(_say(activation))


async def _change(connection: AsyncConnection, settings: Settings, pack: str, given: argparse.Namespace) -> Activation:
    """Activate, split or roll back, once it is certain that this code can read the version."""
    by, reason = _operator(), str(given.reason)
    if given.command == "rollback":
        return await roll_back(connection, pack, by=by, reason=reason)
    found = await find_version(connection, pack, given.version)
    await PackShelf(settings.pack_variables).get(connection, found.digest)
    if given.command == "split":
        return await split_version(connection, pack, found.digest, given.share, by=by, reason=reason)
    return await activate_version(connection, pack, found.digest, by=by, reason=reason)


def _operator() -> str:
    return f"command:{getpass.getuser()}"


def _say(activation: Activation) -> str:
    shares = ", ".join(f"{share.digest[:12]} {share.parts / 100:g} %" for share in activation.shares)
    restored = f" (as in epoch {activation.restores})" if activation.restores else ""
    when = f"{activation.at:%Y-%m-%d %H:%M}" if activation.at else ""
    what = f"epoch {activation.epoch} {when} {activation.kind}{restored}: {shares}"
    return f"{what}; {activation.by}: {activation.reason}"
