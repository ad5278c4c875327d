"""A server to send to, and a client that may reach it."""

from collections.abc import AsyncGenerator, Generator

import httpx2
import pytest
from echo_server import EchoServer, echo_server

from activities.egress import LOOPBACK, Egress, http_client


@pytest.fixture
def echo() -> Generator[EchoServer]:
    """A server that answers with what it was sent."""
    with echo_server() as server:
        yield server


@pytest.fixture
async def client() -> AsyncGenerator[httpx2.AsyncClient]:
    """The client for company systems, of an operator who lists this machine."""
    async with http_client(Egress.parse(LOOPBACK)) as made:
        yield made
