"""Can a change of the record of decisions go unseen? It names the row, and `audit verify` exits 1."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.audit import append_audit, read_audit
from storage.database import Database
from workers.audit import find_faults

ROOT = Path(__file__).resolve().parents[2]


async def decide(database: Database, request_id: str, *numbers: int) -> None:
    """Append decisions, each in a transaction of its own."""
    for number in numbers:
        async with database.begin() as connection:
            record = {"tool": "charge_payment", "verdict": "allow", "amount": 4500 + number}
            assert await append_audit(connection, request_id, f"{request_id}#d{number}", "guard", record)


async def tamper(database: Database, statement: str, request_id: str) -> None:
    async with database.begin() as connection:
        changed = await connection.execute(text(statement), {"r": request_id})
        assert changed.rowcount == 1, "the test must change something"


async def faults_of(database: Database, request_id: str) -> list[str]:
    return (await find_faults(database, request_id))[1]


async def test_an_untouched_chain_holds(database: Database, request_id: str) -> None:
    await decide(database, request_id, 1, 2, 3)
    assert await find_faults(database, request_id) == (3, [])


async def test_a_repeated_decision_adds_nothing_and_moves_nothing(database: Database, request_id: str) -> None:
    await decide(database, request_id, 1)
    async with database.begin() as connection:
        assert not await append_audit(connection, request_id, f"{request_id}#d1", "guard", {"verdict": "deny"})
        rows = await read_audit(connection, request_id)
    assert [row.seq for row in rows] == [1]
    assert '"allow"' in rows[0].record
    await decide(database, request_id, 2)
    assert await find_faults(database, request_id) == (2, [])


async def test_twenty_at_once_make_one_chain(database: Database, request_id: str) -> None:
    await asyncio.gather(*(decide(database, request_id, number) for number in range(20)))
    async with database.begin() as connection:
        assert [row.seq for row in await read_audit(connection, request_id)] == list(range(1, 21))
    assert await find_faults(database, request_id) == (20, [])


async def test_a_chain_that_grows_while_it_is_checked_holds(database: Database, request_id: str) -> None:
    writing = asyncio.create_task(decide(database, request_id, *range(60)))
    checks = 0
    while not writing.done():
        assert await faults_of(database, request_id) == []
        checks += 1
    await writing
    assert checks > 3


ONE_RECORD = "WHERE request_id = :r AND seq = 2"
CHANGES = {
    "one byte of what was decided": f"UPDATE handrail.audit SET record = replace(record, '4502', '4503') {ONE_RECORD}",
    "a space in what was decided": f"UPDATE handrail.audit SET record = replace(record, ':', ': ') {ONE_RECORD}",
    "its hash": f"UPDATE handrail.audit SET hash = reverse(hash) {ONE_RECORD}",
    "the hash before it": f"UPDATE handrail.audit SET previous_hash = reverse(previous_hash) {ONE_RECORD}",
    "its kind": f"UPDATE handrail.audit SET kind = 'note' {ONE_RECORD}",
    "its decision's id": f"UPDATE handrail.audit SET decision_id = decision_id || 'x' {ONE_RECORD}",
    "its place": f"UPDATE handrail.audit SET seq = 9 {ONE_RECORD}",
    "broken JSON": f"UPDATE handrail.audit SET record = '{{' {ONE_RECORD}",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_changed_record_is_named(database: Database, request_id: str, change: str) -> None:
    await decide(database, request_id, 1, 2, 3)
    await tamper(database, CHANGES[change], request_id)
    (fault,) = await faults_of(database, request_id)
    assert request_id in fault
    assert ("record 3" if change == "its place" else "record 2") in fault


async def test_a_record_taken_out_of_the_middle_is_found(database: Database, request_id: str) -> None:
    await decide(database, request_id, 1, 2, 3)
    await tamper(database, f"DELETE FROM handrail.audit {ONE_RECORD}", request_id)
    (fault,) = await faults_of(database, request_id)
    assert "record 3" in fault


async def test_a_cut_tail_is_found(database: Database, request_id: str) -> None:
    await decide(database, request_id, 1, 2, 3)
    await tamper(database, "DELETE FROM handrail.audit WHERE request_id = :r AND seq = 3", request_id)
    (fault,) = await faults_of(database, request_id)
    assert "3 records were written, 2 are there" in fault


async def test_a_chain_cut_to_nothing_is_found(database: Database, request_id: str) -> None:
    await decide(database, request_id, 1)
    await tamper(database, "DELETE FROM handrail.audit WHERE request_id = :r", request_id)
    assert len(await faults_of(database, request_id)) == 1


async def test_a_chain_whose_request_was_removed_is_found(database: Database, request_id: str) -> None:
    await decide(database, request_id, 1)
    await tamper(database, "DELETE FROM handrail.requests WHERE request_id = :r", request_id)
    assert await faults_of(database, request_id) == [f"{request_id}: the request is gone, its 1 records are not"]


def _verify(url: str, request_id: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "workers", "audit", "verify", "--request", request_id]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


async def test_the_command_names_the_changed_row_and_exits_1(database: Database, request_id: str) -> None:
    await decide(database, request_id, 1, 2)
    holds = await asyncio.to_thread(_verify, database.url, request_id)
    assert (holds.returncode, holds.stdout.strip()) == (0, "2 records checked, 0 faults.")
    await tamper(database, CHANGES["one byte of what was decided"], request_id)
    broken = await asyncio.to_thread(_verify, database.url, request_id)
    assert broken.returncode == 1
    assert f"{request_id}: record 2 ({request_id}#d2) was changed" in broken.stdout
    assert broken.stderr == ""
