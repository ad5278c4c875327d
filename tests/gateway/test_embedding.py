"""Which web pages may embed the chat? Those of the origins that the operator names, and no others."""

import os

import httpx2
import pytest

from contracts.errors import NotReady
from workers.gateway.app import make_app
from workers.settings import Settings

SHOP = "https://shop.example"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        monkeypatch.delenv(name)


def settings(origins: str) -> Settings:
    return Settings(_env_file=None, chat_origins=origins)  # type: ignore[call-arg]  # pydantic-settings' own argument


async def ask_first(origins: str, origin: str) -> httpx2.Response:
    """What a browser asks before it lets a page of this origin write to the gateway."""
    transport = httpx2.ASGITransport(app=make_app(settings(origins)))
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        return await client.options("/v1/requests", headers=asked)


async def test_a_named_origin_may_write_and_read() -> None:
    answer = await ask_first(f"https://www.example.org, {SHOP}/", SHOP)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("origins", "origin"), [("", SHOP), (SHOP, "https://evil.example"), (SHOP, "https://shop.example.evil.example")]
)
async def test_no_other_may(origins: str, origin: str) -> None:
    answer = await ask_first(origins, origin)
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("origins", ["*", "shop.example", "https://*.example", "https://shop.example/path"])
def test_what_is_no_origin_is_refused_with_a_sentence(origins: str) -> None:
    with pytest.raises(NotReady, match="HANDRAIL_CHAT_ORIGINS"):
        make_app(settings(origins))
