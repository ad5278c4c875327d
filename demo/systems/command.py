"""How is a demo company started, seeded, and documented? `python -m demo.<company>` runs this."""

import argparse
import asyncio
import errno
import socket
import sys
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from demo.systems.clock import Clock
from demo.systems.company import Company
from demo.systems.database import open_engine, prepare
from demo.systems.documents import write_documents
from demo.systems.follow_days import follow_days
from demo.systems.serve import serve
from demo.systems.server import open_world
from demo.systems.settings import DemoSettings


class _Refused(Exception):
    """A sentence for the person at the terminal."""


def run_company(company: Company, port: int, arguments: list[str] | None = None) -> int:
    """Run one command of the company, on `port` unless told otherwise.

    Gives 0 when it worked, 1 with a sentence on stderr, 130 when interrupted.
    """
    options = _parse(company, port, sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(company, options)
    except _Refused as refusal:
        print(f"demo {company.name}: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parse(company: Company, port: int, arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"python -m demo.{company.name}", description=f"{company.title}: its systems in one server."
    )
    parser.add_argument("command", nargs="?", choices=("serve", "seed", "openapi"), default="serve")
    parser.add_argument("folder", nargs="?", type=Path, help="openapi: where to write the documents")
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--database-url", help="postgresql+asyncpg://…; DATABASE_URL when absent")
    parser.add_argument("--reset", action="store_true", help="seed: drop the company's schemas first")
    return parser.parse_args(arguments)


def _run(company: Company, options: argparse.Namespace) -> int:
    if options.command == "openapi":
        for path in write_documents(company, options.folder or Path(f"packs/{company.name}/openapi")):
            print(path)
        return 0
    settings = _settings(company)
    url = _database_url(options.database_url or settings.database_url)
    if options.command == "seed":
        print(f"demo {company.name}: {asyncio.run(_seed(company, url, settings, reset=options.reset))}")
        return 0
    listener = _listen(options.host, options.port)
    try:
        return asyncio.run(_serve(company, url, settings, listener))
    finally:
        listener.close()


def _settings(company: Company) -> DemoSettings:
    try:
        return company.settings()
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(str(p) for p in item['loc'])}: {item['msg']}" for item in error.errors())
        raise _Refused(f"a setting is wrong: {wrong}") from error


def _database_url(url: str | None) -> str:
    """The URL for asyncpg, whichever form of PostgreSQL URL was given."""
    if not url:
        raise _Refused("no database: give --database-url postgresql+asyncpg://… or set DATABASE_URL")
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _Refused("the database URL cannot be read; it looks like postgresql+asyncpg://user@host/name") from error
    if not parsed.drivername.startswith("postgres"):
        raise _Refused(f"the database must be PostgreSQL, not {parsed.drivername!r}")
    return parsed.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        why = (
            "is taken; stop what listens there or give --port" if error.errno == errno.EADDRINUSE else f"fails: {error}"
        )
        raise _Refused(f"port {port} on {host} {why}") from error
    return listener


async def _seed(company: Company, url: str, settings: DemoSettings, *, reset: bool) -> str:
    engine = open_engine(url)
    try:
        return await prepare(engine, company, Clock(settings.now), reset=reset)
    except (SQLAlchemyError, OSError) as error:
        raise _unreachable(url, error) from error
    finally:
        await engine.dispose()


async def _serve(company: Company, url: str, settings: DemoSettings, listener: socket.socket) -> int:
    world = open_world(company, url, settings)
    day = world.clock.today()
    try:
        done = await prepare(world.engine, company, world.clock)
    except (SQLAlchemyError, OSError) as error:
        await world.engine.dispose()
        raise _unreachable(url, error) from error
    host, port = listener.getsockname()[:2]
    print(f"demo {company.name}: data {done}; listening on http://{host}:{port}", flush=True)
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(follow_days(world, day))
        code = await serve(world, listener)
        following.cancel()
    return code


def _unreachable(url: str, error: Exception) -> _Refused:
    where = make_url(url).render_as_string(hide_password=True)
    return _Refused(
        f"the database {where} cannot be used ({type(error).__name__}: {error}); start it or give another URL"
    )
