"""How is a customer's data erased, or kept? `python -m workers erase --customer ID`, with `--hold` and `--lift`."""

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta

from temporalio.client import WorkflowFailureError
from ulid import ULID

from contracts.erasure import ErasureOutcome, ErasureRef
from contracts.errors import NotReady
from storage.database import Database
from storage.erasure import lift_hold, place_hold, put_erasure
from workers.connect import connect_database, connect_temporal, served_packs
from workers.running import operators_settings, running_temporal
from workers.settings import Settings
from workflows.steps import REQUESTS_QUEUE

PATIENCE = timedelta(minutes=10)


def main(argv: list[str]) -> int:
    """Erase, hold or lift; exit 1 where the data was not erased, with the reasons."""
    given = _arguments().parse_args(argv)
    try:
        return asyncio.run(_run(operators_settings(), given))
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workers erase", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--customer", help="the customer's id, as in their token's `sub`")
    what.add_argument("--lift", metavar="HOLD", help="lift this legal hold")
    parser.add_argument("--pack", help="the company; needed where several are served")
    parser.add_argument("--by", default="compliance", help="who asks, for the record")
    parser.add_argument("--hold", metavar="REASON", help="do not erase: keep this customer's data from now on")
    parser.add_argument("--until", type=datetime.fromisoformat, help="with --hold: until when (ISO 8601); else lifted")
    return parser


async def _run(settings: Settings, given: argparse.Namespace) -> int:
    database = await connect_database(settings)
    try:
        if given.lift:
            return await _lift(database, given.lift)
        pack = _pack(settings, given.pack)
        if given.hold:
            return await _hold(database, pack, given)
        return await _erase(settings, database, pack, given)
    finally:
        await database.close()


def _pack(settings: Settings, wanted: str | None) -> str:
    names = served_packs(settings)
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted not in names:
        raise NotReady(f"Say whose customer it is: --pack {'|'.join(names)}.")
    return wanted


async def _lift(database: Database, hold_id: str) -> int:
    async with database.begin() as connection:
        lifted = await lift_hold(connection, hold_id)
    print(f"{hold_id} is lifted." if lifted else f"There is no hold {hold_id!r} to lift.")
    return 0 if lifted else 1


async def _hold(database: Database, pack: str, given: argparse.Namespace) -> int:
    until: datetime | None = given.until
    until = until.replace(tzinfo=UTC) if until is not None and until.tzinfo is None else until
    hold_id = f"hold-{ULID()}".lower()
    async with database.begin() as connection:
        await place_hold(connection, hold_id, pack, given.customer, reason=given.hold, by=given.by, until=until)
    print(f"{hold_id}: kept until {until.isoformat() if until else f'lifted (--lift {hold_id})'}.")
    return 0


async def _erase(settings: Settings, database: Database, pack: str, given: argparse.Namespace) -> int:
    """Note whose erasure it is, then have it carried out: what Temporal keeps does not name the customer."""
    client = await connect_temporal(settings, running_temporal())
    erasure_id = f"erasure-{ULID()}".lower()
    async with database.begin() as connection:
        await put_erasure(connection, erasure_id, pack, given.customer, given.by)
    try:
        outcome = await client.execute_workflow(
            "Erasure",
            ErasureRef(erasure_id=erasure_id),
            id=erasure_id,
            task_queue=REQUESTS_QUEUE,
            result_type=ErasureOutcome,
            execution_timeout=PATIENCE,
        )
    except WorkflowFailureError as error:
        print(f"{erasure_id} did not finish: do workers run, and does the database answer? ({error})", file=sys.stderr)
        return 1
    print(json.dumps({"erasure": erasure_id, **outcome.model_dump(exclude_defaults=True)}, indent=2))
    return 0 if outcome.state == "erased" else 1
