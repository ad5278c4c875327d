"""Does a system that two packs share move without stopping workers, and is an audience of two systems still refused?"""

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from contracts.errors import NotReady
from contracts.ids import new_request_id
from storage.database import Database
from storage.pack_activations import activate_version
from storage.pack_audiences import shared_audiences
from storage.pack_versions import store_version
from storage.packs import load_pack, load_version
from storage.requests import insert_request
from workers.dev.postgres import Postgres
from workers.runtime import make_clients
from workers.settings import Settings

AIRLINE = Path(__file__).parents[2] / "packs" / "airline"
VARIABLES = {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:1"}

type MakeFolder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> MakeFolder:
    """The airline's pack under another name, its systems where they are or moved."""

    def make(name: str, *, moved: bool = False) -> Path:
        made = tmp_path / f"{name}{'_moved' if moved else ''}"
        for path in (found for found in AIRLINE.rglob("*") if found.is_file()):
            text = path.read_bytes()
            if path.name == "pack.yaml":
                text = text.replace(b"name: airline", f"name: {name}".encode(), 1)
            if path.name == "tools.yaml" and moved:
                text = text.replace(b"${HANDRAIL_SYSTEMS_URL}", b"http://moved.test")
            copy = made / path.relative_to(AIRLINE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(text)
        return made

    return make


def test_every_address_of_every_pack_is_compared(folder: MakeFolder) -> None:
    here, there = (load_pack(folder("first", moved=moved), VARIABLES) for moved in (False, True))
    other = load_pack(folder("second"), VARIABLES)
    assert list(shared_audiences([here, other])) == []
    for packs in ([here, there, other], [here, other, there], [other, there, here]):
        told = [one.told for one in shared_audiences(packs)]
        assert len(told) == len({tool.audience for tool in here.tools.values()}), "once an audience"


async def _activate(database: Database, made: Path) -> str:
    pack, files = load_version(made, VARIABLES)
    async with database.begin() as connection:
        await store_version(connection, pack, files, "op")
        await activate_version(connection, pack.name, pack.digest, by="op", reason="because")
    return pack.digest


async def test_a_shared_system_moves_while_requests_of_its_old_address_are_open(
    database: Database, server: Postgres, folder: MakeFolder
) -> None:
    names = [f"{which}_{new_request_id()[-12:]}" for which in ("first", "second")]
    settings = Settings().model_copy(update={"database_url": server.url, "packs": ":".join(names)})
    old = {name: await _activate(database, folder(name)) for name in names}
    for name, digest in old.items():
        row = {"request_id": new_request_id(), "pack": name, "pack_digest": digest, "channel": "web"}
        async with database.begin() as connection:
            await insert_request(connection, {**row, "role": "visitor", "assurance": "anonymous"})
    await _activate(database, folder(names[0], moved=True))
    with pytest.raises(NotReady, match="a token for one would open the other"):
        async with make_clients(settings):
            pass
    await _activate(database, folder(names[1], moved=True))
    with capture_logs() as logs:
        async with make_clients(settings):
            pass
    assert "audience_shared" in [line["event"] for line in logs]
