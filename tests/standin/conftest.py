"""Who serves the stand-in to its tests? One server over real HTTP, reset before every test."""

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx2
import pytest
import uvicorn
from openai import AsyncOpenAI

from demo.standin.app import create_app
from demo.standin.control import Control


@pytest.fixture(scope="session")
async def standin_url() -> AsyncIterator[str]:
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
