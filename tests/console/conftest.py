"""What do the terminal clients' tests stand on? The fake gateway over real HTTP, and the clients as processes."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from tests.console.fake_gateway import FakeGateway, make_app

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
async def serving() -> AsyncIterator[tuple[FakeGateway, str]]:
    fake = FakeGateway()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(make_app(fake), log_level="critical", access_log=False))
        running = asyncio.create_task(server.serve(sockets=[listener]))
        yield fake, f"http://127.0.0.1:{listener.getsockname()[1]}"
        fake.reset()
        server.should_exit = True
        await running


@pytest.fixture
async def gateway(serving: tuple[FakeGateway, str]) -> AsyncIterator[FakeGateway]:
    serving[0].reset()
    yield serving[0]
    serving[0].reset()


@dataclass(frozen=True)
class Ended:
    """What a process left: its exit code and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Terminal:
    """Starts `python -m workers …` against the fake gateway."""

    url: str

    async def start(self, *arguments: str, url: str = "") -> asyncio.subprocess.Process:
        """A running client with open pipes."""
        variables = {name: value for name, value in os.environ.items() if not name.startswith("HANDRAIL_")}
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "workers", *arguments, "--url", url or self.url),
            cwd=ROOT,
            env={**variables, "PYTHONUNBUFFERED": "1", "COLUMNS": "100"},
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
        )

    async def run(self, *arguments: str, typed: str = "", url: str = "") -> Ended:
        """Run a client to its end with these lines as its input."""
        process = await self.start(*arguments, url=url)
        out, err = await asyncio.wait_for(process.communicate(typed.encode()), 60)
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())


@pytest.fixture
def terminal(serving: tuple[FakeGateway, str], gateway: FakeGateway) -> Terminal:
    del gateway
    return Terminal(serving[1])


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110  # the fake has no event for every change
            await asyncio.sleep(0.01)


async def read_until(process: asyncio.subprocess.Process, text: str) -> str:
    """What the process prints, up to this text; TimeoutError where it does not come."""
    assert process.stdout is not None
    seen = ""
    async with asyncio.timeout(30):
        while text not in seen:
            piece = await process.stdout.read(4096)
            assert piece, f"the process ended before it said {text!r}: {seen}"
            seen += piece.decode()
    return seen
