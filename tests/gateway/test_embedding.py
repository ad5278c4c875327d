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


UI = "https://temporal.example"


def settings(origins: str, ui: str | None = None) -> Settings:
    return Settings(_env_file=None, chat_origins=origins, temporal_ui_url=ui)  # type: ignore[call-arg]  # pydantic-settings' own argument


async def ask_first(origins: str, origin: str, *, ui: str | None = None, path: str = "/v1/requests") -> httpx2.Response:
    """What a browser asks before it lets a page of this origin write to the gateway."""
    transport = httpx2.ASGITransport(app=make_app(settings(origins, ui)))
    namespace = ",x-namespace" if path.startswith("/v1/codec") else ""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": f"authorization,content-type{namespace}",
    }
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        return await client.options(path, headers=asked)


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


async def test_temporals_pages_may_have_payloads_decoded_and_do_nothing_else() -> None:
    answer = await ask_first("", UI, ui=f"{UI}/some/path", path="/v1/codec/decode")
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == UI
    assert "access-control-allow-credentials" not in answer.headers
    elsewhere = await ask_first(SHOP, UI, ui=UI)
    assert "access-control-allow-origin" not in elsewhere.headers


@pytest.mark.parametrize(("ui", "origin"), [(None, UI), ("", UI), ("no address", UI), (UI, "https://evil.example")])
async def test_no_other_page_may_have_payloads_decoded(ui: str | None, origin: str) -> None:
    answer = await ask_first("", origin, ui=ui, path="/v1/codec/decode")
    assert "access-control-allow-origin" not in answer.headers
