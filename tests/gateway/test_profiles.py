"""Does a slow company system keep a customer from writing?"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.pack import Pack
from storage.packs import load_packs
from tests.stack import ROOT
from workers.gateway import profile
from workers.gateway.profile import Profile, remember_customer
from workers.settings import Settings

ROW = {"request_id": "request-1", "customer_id": "C101", "assurance": "verified"}


@contextlib.asynccontextmanager
async def dripping_system() -> AsyncGenerator[str]:
    """A system that answers a byte at a time, for ever: no single read takes long."""

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def pack_at(url: str) -> Pack:
    return load_packs([ROOT / "packs" / "airline"], {"HANDRAIL_SYSTEMS_URL": url})["airline"]


def service() -> Any:
    """The one part of the gateway that this needs."""
    return SimpleNamespace(settings=Settings(_env_file=None))  # type: ignore[call-arg]


async def test_a_record_that_never_ends_is_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "WITHIN", timedelta(seconds=0.3))
    async with dripping_system() as url:
        assert await remember_customer(service(), pack_at(url), dict(ROW)) == Profile()


async def test_a_system_that_is_not_there_has_no_record() -> None:
    assert await remember_customer(service(), pack_at("http://127.0.0.1:1"), dict(ROW)) == Profile()
