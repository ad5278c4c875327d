"""What did each turn come to?"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.steps import RecordTurn
from storage.audit import AuditHead, chained
from storage.calls import cost_of
from storage.direct import Direct
from storage.requests import RequestRow
from storage.step_writes import NewEvent
from storage.tables import audit, events, inbox, requests, turns


@dataclass(frozen=True)
class TurnSoFar:
    """The request of a turn, and what the turn's model calls cost up to there, in micro-USD.

    `is_locked`: the request's row is, until the transaction ends; else it was just read.
    """

    request: RequestRow
    cost_micro: int
    is_locked: bool = True


async def lock_turn(connection: AsyncConnection, request_id: str, turn: int) -> TurnSoFar:
    """Lock the turn's request until the transaction ends. LookupError for an unknown one."""
    return await _read(connection, request_id, turn, is_locked=True)


async def read_turn(connection: AsyncConnection, request_id: str, turn: int) -> TurnSoFar:
    """The same without a lock, for `record_turn`, which looks whether it still holds."""
    return await _read(connection, request_id, turn, is_locked=False)


async def _read(connection: AsyncConnection, request_id: str, turn: int, *, is_locked: bool) -> TurnSoFar:
    statement = _LOCK if is_locked else _LOOK
    row = await statement.first(connection, {"turn_request_id": request_id, "turn_turn": turn})
    if row is None:
        raise LookupError(f"there is no request {request_id!r}")
    return TurnSoFar(RequestRow.model_validate(row), int(row["cost_micro"]), is_locked)


def _looked_up() -> Select[Any]:
    cost = cost_of(_REQUEST, bindparam("turn_turn", type_=Integer)).scalar_subquery().label("cost_micro")
    return select(requests, cost).where(requests.c.request_id == _REQUEST)


_LOOK, _LOCK = Direct(_looked_up), Direct(lambda: _looked_up().with_for_update(of=requests))


async def record_turn(connection: AsyncConnection, locked: TurnSoFar, turn: RecordTurn, shown: NewEvent) -> bool:
    """Store the turn, its audit record, its message as processed and what is shown of it, all by one statement.

    Returns whether it was recorded now; repeating it changes nothing. A request that was closed over the turn's head,
    as an erasure does, stays closed and shows nothing. Where the request was not locked, nothing at all is written
    unless it still is as it was read, and unless the turn is new: False then means that it has to be locked.
    """
    ref, request, is_open = turn.ref, locked.request, locked.request.status != "closed"
    record = {
        **turn.model_dump(mode="json", exclude={"ref"}),
        "confidence": round(turn.confidence, 4),
        "turn": ref.turn,
        "stimulus": ref.stimulus.kind,
        "cost_micro": locked.cost_micro,
        "pack": request.pack_digest,
    }
    head = AuditHead(request_id=ref.request_id, count=request.next_audit, head=request.audit_head)
    link = chained(head, f"{ref.request_id}#turn{ref.turn}", "turn", record)
    values = {
        **_of_turn(turn, locked),
        **{f"audit_{name}": value for name, value in link.model_dump(exclude={"request_id"}).items()},
        "message": ref.stimulus.key if ref.stimulus.kind == "message" else None,
        "message_state": "parked" if "parked" in turn.flags else "processed",
        "shown_events": int(is_open),
        "shown_type": shown.type,
        "shown_data": shown.data,
        "read_head": request.audit_head,
        "read_status": request.status,
        "read_route": request.route,
        "new_status": turn.status if is_open else request.status,
        "new_route": turn.route if is_open else request.route,
    }
    return await (_RECORD if locked.is_locked else _RECORD_AS_READ).first(connection, values) is not None


def _of_turn(turn: RecordTurn, locked: TurnSoFar) -> dict[str, Any]:
    row = {
        "request_id": turn.ref.request_id,
        "turn": turn.ref.turn,
        "stimulus": turn.ref.stimulus.kind,
        "pack_digest": locked.request.pack_digest,
        "intent": turn.intent,
        "confidence": round(turn.confidence, 4),
        "route": turn.route,
        "reason": turn.reason,
        "status": turn.status,
        "cost_micro": locked.cost_micro,
    }
    return {f"turn_{name}": value for name, value in row.items()}


_REQUEST = bindparam("turn_request_id", type_=Text)


def _record() -> Any:
    """Everything hangs on the audit record: where that is there already, only the message is processed once more."""
    appended = upsert(audit).from_select(*_link()).on_conflict_do_nothing(index_elements=["decision_id"])
    recorded = appended.returning(audit.c.seq).cte("recorded")
    changed = _change(exists(select(recorded.c.seq)))
    return _all_of(changed, _process_message())


def _record_as_read() -> Any:
    """Everything hangs on the request's row, which is updated where it still is as it was read; else nothing is."""
    end = bindparam("audit_seq", type_=Integer) - 1
    columns = (requests.c.audit_head, requests.c.status, requests.c.route)
    given = (bindparam(name, type_=Text) for name in ("read_head", "read_status", "read_route"))
    as_read = and_(requests.c.next_audit == end, *(column == one for column, one in zip(columns, given, strict=True)))
    known = exists(select(audit.c.seq).where(audit.c.decision_id == bindparam("audit_decision_id", type_=Text)))
    changed = _change(and_(as_read, ~known))
    names, link = _link()
    recorded = insert(audit).from_select(names, link.select_from(changed)).cte("recorded")
    return _all_of(changed, _process_message().where(exists(select(changed.c.next_event)))).add_cte(recorded)


def _all_of(changed: Any, processed: Update) -> Any:
    """The request's row is changed, or was not; the turn and what is shown of it come with it."""
    names = ("request_id", "turn", "stimulus", "pack_digest", "intent", "confidence", "route", "reason", "status")
    row = {name: bindparam(f"turn_{name}", type_=turns.c[name].type) for name in (*names, "cost_micro")}
    turned = upsert(turns).from_select(list(row), select(*row.values()).select_from(changed)).on_conflict_do_nothing()
    statement = select(changed.c.next_event).add_cte(turned.cte("turned"), processed.cte("processed"))
    return statement.add_cte(_show(changed).cte("shown"))


def _change(wanted: ColumnElement[bool]) -> Any:
    return (
        update(requests)
        .where(requests.c.request_id == _REQUEST, wanted)
        .values(
            next_audit=bindparam("audit_seq", type_=Integer),
            audit_head=bindparam("audit_hash", type_=Text),
            next_event=requests.c.next_event + bindparam("shown_events", type_=Integer),
            status=bindparam("new_status", type_=Text),
            route=bindparam("new_route", type_=Text),
            updated_at=func.now(),
        )
        .returning(requests.c.next_event)
        .cte("changed")
    )


def _link() -> tuple[list[str], Select[Any]]:
    """The columns of the audit record, and the row of values that are given for them."""
    names = ("seq", "decision_id", "kind", "record", "previous_hash", "hash")
    row = {name: bindparam(f"audit_{name}", type_=audit.c[name].type) for name in names}
    return ["request_id", *row], select(_REQUEST, *row.values())


def _process_message() -> Update:
    its = (inbox.c.request_id == _REQUEST) & (inbox.c.message_key == bindparam("message", type_=Text))
    return update(inbox).where(its).values(state=bindparam("message_state", type_=Text), processed_at=func.now())


def _show(changed: Any) -> Any:
    shown = (bindparam("shown_type", type_=Text), bindparam("shown_data", type_=events.c.data.type))
    rows = select(_REQUEST, changed.c.next_event, *shown).where(bindparam("shown_events", type_=Integer) == 1)
    return insert(events).from_select(["request_id", "n", "type", "data"], rows)


_RECORD, _RECORD_AS_READ = Direct(_record), Direct(_record_as_read)


async def last_turn(connection: AsyncConnection, request_id: str) -> int:
    """The number of the request's latest recorded turn; 0 before the first."""
    return int(await _LAST.scalar(connection, {"r": request_id}))


_LAST = Direct(lambda: text("SELECT COALESCE(max(turn), 0) FROM handrail.turns WHERE request_id = :r"))
