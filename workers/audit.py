"""Has the record of decisions been changed? `python -m workers audit verify [--request ID]`."""

import argparse
import asyncio
import sys

from contracts.errors import NotReady
from governance.audit_chain import verify
from storage.audit import as_chain, audit_heads, read_audit
from storage.database import Database
from workers.connect import connect_database
from workers.settings import Settings


async def find_faults(database: Database, request_id: str | None = None) -> tuple[int, list[str]]:
    """Check every chain, or one. Returns (records checked, a sentence for each fault that names the row)."""
    checked, faults = 0, list[str]()
    async with database.begin() as connection:
        for name, count, head in await audit_heads(connection):
            if request_id is not None and name != request_id:
                continue
            rows = await read_audit(connection, name)
            checked += len(rows)
            try:
                bad = verify(as_chain(rows), head=head or None)
            except ValueError:
                faults.append(f"{name}: a record is not readable JSON")
                continue
            if bad is not None and bad < len(rows):
                faults.append(f"{name}: record {rows[bad].seq} ({rows[bad].decision_id}) was changed")
            elif bad is not None or len(rows) != count:
                faults.append(f"{name}: {count} records were written, {len(rows)} are there; the tail is missing")
    return checked, faults


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
    return asyncio.run(_verify(Settings(), given.request))
