"""How does what a person at the desk tells the agent enter the request? Masked, and never shown to the customer."""

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.pack import Pack
from contracts.principal import Principal
from governance.personal import Span, kinds_hidden
from storage.audit import append_audit
from storage.entries import Entry, put_entry
from storage.turns import last_turn
from workers.gateway.accept import check_text
from workers.gateway.service import Service
from workers.gateway.workflow_over import DESK_STEP

type Note = tuple[str, list[Span]]
"""The text without what is never kept, and the personal values in it."""

_LAST = 1_000_000
"""Behind all that was said at the desk in that turn."""


async def clean_note(service: Service, pack: Pack, text: str) -> Note | None:
    """What was found in the note, before the request is locked. None for an empty one."""
    return await service.tokeniser.clean(check_text(text, pack), pack) if text.strip() else None


async def put_note(
    connection: AsyncConnection, service: Service, request_id: str, epoch: int, caller: Principal, note: Note
) -> None:
    """Keep the note for the agent and for colleagues. The request's row is locked, and its epoch is this one."""
    text, spans = note
    safe = await service.tokeniser.tokenise(connection, request_id, text, spans)
    turn, kinds = await last_turn(connection, request_id), list(kinds_hidden(text, safe, spans))
    place = {"entry_key": f"n:{epoch}", "turn": turn, "step": DESK_STEP, "n": _LAST + epoch}
    entry = Entry.model_validate({**place, "kind": "desk_note", "body": {"text": safe}})
    await put_entry(connection, request_id, entry)
    record = {"by": caller.subject or "unknown", "role": caller.role, "length": len(safe), "kinds": kinds}
    await append_audit(connection, request_id, f"{request_id}#note{epoch}", "desk_note", record)
