"""What may the chat's page run, load and show as markup? Only its own files, and no text of anybody as HTML."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from contracts.errors import Refused
from workers.gateway import chat_page
from workers.gateway.problems import add_problem_handlers

FILES = sorted(chat_page.FILES.iterdir())
SCRIPTS = [path for path in FILES if path.suffix == ".js"]
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcdoc|\beval\b"
    r"|new Function|setHTML|setAttribute\(\s*[\"'`]on|set(?:Timeout|Interval)\(\s*[\"'`]"
)
"""Whatever makes markup or code of text."""


class Packs:
    """One pack with a picture, a video and a form, wherever they are."""

    def __init__(self, *urls: tuple[str, str]) -> None:
        self.urls = urls

    def __iter__(self) -> Any:
        return iter(["airline"])

    async def current(self, _: str) -> Any:
        kinds = {str(n): type("Item", (), {"kind": kind, "url": url}) for n, (kind, url) in enumerate(self.urls)}
        return type("Pack", (), {"media": kinds})


@pytest.fixture
async def page() -> AsyncGenerator[httpx2.AsyncClient]:
    """The chat's files as the gateway serves them."""
    app = FastAPI()
    add_problem_handlers(app)
    app.include_router(chat_page.router)
    media = ("image", "https://pictures.example/a.png"), ("form", "https://forms.example/b")
    app.state.service = type("Service", (), {"packs": Packs(*media)})
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://gateway") as client:
        yield client


def directives(policy: str) -> dict[str, str]:
    return {name: sources for name, _, sources in (part.partition(" ") for part in policy.split("; "))}


STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}


@pytest.mark.parametrize("name", [path.name for path in FILES])
async def test_every_file_runs_nothing_but_the_chats_own(page: httpx2.AsyncClient, name: str) -> None:
    answer = await page.get(f"/chat/{name}")
    assert answer.status_code == 200
    assert directives(answer.headers["content-security-policy"]) == STRICT
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_the_page_shows_pictures_from_where_the_pack_says_and_nothing_else_from_there(
    page: httpx2.AsyncClient,
) -> None:
    found = directives((await page.get("/chat")).headers["content-security-policy"])
    pictures = "'self' https://pictures.example"
    assert found == {**STRICT, "img-src": pictures, "media-src": pictures}


@pytest.mark.parametrize("name", ["..%2fmcp.json", "%2e%2e%2fpage.css", "index", "page.py", "none.js", "icon.svg%00"])
async def test_nothing_else_is_served(page: httpx2.AsyncClient, name: str) -> None:
    assert (await page.get(f"/chat/{name}")).status_code == 404


@pytest.mark.parametrize("name", ["../chat_page.py", "/etc/passwd.js", "sub/page.js"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(Refused, match="no file"):
        chat_page._file(None, name)  # type: ignore[arg-type]  # pyright: ignore[reportPrivateUsage] - no name comes so far


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_text_becomes_markup_or_code(script: Path) -> None:
    assert SINKS.findall(script.read_text(encoding="utf-8")) == []


def test_the_page_has_no_script_or_style_of_its_own() -> None:
    text = (chat_page.FILES / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\son\w+=|\sstyle=", text) == []
