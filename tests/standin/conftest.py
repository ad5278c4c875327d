"""Who serves the stand-in to its tests? One server over real HTTP, reset before every test."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from openai import AsyncOpenAI

from tests.serve_standin import serve_standin


@pytest.fixture(scope="session")
async def standin_url() -> AsyncIterator[str]:
    """The stand-in's address."""
    async with serve_standin() as url:
        yield url


@pytest.fixture
async def http(standin_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"authorization": "Bearer sk-test"}
    async with httpx2.AsyncClient(base_url=standin_url, headers=headers, timeout=20) as client:
        await client.delete("/_control")
        yield client
        await client.delete("/_control")


@pytest.fixture
async def client(standin_url: str, http: httpx2.AsyncClient) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=f"{standin_url}/v1", api_key="sk-test", max_retries=0, timeout=20) as model:
        yield model
