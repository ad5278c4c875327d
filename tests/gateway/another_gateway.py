"""How do tests run a gateway with other settings beside the machine's? As one more process on the same servers."""

import contextlib
import signal
import sys
from collections.abc import Generator
from datetime import timedelta

from tests.stack import ROOT, Stack, answers, free_ports, wait_until
from workers.dev.processes import start_process


@contextlib.contextmanager
def another_gateway(stack: Stack, **settings: str) -> Generator[str]:
    """The address of a second gateway, which ends with the block."""
    (port,) = free_ports(1)
    log = stack.folder / f"gateway-{port}.log"
    environment = stack.environment() | {"HANDRAIL_PORT": str(port)} | settings
    process = start_process([sys.executable, "-m", "workers", "gateway"], log=log, environment=environment, folder=ROOT)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(f"{url}/healthz"), f"the gateway's start; its log: {log.read_text()[-2000:]}")
        yield url
    finally:
        process.end(signal.SIGTERM, grace=timedelta(seconds=20))
