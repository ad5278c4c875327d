"""Who answers the ports in their tests? The stand-in, over real HTTP."""

from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from activities.model_clients import ModelClients
from activities.openai_chat import OpenAIChat
from activities.openai_responses import OpenAIResponses
from contracts.model_port import ModelPort
from tests.serve_standin import serve_standin


@pytest.fixture(scope="session")
async def standin_url() -> AsyncIterator[str]:
    """The stand-in's address."""
    async with serve_standin() as url:
        yield url


@pytest.fixture
async def control(standin_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The stand-in's control, without faults before and after the test."""
    async with httpx2.AsyncClient(base_url=standin_url, timeout=20, trust_env=False) as http:
        await http.delete("/_control")
        await http.delete("/_requests")
        yield http
        await http.delete("/_control")


type Dial = Callable[[str], ModelPort]
"""A port of the API of this name."""


@pytest.fixture
async def clients(standin_url: str, control: httpx2.AsyncClient) -> AsyncIterator[ModelClients]:
    """Clients whose default server is the stand-in."""
    clients = ModelClients("sk-test", f"{standin_url}/v1", {"LOCAL_API_KEY": "sk-local"})
    yield clients
    await clients.close()


@pytest.fixture
def dial(clients: ModelClients) -> Dial:
    """Ports to the stand-in."""
    ports: dict[str, ModelPort] = {"chat": OpenAIChat(clients), "responses": OpenAIResponses(clients)}
    return ports.__getitem__
