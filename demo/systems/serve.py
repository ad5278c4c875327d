"""How does the server run, and stop when told to?"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Generator

import uvicorn

from demo.systems.server import build_server
from demo.systems.world import World

_DRAIN_SECONDS = 5


class _Server(uvicorn.Server):
    """uvicorn without its signal handling: it would end the process by the signal and hide the exit code."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def serve(world: World, listener: socket.socket) -> int:
    """Serve until SIGTERM (exit code 0) or SIGINT (130); calls under way get five seconds to finish."""
    config = uvicorn.Config(
        build_server(world),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    server = _Server(config)
    exit_code = 0

    def stop(received: signal.Signals) -> None:
        nonlocal exit_code
        exit_code = 130 if received is signal.SIGINT else 0
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for received in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(received, stop, received)
    await server.serve(sockets=[listener])
    return exit_code
