"""What does a step leave behind? Its entries, its events and the request's new columns, by one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    Text,
    bindparam,
    column,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from storage.call_tables import calls
from storage.direct import Direct
from storage.entries import Entry, digest_of
from storage.given_rows import given_rows
from storage.tables import entries, events, requests


class NewEvent(Contract):
    """An event that has no number yet."""

    type: str
    data: dict[str, Any]


@dataclass(frozen=True)
class StepWrites:
    """Entries, then events, then columns of the request; `outcome`: (call id, what that model call came to)."""

    entries: tuple[Entry, ...] = ()
    events: tuple[NewEvent, ...] = ()
    columns: Mapping[str, Any] = field(default_factory=dict[str, Any])
    outcome: tuple[str, Mapping[str, Any]] | None = None

    def then(self, *more: "StepWrites") -> "StepWrites":
        """These writes, and more behind them; of a column written twice the later value counts."""
        each = (self, *more)
        return StepWrites(
            entries=tuple(entry for one in each for entry in one.entries),
            events=tuple(event for one in each for event in one.events),
            columns={name: value for one in each for name, value in one.columns.items()},
            outcome=next((one.outcome for one in reversed(each) if one.outcome is not None), None),
        )


async def write_step(connection: AsyncConnection, request_id: str, writes: StepWrites) -> bool:
    """Write it all, once: where entries are given and none of them is new, no event and no column is written.

    Returns whether it was written now. Entries that are there already stay as they are, and so does a call's outcome
    come in any case. Events are numbered under the request's row lock, which the transaction keeps.
    """
    values = {
        "in_request": request_id,
        "entry_count": len(writes.entries),
        "event_count": len(writes.events),
        "new_entries": [{**entry.model_dump(), "digest": digest_of(entry.body)} for entry in writes.entries],
        "new_events": [{"place": n, **event.model_dump()} for n, event in enumerate(writes.events, start=1)],
        **{_NEW + name: value for name, value in writes.columns.items()},
    }
    if writes.outcome is not None:
        values |= {"of_call": writes.outcome[0], "call_outcome": writes.outcome[1]}
    statement = _statement(tuple(sorted(writes.columns)), writes.outcome is not None)
    return await statement.first(connection, values) is not None


_NEW = "new_"
"""What the names of the parameters for new columns begin with: a column's own name is taken in its statement."""
_REQUEST = bindparam("in_request", type_=Text)
_EVENTS = bindparam("event_count", type_=Integer)


@cache
def _statement(columns: tuple[str, ...], with_outcome: bool) -> Direct:
    """The statement that writes these columns beside entries and events; built once for each set of columns."""
    return Direct(lambda: _writing(columns, with_outcome))


def _writing(columns: tuple[str, ...], with_outcome: bool) -> Select[Any]:
    put = _put_entries()
    is_wanted = or_(bindparam("entry_count", type_=Integer) == 0, exists(select(put.c.entry_key)))
    new: dict[str, Any] = {name: bindparam(_NEW + name, type_=requests.c[name].type) for name in columns}
    if columns:  # events alone change nothing that somebody else looks for by its age
        new["updated_at"] = func.now()
    changed = (
        update(requests)
        .where(requests.c.request_id == _REQUEST, is_wanted)
        .values(next_event=requests.c.next_event + _EVENTS, **new)
        .returning(requests.c.next_event)
        .cte("changed")
    )
    statement = select(changed.c.next_event).add_cte(_append_events(changed))
    return statement.add_cte(_keep_outcome()) if with_outcome else statement


def _put_entries() -> Any:
    names = ("entry_key", "turn", "step", "n", "kind", "body", "digest")
    given = given_rows("new_entries", (entries.c[name] for name in names))
    rows = select(_REQUEST, *given.c)
    statement = upsert(entries).from_select(["request_id", *names], rows).on_conflict_do_nothing()
    return statement.returning(entries.c.entry_key).cte("put")


def _append_events(changed: Any) -> Any:
    """The events' numbers end with the one that the request's row has come to."""
    given = given_rows("new_events", (column("place", Integer), events.c.type, events.c.data))
    number = changed.c.next_event - _EVENTS + given.c.place
    rows = select(_REQUEST, number, given.c.type, given.c.data).select_from(changed.join(given, true()))
    return insert(events).from_select(["request_id", "n", "type", "data"], rows).cte("told")


def _keep_outcome() -> Any:
    of_call = calls.c.call_id == bindparam("of_call", type_=Text)
    return update(calls).where(of_call).values(outcome=bindparam("call_outcome", type_=JSONB)).cte("kept")
