"""How does a test serve the stand-in in its own process? Over real HTTP, on a free port."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator

import uvicorn

from demo.standin.app import create_app
from demo.standin.control import Control


@contextlib.asynccontextmanager
async def serve_standin() -> AsyncGenerator[str]:
    """The stand-in's address while the block runs."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(Control(profile={})), log_level="critical", access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110  # uvicorn offers no event to wait for
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving
