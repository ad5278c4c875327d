"""Has the record of decisions been changed? `python -m workers audit verify [--request ID]`."""

import argparse
import asyncio
import sys

from sqlalchemy import text

from contracts.errors import NotReady
from storage.audit import AuditHead, AuditRow, audit_heads, first_changed, read_audit
from storage.database import Database
from workers.connect import connect_database
from workers.running import operators_settings
from workers.settings import Settings

_ONE_VIEW = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
"""Chains grow while they are checked: heads and records must be of one moment."""


async def find_faults(database: Database, request_id: str | None = None) -> tuple[int, list[str]]:
    """Check every chain, or one. Returns (records checked, a sentence for each fault that names the row)."""
    checked, faults = 0, list[str]()
    async with database.begin() as connection:
        await connection.execute(_ONE_VIEW)
        for head in await audit_heads(connection):
            if request_id is not None and head.request_id != request_id:
                continue
            rows = await read_audit(connection, head.request_id)
            checked += len(rows)
            fault = _fault(rows, head)
            if fault is not None:
                faults.append(f"{head.request_id}: {fault}")
    return checked, faults


def _fault(rows: list[AuditRow], head: AuditHead) -> str | None:
    bad = first_changed(rows, head)
    if bad is not None and bad < len(rows):
        return f"record {rows[bad].seq} ({rows[bad].decision_id}) was changed"
    if bad is not None:
        return f"{head.count} records were written, {len(rows)} are there; the tail is missing"
    return None if head.known else f"the request is gone, its {len(rows)} records are not"


async def _verify(settings: Settings, request_id: str | None) -> int:
    try:
        database = await connect_database(settings)
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    try:
        checked, faults = await find_faults(database, request_id)
    finally:
        await database.close()
    for fault in faults:
        print(fault)
    print(f"{checked} records checked, {len(faults)} faults.")
    return 1 if faults else 0


def main(argv: list[str]) -> int:
    """Exit 0 when every chain holds, 1 when one does not."""
    parser = argparse.ArgumentParser(prog="python -m workers audit")
    parser.add_argument("action", choices=("verify",))
    parser.add_argument("--request", default=None, help="only this request")
    given = parser.parse_args(argv)
    return asyncio.run(_verify(operators_settings(), given.request))
