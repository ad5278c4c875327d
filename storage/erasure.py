"""How does what is kept of a request become unreadable, for good? Every table says here what is left of its rows."""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ScalarSelect,
    Table,
    and_,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from contracts.principal import Principal
from governance.legal_hold import Hold, KeptEffect
from storage.effect_tables import effects, facts
from storage.entries import digest_of
from storage.inbox import opening_scope
from storage.requests import lock_request
from storage.schema import metadata
from storage.tables import audit, claims, handoffs, requests
from storage.transactions import may_erase
from storage.unsettled import stands_half_done
from storage.vault_tables import data_keys, erasures, legal_holds

GONE = "erased"
"""What stands in place of the customer's id."""

type Rest = dict[str, Any] | Literal["rows go", "kept"]

AFTER_ERASURE: dict[str, Rest] = {
    "requests": {
        "customer_id": GONE,
        "reservations": [],
        "goal": null(),
        "plan": null(),
        "flow": null(),
        "open_question": null(),
        "restricted": True,
    },
    "inbox": {"body": "", "hmac": ""},
    "idempotency": "rows go",
    "claims": "rows go",
    "entries": {"body": {}, "digest": digest_of({})},
    "calls": {"outcome": null()},
    "held_spending": "kept",
    "sentences": "rows go",
    "events": "rows go",
    "effects": {
        "arguments": {},
        "sent": null(),
        "result": null(),
        "problem": null(),
        "verdicts": [],
        "sources": [],
        "authorised_by": null(),
    },
    "sets": {"card": {}, "guarded": null(), "decided_by": null()},
    "one_time_codes": "rows go",
    "code_attempts": "rows go",
    "facts": "rows go",
    "vault": "rows go",
    "turns": "kept",
    "threads": "rows go",
    "audit": "kept",
    "handoffs": {"summary": {}},
}
"""For each table with a `request_id`. Turns hold labels; audit records hold labels, digests and staff's names, and
their chain must stay whole."""

OF_A_CUSTOMER: dict[str, str] = {"legal_holds": "subject", "threads": "customer_id", "code_locks": "principal"}
"""Tables whose rows are of a customer rather than of a request, with the column of the customer's id: the rows go."""


class ErasureRow(Contract):
    """One erasure: whose (until it is done), by whom, and how far."""

    erasure_id: str
    pack: str
    subject: str | None
    requested_by: str
    state: str
    requested_at: datetime


async def put_erasure(connection: AsyncConnection, erasure_id: str, pack: str, subject: str, by: str) -> None:
    """Note that an erasure was asked for; repeating it changes nothing."""
    row = {"erasure_id": erasure_id, "pack": pack, "subject": subject, "requested_by": by, "state": "requested"}
    await connection.execute(insert(erasures).values(**row).on_conflict_do_nothing())


async def read_erasure(connection: AsyncConnection, erasure_id: str) -> ErasureRow:
    """The erasure, locked until the transaction ends. Raises LookupError for an unknown one."""
    query = select(erasures).where(erasures.c.erasure_id == erasure_id).with_for_update()
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise LookupError(f"there is no erasure {erasure_id!r}")
    return ErasureRow.model_validate({name: row[name] for name in ErasureRow.model_fields})


async def finish_erasure(
    connection: AsyncConnection, erasure_id: str, state: str, *, holds: list[str], certificate: dict[str, Any] | None
) -> None:
    """Note how far the erasure came; once it is done the customer's id leaves its row too."""
    values: dict[str, Any] = {"state": state, "holds": holds, "certificate": certificate}
    if state == "erased":
        values |= {"subject": None, "finished_at": func.now()}
    await connection.execute(update(erasures).where(erasures.c.erasure_id == erasure_id).values(**values))


async def requests_of_subject(connection: AsyncConnection, pack: str, subject: str, *, lock: bool) -> list[str]:
    """The ids of the customer's requests that are not erased, in the order in which locks are taken.

    Also those in which a visitor has read a record of the customer's: nobody else proves to know it.
    """
    theirs = select(requests.c.request_id).where(requests.c.pack == pack, requests.c.customer_id == subject)
    has_read = exists().where(facts.c.request_id == requests.c.request_id, facts.c.owner == subject)
    visits = select(requests.c.request_id).where(requests.c.pack == pack, requests.c.customer_id.is_(None), has_read)
    found = (await connection.execute(union(theirs, visits))).scalars().all()
    query = (
        select(requests.c.request_id)
        .where(requests.c.request_id.in_(found), requests.c.erased_at.is_(None))
        .order_by(requests.c.request_id)
    )
    return list((await connection.execute(query.with_for_update() if lock else query)).scalars())


async def kept_effects(connection: AsyncConnection, request_ids: list[str]) -> list[KeptEffect]:
    """What the holds must know of these requests' effects."""
    at = func.coalesce(effects.c.executed_at, effects.c.intended_at).label("at")
    half_done = func.coalesce(stands_half_done(), False).label("half_done")
    columns = (effects.c.effect_id, effects.c.tool, effects.c.state, effects.c.authorised, half_done, at)
    query = select(*columns).where(effects.c.request_id.in_(request_ids))
    return [KeptEffect.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


async def holds_of_people(connection: AsyncConnection, pack: str, subject: str, request_ids: list[str]) -> list[Hold]:
    """Legal holds that somebody placed, and requests that people at the desk are still working on.

    Also holds on those whose records a visitor has read in one of the requests: their data stands there.
    """
    is_visit = and_(requests.c.request_id == facts.c.request_id, requests.c.customer_id.is_(None))
    read_of = select(facts.c.owner).join(requests, is_visit).where(facts.c.request_id.in_(request_ids))
    placed = select(legal_holds.c.hold_id, legal_holds.c.until).where(
        legal_holds.c.pack == pack,
        or_(legal_holds.c.subject == subject, legal_holds.c.subject.in_(read_of)),
        legal_holds.c.lifted_at.is_(None),
        or_(legal_holds.c.until.is_(None), legal_holds.c.until > func.now()),
    )
    found = [Hold(reason="legal_hold", about=row.hold_id, until=row.until) for row in await connection.execute(placed)]
    open_cases = (
        select(handoffs.c.request_id)
        .join(requests, requests.c.request_id == handoffs.c.request_id)
        .where(handoffs.c.request_id.in_(request_ids), handoffs.c.state != "returned", requests.c.status != "closed")
    )
    at_desk = await connection.execute(open_cases.distinct())
    return [*found, *(Hold(reason="open_at_desk", about=row.request_id) for row in at_desk)]


async def restrict(connection: AsyncConnection, request_ids: list[str]) -> None:
    """From now on only compliance sees these requests, once they are closed: an open one still takes people's work."""
    mine = and_(requests.c.request_id.in_(request_ids), requests.c.status == "closed")
    await connection.execute(update(requests).where(mine).values(restricted=True))


async def close_for_erasure(connection: AsyncConnection, request_id: str) -> None:
    """Close the request and move its holder's epoch: no send and no release passes their conditions any more."""
    is_open = requests.c.status != "closed"
    statement = update(requests).where(requests.c.request_id == request_id)
    await connection.execute(statement.values(restricted=True, epoch=requests.c.epoch + 1, holder="desk"))
    await connection.execute(statement.where(is_open).values(status="closed", outcome=GONE, closed_at=func.now()))


async def erase_request(connection: AsyncConnection, request_id: str) -> int:
    """Make all that is kept of the request unreadable, also what others would add; returns how many rows changed."""
    await may_erase(connection)
    await lock_request(connection, request_id)
    pack = select(requests.c.pack).where(requests.c.request_id == request_id).scalar_subquery()
    await destroy_keys(connection, pack, f"visitor:{request_id}")
    changed = 0
    for name, rest in AFTER_ERASURE.items():
        table = _table(name)
        here = table.c.request_id == request_id
        if rest == "rows go":
            changed += (await connection.execute(delete(table).where(here))).rowcount
        elif rest != "kept":
            changed += (await connection.execute(update(table).where(here).values(**rest))).rowcount
    statement = update(requests).where(requests.c.request_id == request_id)
    await connection.execute(statement.values(erased_at=func.now(), held_by=None))
    return changed


async def erase_rests(connection: AsyncConnection, request_id: str) -> list[str]:
    """Erase what was written of an erased request after all, by work that was under way; the tables where it lay.

    Its row is locked: of two that look at once the later one finds nothing.
    """
    await lock_request(connection, request_id)
    found = await readable_rests(connection, [request_id])
    if found:
        await erase_request(connection, request_id)
    return found


async def destroy_keys(connection: AsyncConnection, pack: str | ScalarSelect[str], subject: str) -> int:
    """Destroy the data keys of somebody: what they sealed, also in backups, can never be opened again."""
    theirs = (data_keys.c.pack == pack, data_keys.c.subject == subject, data_keys.c.wrapped.is_not(None))
    statement = update(data_keys).where(*theirs)
    return (await connection.execute(statement.values(wrapped=None, destroyed_at=func.now(), subject=GONE))).rowcount


async def forget_subject(connection: AsyncConnection, pack: str, subject: str) -> None:
    """Destroy the customer's data key, and drop every row that is theirs without being of one of their requests."""
    await destroy_keys(connection, pack, subject)
    for name, mine in _of_customer(pack, subject).items():
        await connection.execute(delete(_table(name)).where(mine))


def _of_customer(pack: str, subject: str) -> dict[str, Any]:
    """For each table what tells this customer's rows. A claim under which no request came to be names them as well."""
    scope = opening_scope(f"{pack}:{Principal(subject=subject, role='customer').key}")
    found = {"claims": claims.c.scope == scope}
    for name, column in OF_A_CUSTOMER.items():
        table = _table(name)
        found[name] = and_(table.c.pack == pack, table.c[column] == subject)
    return found


async def rows_of_customer(connection: AsyncConnection, pack: str, subject: str) -> list[str]:
    """Tables that still name the customer outside of their requests; empty when the erasure holds."""
    found: list[str] = []
    for name, mine in _of_customer(pack, subject).items():
        query = select(literal(1)).select_from(_table(name)).where(mine).limit(1)
        found += [name] * ((await connection.execute(query)).first() is not None)
    return found


async def has_key(connection: AsyncConnection, pack: str, subject: str) -> bool:
    """Whether the customer still has a data key."""
    query = select(data_keys.c.key_id).where(data_keys.c.pack == pack, data_keys.c.subject == subject)
    return (await connection.execute(query.where(data_keys.c.wrapped.is_not(None)))).first() is not None


async def erased_by(connection: AsyncConnection, erasure_id: str) -> list[str]:
    """The requests that this erasure made unreadable, as their audit trails say."""
    is_one = audit.c.decision_id.like(f"{erasure_id}#%#erased")
    query = select(audit.c.request_id).where(text("kind = 'erasure'"), is_one)  # as the index has it
    return list((await connection.execute(query)).scalars())


async def readable_rests(connection: AsyncConnection, request_ids: list[str]) -> list[str]:
    """Tables where something of these erased requests can be read after all; empty when the erasure holds."""
    found: list[str] = []
    for name, rest in AFTER_ERASURE.items():
        table = _table(name)
        mine = table.c.request_id.in_(request_ids)
        if rest == "kept":
            continue
        if rest != "rows go":
            mine = and_(mine, or_(*(table.c[column].is_distinct_from(value) for column, value in rest.items())))
        if (await connection.execute(select(literal(1)).select_from(table).where(mine).limit(1))).first() is not None:
            found.append(name)
    return found


async def requests_due(connection: AsyncConnection, pack: str, keep: timedelta, *, after: str, limit: int) -> list[str]:
    """Closed requests behind `after`, in the order of their ids, whose time to be kept is over."""
    query = (
        select(requests.c.request_id)
        .where(
            requests.c.pack == pack,
            requests.c.status == "closed",
            requests.c.erased_at.is_(None),
            requests.c.closed_at < func.now() - keep,
            requests.c.request_id > after,
        )
        .order_by(requests.c.request_id)
        .limit(limit)
    )
    return list((await connection.execute(query)).scalars())


async def subject_of(connection: AsyncConnection, request_id: str) -> str:
    """The customer's id, or `visitor:<request>`."""
    query = select(func.coalesce(requests.c.customer_id, "visitor:" + requests.c.request_id))
    return str((await connection.execute(query.where(requests.c.request_id == request_id))).scalar_one())


async def deferred_erasures(connection: AsyncConnection, pack: str) -> list[str]:
    """Erasures that wait until nothing holds them back, that left something readable, or whose workflow never began."""
    waits = erasures.c.state.in_(("deferred", "requested", "unverified"))
    query = select(erasures.c.erasure_id).where(erasures.c.pack == pack, waits)
    return list((await connection.execute(query.order_by(erasures.c.requested_at))).scalars())


async def place_hold(
    connection: AsyncConnection, hold_id: str, pack: str, subject: str, *, reason: str, by: str, until: datetime | None
) -> None:
    """Keep this customer's data, whatever else is asked, until the hold is lifted or over."""
    row = {"hold_id": hold_id, "pack": pack, "subject": subject, "reason": reason, "placed_by": by, "until": until}
    await connection.execute(insert(legal_holds).values(**row))


async def lift_hold(connection: AsyncConnection, hold_id: str) -> bool:
    """Lift a hold; False where there is none of this id, or it was lifted before."""
    statement = update(legal_holds).where(legal_holds.c.hold_id == hold_id, legal_holds.c.lifted_at.is_(None))
    return (await connection.execute(statement.values(lifted_at=func.now()))).rowcount == 1


def _table(name: str) -> Table:
    return metadata.tables[f"{metadata.schema}.{name}"]


def tables_of_requests() -> set[str]:
    """The names of every table whose rows belong to a request."""
    return {table.name for table in metadata.tables.values() if "request_id" in table.columns}
