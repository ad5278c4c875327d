"""What do the browser's tests stand on? A real Chromium with a fresh profile, and the fake gateway over real HTTP."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Page, async_playwright, expect

from tests.console.fake_gateway import FakeGateway, make_app

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

PATIENCE = 20_000
"""Milliseconds for what takes a fraction of a second on a quiet machine."""


def find_chromium() -> str | None:
    """Debian's Chromium, if it is installed."""
    return "/usr/bin/chromium" if os.access("/usr/bin/chromium", os.X_OK) else shutil.which("chromium")


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip(
            "no Chromium on this machine: install it (Debian: apt-get install chromium) to test the chat's page"
        )
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        await launched.close()


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


@pytest.fixture
def url(serving: tuple[FakeGateway, str]) -> str:
    return serving[1]


@pytest.fixture
async def context(browser: Browser, gateway: FakeGateway) -> AsyncIterator[BrowserContext]:
    del gateway  # first: it is empty before a page opens, and stops after it
    async with await browser.new_context(viewport={"width": 1100, "height": 800}) as opened:
        opened.set_default_timeout(PATIENCE)
        yield opened


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page on which every script error and every breach of the content security policy fails the test."""
    failures: list[str] = []

    def on_error(error: Error) -> None:
        failures.append(str(error))

    def on_message(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            failures.append(message.text)

    opened = await context.new_page()
    opened.on("pageerror", on_error)
    opened.on("console", on_message)
    yield opened
    assert failures == []
