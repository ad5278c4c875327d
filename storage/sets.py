"""Which sets of writes wait for a decision, and what was decided?"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BindParameter, ColumnElement, Select, and_, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from storage.effect_tables import sets

OPEN = ("awaiting_code", "pending", "awaiting_approval")


class SetRow(Contract):
    """An ordered set of writes, bound by its digest; `card` is what the customer was shown."""

    set_id: str
    request_id: str
    turn: int
    step: int
    digest: str
    state: str = "pending"
    approval_role: str | None = None
    approvers: int = 1
    """How many different people have to approve it."""
    approved_by: tuple[str, ...] = ()
    reminded_at: datetime | None = None
    card: dict[str, Any]
    expires_at: datetime
    decided_by: str | None = None
    after_seq: int = 0
    """The request's newest message when the set was shown: only later ones can answer it."""
    guarded: dict[str, Any] | None = None
    """The answer of the guards, for a repetition of the same step."""

    @property
    def effect_ids(self) -> tuple[str, ...]:
        """The set's effects, in order."""
        open_set = (self.guarded or {}).get("open_set") or {}
        return tuple(open_set.get("effects", ()))

    @property
    def tools(self) -> tuple[str, ...]:
        """The tool of each of the set's effects, in order."""
        open_set = (self.guarded or {}).get("open_set") or {}
        return tuple(open_set.get("tools", ()))


async def put_set(connection: AsyncConnection, row: SetRow) -> SetRow:
    """Insert the set, or return the one stored under its id."""
    statement = insert(sets).values(**row.model_dump(exclude={"guarded"})).on_conflict_do_nothing()
    await connection.execute(statement)
    stored = await read_set(connection, row.set_id)
    assert stored is not None
    return stored


async def read_set(connection: AsyncConnection, set_id: str) -> SetRow | None:
    """The set, or None."""
    row = (await connection.execute(select(sets).where(sets.c.set_id == set_id))).mappings().first()
    return SetRow.model_validate(dict(row)) if row else None


async def open_set_of(connection: AsyncConnection, request_id: str) -> SetRow | None:
    """The request's open set, or None; there is at most one."""
    row = (await connection.execute(open_sets_of(request_id))).mappings().first()
    return SetRow.model_validate(dict(row)) if row else None


def open_sets_of(request_id: str | BindParameter[Any]) -> Select[Any]:
    """The query for the request's open set."""
    is_open = sets.c.state.in_([literal(state) for state in OPEN])
    mine = (sets.c.request_id == request_id) & is_open
    return select(sets).where(mine).order_by(sets.c.created_at.desc()).limit(1)


async def decide_set(connection: AsyncConnection, set_id: str, state: str, by: str) -> bool:
    """Write a decision, once: False where the set is no longer open."""
    return await _swap(connection, set_id, sets.c.state.in_(OPEN), state=state, decided_by=by, decided_at=func.now())


async def _swap(connection: AsyncConnection, set_id: str, expected: ColumnElement[bool], **values: Any) -> bool:
    """Compare and set: False where the set is not, or no longer, as expected."""
    statement = update(sets).where(sets.c.set_id == set_id, expected).values(**values)
    return (await connection.execute(statement)).rowcount == 1


async def await_code(connection: AsyncConnection, set_id: str, sent_to: str) -> dict[str, Any] | None:
    """A code for the set is out, to this (masked) address, which the card names. None where the set awaits none."""
    card = sets.c.card.concat(func.jsonb_build_object("sent_to", sent_to))
    statement = update(sets).where(sets.c.set_id == set_id, sets.c.state == "awaiting_code").values(card=card)
    return (await connection.execute(statement.returning(sets.c.card))).scalar()


async def offer_set(connection: AsyncConnection, set_id: str, until: datetime, after_seq: int) -> bool:
    """The code was proved: the customer may confirm by a later message than `after_seq`. False where it is not so."""
    awaited = sets.c.state == "awaiting_code"
    return await _swap(connection, set_id, awaited, state="pending", expires_at=until, after_seq=after_seq)


async def show_set(connection: AsyncConnection, set_id: str, after_seq: int) -> bool:
    """The card is shown again: only a later message than `after_seq` answers it. False where it is not open."""
    return await _swap(connection, set_id, sets.c.state == "pending", after_seq=after_seq)


async def note_approval(connection: AsyncConnection, set_id: str, by: tuple[str, ...]) -> bool:
    """One more person has approved, and others have to. False where that was known."""
    new = and_(sets.c.state == "awaiting_approval", sets.c.approved_by != list(by))
    return await _swap(connection, set_id, new, approved_by=list(by))


async def note_reminder(connection: AsyncConnection, set_id: str) -> bool:
    """The desk is reminded of an approval, once."""
    unreminded = and_(sets.c.state == "awaiting_approval", sets.c.reminded_at.is_(None))
    return await _swap(connection, set_id, unreminded, reminded_at=func.now())


async def await_approval(connection: AsyncConnection, set_id: str, by: str, until: datetime) -> bool:
    """The customer confirmed; an approver must now. False where that is no longer open."""
    pending = sets.c.state == "pending"
    return await _swap(connection, set_id, pending, state="awaiting_approval", decided_by=by, expires_at=until)


async def keep_guarded(connection: AsyncConnection, set_id: str, guarded: dict[str, Any]) -> None:
    """Store the guards' answer with the set that it made."""
    await connection.execute(update(sets).where(sets.c.set_id == set_id).values(guarded=guarded))


async def end_set(connection: AsyncConnection, set_id: str, state: Literal["void", "declined"]) -> None:
    """A confirmed set whose price went stale, or that the customer took back: its confirmation counts no more."""
    await connection.execute(update(sets).where(sets.c.set_id == set_id).values(state=state))
