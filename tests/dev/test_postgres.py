"""Does the embedded PostgreSQL start, keep what was written through a crash, and refuse with sentences?"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from workers.dev.errors import StartError
from workers.dev.postgres import Postgres, start_postgres
from workers.dev.postgres_install import OsUser, choose_socket_folder, find_binaries, open_way


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="hr-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


async def _run(server: Postgres, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(server.url.replace("+asyncpg", ""))
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()


async def test_what_was_committed_survives_a_kill(folder: Path) -> None:
    server = start_postgres(folder / "postgres")
    await _run(server, "create table kept as select 1 as number")
    server.kill()
    assert not server.is_running()

    server = start_postgres(folder / "postgres")
    try:
        assert [row["number"] for row in await _run(server, "select number from kept")] == [1]
        assert (await _run(server, "show listen_addresses"))[0][0] == "", "reachable by its socket alone"
    finally:
        server.stop()
    assert not server.is_running()


def test_a_running_server_is_adopted(folder: Path) -> None:
    first = start_postgres(folder / "postgres")
    try:
        second = start_postgres(folder / "postgres")
        assert (second.pid, second.adopted, first.adopted) == (first.pid, True, False)
        second.stop()
        assert not first.is_running()
    finally:
        first.stop()


def test_a_scratch_server_leaves_nothing_behind() -> None:
    server = start_postgres()
    server.create_database("another")
    server.drop_database("another")
    server.stop()
    assert not server.data.exists()


def test_the_data_folder_may_hold_spaces_and_be_deep(folder: Path) -> None:
    deep = folder / "with a space" / ("deep" * 20)
    server = start_postgres(deep / "postgres")
    try:
        assert " " not in server.url
        assert len(os.fsencode(server.socket_folder / ".s.PGSQL.5432")) < 100
        assert server.socket_folder.stat().st_mode & 0o077 == 0, "who reaches the socket owns the database"
    finally:
        server.stop()
        shutil.rmtree(server.socket_folder, ignore_errors=True)


def test_a_folder_with_something_else_in_it_is_refused(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "letter.txt").write_text("mine")
    with pytest.raises(StartError, match=r"no PostgreSQL data folder and not empty.*HANDRAIL_DATA"):
        start_postgres(folder / "postgres")
    assert (folder / "postgres" / "letter.txt").read_text() == "mine"


def test_another_versions_data_is_refused(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(StartError, match=r"PostgreSQL 16's, not 18's"):
        start_postgres(folder / "postgres")


def test_a_foreign_socket_folder_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    target = folder / "elsewhere"
    target.mkdir()
    (folder / "socket").symlink_to(target)
    assert choose_socket_folder(folder / "postgres", None) != folder / "socket"


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root needs another user for PostgreSQL")
class TestAsRoot:
    def test_a_home_is_not_opened_to_everybody(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.chmod(0o755)
        home = folder / "home"
        home.mkdir(mode=0o700)
        monkeypatch.setattr(tempfile, "tempdir", str(folder / "other"))
        with pytest.raises(StartError, match=r"may not enter .*/home'.*HANDRAIL_DATA"):
            open_way(home / "data", OsUser("handrail", 12345, 12345))
        assert home.stat().st_mode & 0o777 == 0o700

    def test_binaries_in_a_closed_folder_are_copied(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import pwd

        from workers.dev import postgres_install

        monkeypatch.setattr(postgres_install, "_ROOT_FOLDER", folder / "copy")
        answers = iter([False, False])  # neither the wheel's folder nor an older copy can be entered
        monkeypatch.setattr(postgres_install, "_may_run", lambda *_: next(answers))
        folder.chmod(0o755)
        nobody = pwd.getpwnam("nobody")

        binaries = find_binaries(OsUser("nobody", nobody.pw_uid, nobody.pw_gid))

        monkeypatch.undo()
        assert binaries.is_relative_to(folder / "copy")
        assert postgres_install._may_run(binaries / "psql", OsUser("nobody", nobody.pw_uid, nobody.pw_gid))  # pyright: ignore[reportPrivateUsage] - the copy must run with its libraries
