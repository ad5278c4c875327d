"""Does a reply go on showing the drawing that it showed, whichever versions of the pack are active since?"""

import contextlib
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.ids import new_request_id
from contracts.pack import Pack
from storage.control_tables import pack_files
from storage.database import Database
from storage.pack_activations import activate_version
from storage.pack_drawings import drawing_path
from storage.pack_shelf import PackShelf
from storage.pack_versions import store_version
from storage.packs import load_version
from tests.stack import JWT_SECRET
from workers.gateway.app import make_app
from workers.gateway.drawing_shelf import DrawingShelf
from workers.gateway.rate_limit import RateLimit
from workers.gateway.served_packs import ServedPacks
from workers.gateway.service import Service
from workers.settings import Settings

AIRLINE = Path(__file__).parents[2] / "packs" / "airline"
VARIABLES = {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:1"}
NAME = f"shop_{new_request_id()[-12:]}"
OLD, NEW = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 {n}"/>' for n in (4, 5))

type Files = dict[str, bytes]


class Watched:
    """The database, and how often somebody reached for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.reached = 0

    @contextlib.asynccontextmanager
    async def single(self) -> AsyncGenerator[AsyncConnection]:
        self.reached += 1
        async with self._database.single() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncGenerator[AsyncConnection]:
        self.reached += 1
        async with self._database.begin() as connection:
            yield connection


@pytest.fixture
def make_version(tmp_path: Path) -> Callable[..., tuple[Pack, Files]]:
    """A version of a pack whose bag tag is drawn like this."""

    def make(drawing: str, name: str = NAME) -> tuple[Pack, Files]:
        folder = tmp_path / f"{name}{len(list(tmp_path.iterdir()))}"
        shutil.copytree(AIRLINE, folder)
        manifest = (folder / "pack.yaml").read_text().replace("name: airline", f"name: {name}", 1)
        (folder / "pack.yaml").write_text(manifest)
        (folder / "media" / "bag-tag.svg").write_text(drawing)
        return load_version(folder, VARIABLES)

    return make


@pytest.fixture
async def rolled_out(database: Database, make_version: Callable[..., tuple[Pack, Files]]) -> tuple[Pack, Pack]:
    """Two versions, of which the second is active since."""
    old, new = make_version(OLD), make_version(NEW)
    async with database.begin() as connection:
        for version in (old, new):
            await store_version(connection, *version, by="op")
            await activate_version(connection, NAME, version[0].digest, by="op", reason="because")
    return old[0], new[0]


@pytest.fixture
def watched(database: Database) -> Watched:
    return Watched(database)


@pytest.fixture
async def gateway(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx2.AsyncClient]:
    """A gateway that serves this pack, and nothing but pictures."""
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        monkeypatch.delenv(name)
    settings = Settings(_env_file=None, jwt_secret=SecretStr(JWT_SECRET))  # type: ignore[call-arg]  # pydantic-settings' own argument
    nothing, database = cast("Any", None), cast("Database", watched)
    packs = ServedPacks(database, PackShelf(VARIABLES), (NAME, "airline"))
    app = make_app(settings)
    app.state.service = Service(settings, database, nothing, nothing, packs, nothing, nothing, nothing, RateLimit(0))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://gateway") as client:
        yield client


async def test_each_version_goes_on_showing_its_own_drawing(
    gateway: httpx2.AsyncClient, rolled_out: tuple[Pack, Pack]
) -> None:
    for pack, drawn in zip(rolled_out, (OLD, NEW), strict=True):
        answer = await gateway.get(pack.media["bag_tag"].url)
        assert (answer.status_code, answer.text) == (200, drawn)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_drawing_that_two_versions_share_has_one_address(rolled_out: tuple[Pack, Pack]) -> None:
    old, new = rolled_out
    assert old.media["pack_a_bicycle"].url == new.media["pack_a_bicycle"].url
    assert old.media["bag_tag"].url != new.media["bag_tag"].url


async def test_a_drawing_is_looked_up_once(
    gateway: httpx2.AsyncClient, rolled_out: tuple[Pack, Pack], watched: Watched
) -> None:
    for _ in range(3):
        assert (await gateway.get(rolled_out[0].media["bag_tag"].url)).status_code == 200
    assert watched.reached == 1


async def test_nothing_else_is_at_such_an_address(
    gateway: httpx2.AsyncClient, rolled_out: tuple[Pack, Pack], watched: Watched
) -> None:
    *_, digest, name = rolled_out[0].media["bag_tag"].url.split("/")
    for path in (f"{NAME}/{'0' * 16}/{name}", f"{NAME}/{digest}/bicycle.svg", f"airline/{digest}/{name}"):
        assert (await gateway.get(f"/media/{path}")).status_code == 404, path
    assert watched.reached == 3
    for path in (
        f"nobody/{digest}/{name}",
        f"{NAME}/{digest[:8]}/{name}",
        f"{NAME}/{digest.upper()}/{name}x",
        f"{NAME}/{digest}/pack.yaml",
        f"{NAME}/{digest}/..%2Fpack.yaml",
        f"{NAME}/{digest}/{name}%00",
        f"{NAME}/{digest}/{name}%0A",
        f"{NAME}/{name}",
    ):
        assert (await gateway.get(f"/media/{path}")).status_code == 404, path
    assert watched.reached == 3, "what can be no address is asked of nobody"


async def test_a_file_that_this_code_would_not_show_is_not_shown(
    database: Database, gateway: httpx2.AsyncClient, make_version: Callable[..., tuple[Pack, Files]]
) -> None:
    """Stored under rules that were not as strict, whatever its version says."""
    harmless, harmful = OLD.replace("4 4", "4 6"), OLD.replace("/>", '><script href="https://evil.example"/></svg>')
    pack, _ = version = make_version(harmless)
    async with database.begin() as connection:
        await store_version(connection, *version, by="op")
        of_tag = (pack_files.c.digest == pack.digest) & (pack_files.c.path == "media/bag-tag.svg")
        await connection.execute(update(pack_files).where(of_tag).values(content=harmful.encode()))
    assert (await gateway.get(drawing_path(NAME, "media/bag-tag.svg", harmful))).status_code == 404


async def test_no_more_are_kept_than_there_is_room_for(
    database: Database, rolled_out: tuple[Pack, Pack], watched: Watched
) -> None:
    shelf = DrawingShelf(cast("Database", watched), keep=1)
    addresses = [pack.media["bag_tag"].url.split("/")[2:] for pack in rolled_out]
    for pack, digest, name in (*addresses, *addresses, addresses[1]):
        assert await shelf.get(pack, digest, name) is not None
    assert watched.reached == 4
