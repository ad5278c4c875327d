"""Are versions stored whole, activated one after the other, rolled back, and proved?"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from contracts.ids import new_request_id
from contracts.pack import Pack
from governance.pack_shares import choose_version
from storage.audit import first_changed, read_audit
from storage.control_audit import chain_of, control_head
from storage.control_tables import pack_files
from storage.database import Database
from storage.pack_activations import (
    Activation,
    NothingToChange,
    activate_version,
    current_activation,
    roll_back,
    split_version,
)
from storage.pack_folder import PackErrors
from storage.pack_shelf import PackShelf
from storage.pack_versions import UnknownVersion, find_version, list_versions, store_version
from storage.packs import load_version
from storage.requests import insert_request
from workers import migrate
from workers.migrate import deploy

AIRLINE = Path(__file__).parents[2] / "packs" / "airline"
VARIABLES = {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:1"}
BY = {"by": "op", "reason": "because anna@example.org asked"}

type Version = tuple[Pack, dict[str, bytes]]
type MakeVersion = Callable[[str], Version]


@pytest.fixture
def make_version(tmp_path: Path) -> MakeVersion:
    """Versions of a pack that no other test has: each differs in what it says about the company."""
    name = f"shop_{new_request_id()[-12:]}"

    def make(about: str) -> Version:
        folder = tmp_path / about
        shutil.copytree(AIRLINE, folder)
        manifest = (folder / "pack.yaml").read_text().replace("name: airline", f"name: {name}", 1)
        (folder / "pack.yaml").write_text(manifest.replace("Northwind Air (code NW)", about, 1))
        return load_version(folder, VARIABLES)

    return make


async def store(database: Database, version: Version) -> str:
    async with database.begin() as connection:
        await store_version(connection, *version, by="op")
    return version[0].digest


async def active(database: Database, pack: str) -> list[tuple[str, int]]:
    async with database.begin() as connection:
        current = await current_activation(connection, pack)
    return [(share.digest, share.parts) for share in current.shares]


async def change(database: Database, act: Callable[..., Any], *given: Any) -> Activation:
    async with database.begin() as connection:
        return await act(connection, *given, **BY)


async def test_a_stored_version_is_read_without_its_folder(
    database: Database, make_version: MakeVersion, tmp_path: Path
) -> None:
    pack, files = make_version("one")
    await store(database, (pack, files))
    shutil.rmtree(tmp_path / "one")
    async with database.begin() as connection:
        read = await PackShelf(VARIABLES).get(connection, pack.digest)
    assert read.model_dump(exclude={"directory"}) == pack.model_dump(exclude={"directory"})


async def test_a_version_is_stored_once(database: Database, make_version: MakeVersion) -> None:
    pack, files = make_version("one")
    async with database.begin() as connection:
        assert await store_version(connection, pack, files, "first")
        assert not await store_version(connection, pack, {**files, "pack.yaml": b"other"}, "second")
        (stored,) = await list_versions(connection, pack.name)
        assert stored.stored_by == "first"
        assert await PackShelf(VARIABLES).get(connection, pack.digest)


async def test_a_version_whose_files_were_changed_is_not_used(database: Database, make_version: MakeVersion) -> None:
    pack, files = make_version("one")
    digest = await store(database, (pack, files))
    changed = files["policies.cedar"] + b"permit (principal, action, resource);"
    async with database.begin() as connection:
        where = (pack_files.c.digest == digest) & (pack_files.c.path == "policies.cedar")
        await connection.execute(pack_files.update().where(where).values(content=changed))
    async with database.begin() as connection:
        with pytest.raises(PackErrors, match="which is another version"):
            await PackShelf(VARIABLES).get(connection, digest)


async def test_an_open_requests_version_that_nobody_can_read_stops_no_process(
    database: Database, make_version: MakeVersion
) -> None:
    older, newer = make_version("one"), make_version("two")
    name = older[0].name
    for version in (older, newer):
        await store(database, version)
    await change(database, activate_version, name, newer[0].digest)
    row = {"request_id": new_request_id(), "pack": name, "pack_digest": older[0].digest, "channel": "web"}
    async with database.begin() as connection:
        await insert_request(connection, {**row, "role": "visitor", "assurance": "anonymous"})
        used = await PackShelf(VARIABLES).in_use(connection, [name])
        assert [pack.digest for pack in used] == [newer[0].digest, older[0].digest]
        changed = pack_files.update().where(pack_files.c.digest == older[0].digest, pack_files.c.path == "pack.yaml")
        await connection.execute(changed.values(content=b"name: what this code knows no more"))
        with capture_logs() as logs:
            used = await PackShelf(VARIABLES).in_use(connection, [name])
    assert [pack.digest for pack in used] == [newer[0].digest]
    assert [(line["event"], line["version"]) for line in logs] == [("version_unreadable", older[0].digest[:12])]


async def test_a_version_that_is_not_stored_is_refused(database: Database, make_version: MakeVersion) -> None:
    pack, _ = make_version("one")
    for act, given in ((activate_version, ()), (split_version, (0.3,))):
        for digest in (pack.digest, "0" * 64, pack.digest[:7], ""):
            with pytest.raises(UnknownVersion):
                await change(database, act, pack.name, digest, *given)
    async with database.begin() as connection:
        with pytest.raises(UnknownVersion):
            await PackShelf(VARIABLES).get(connection, pack.digest)
    assert await active(database, pack.name) == []


async def test_another_packs_version_is_refused(database: Database, make_version: MakeVersion) -> None:
    pack, files = make_version("one")
    digest = await store(database, (pack, files))
    with pytest.raises(UnknownVersion):
        await change(database, activate_version, "somebody_else", digest)


async def test_a_split_gives_new_requests_their_share(database: Database, make_version: MakeVersion) -> None:
    old, new = [await store(database, make_version(about)) for about in ("one", "two")]
    name = make_version("three")[0].name
    await change(database, activate_version, name, old)
    done = await change(database, split_version, name, new[:12], 0.3)
    assert await active(database, name) == [(old, 7_000), (new, 3_000)]
    chosen = [choose_version(f"request-{number}", done.shares) for number in range(2_000)]
    assert chosen.count(new) / len(chosen) == pytest.approx(0.3, abs=0.03)


async def test_every_activation_raises_the_epoch_and_one_that_changes_nothing_does_not(
    database: Database, make_version: MakeVersion
) -> None:
    one, two = [await store(database, make_version(about)) for about in ("one", "two")]
    name = make_version("three")[0].name
    epochs = [
        (await change(database, act, name, *given)).epoch
        for act, given in (
            (activate_version, (one,)),
            (activate_version, (one,)),
            (split_version, (two, 0.5)),
            (activate_version, (two,)),
            (roll_back, ()),
        )
    ]
    assert epochs == [1, 1, 2, 3, 4]


async def test_rolling_back_goes_back_step_by_step(database: Database, make_version: MakeVersion) -> None:
    one, two, three = [await store(database, make_version(about)) for about in ("one", "two", "three")]
    name = make_version("four")[0].name
    await change(database, activate_version, name, one)
    await change(database, split_version, name, two, 0.3)
    await change(database, activate_version, name, three)
    assert (await change(database, roll_back, name)).restores == 2
    assert await active(database, name) == [(one, 7_000), (two, 3_000)]
    await change(database, roll_back, name)
    assert await active(database, name) == [(one, 10_000)]
    with pytest.raises(NothingToChange, match="no earlier activation"):
        await change(database, roll_back, name)
    await change(database, activate_version, name, three)
    assert (await change(database, roll_back, name)).restores == 1
    assert await active(database, name) == [(one, 10_000)]


async def test_a_crash_between_storing_and_activating_changes_nothing(
    server: Any, database: Database, make_version: MakeVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = make_version("one"), make_version("two")
    await deploy(server.url, "head", [old])

    async def crash(*_: Any, **__: Any) -> Activation:
        raise ConnectionError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(migrate, "activate_version", crash)
        with pytest.raises(ConnectionError):
            await deploy(server.url, "head", [new])
    assert await active(database, old[0].name) == [(old[0].digest, 10_000)]
    async with database.begin() as connection:
        assert await find_version(connection, old[0].name, new[0].digest)
    await deploy(server.url, "head", [new])
    assert await active(database, old[0].name) == [(new[0].digest, 10_000)]


async def test_a_restart_with_the_same_folder_leaves_what_operators_decided(
    server: Any, database: Database, make_version: MakeVersion
) -> None:
    good, bad = make_version("one"), make_version("two")
    name = good[0].name
    await deploy(server.url, "head", [good])
    await deploy(server.url, "head", [bad])
    await change(database, roll_back, name)
    await deploy(server.url, "head", [bad])
    assert await active(database, name) == [(good[0].digest, 10_000)], "the rollback stands"
    await deploy(server.url, "head", [good], activate=False)
    await deploy(server.url, "head", [make_version("three")], activate=False)
    assert await active(database, name) == [(good[0].digest, 10_000)], "stored only"


async def test_every_decision_is_in_a_chain_that_shows_a_change(database: Database, make_version: MakeVersion) -> None:
    one, two = [await store(database, make_version(about)) for about in ("one", "two")]
    name = make_version("three")[0].name
    await change(database, activate_version, name, one)
    await change(database, split_version, name, two, 0.3)
    async with database.begin() as connection:
        rows, head = await read_audit(connection, chain_of(name)), await control_head(connection, name)
    assert [row.kind for row in rows] == ["activation", "activation"]
    assert '"by":"op"' in rows[1].record
    assert '"reason":"because [email removed] asked"' in rows[1].record
    assert first_changed(rows, head) is None
    forged = rows[1].model_copy(update={"record": rows[1].record.replace("because", "nobody knows")})
    assert first_changed([rows[0], forged], head) == 1
    assert first_changed(rows[:1], head) == 1, "a cut tail"
