"""What becomes of a request that is open while its workflow is over? No turn will come: people at the desk take it."""

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.ids import message_entry_key
from contracts.request import MessageArrived
from storage.audit import append_audit
from storage.desk import HandoffRow, change_holder, holder_is_told, open_handoff, put_handoff
from storage.entries import Entry, put_entry
from storage.events import append_event
from storage.inbox import (
    mark_delivered,
    mark_processed,
    message_body,
    turn_of_message,
    unprocessed_messages,
    was_ever_delivered,
)
from storage.requests import RequestRow, change_status, read_request
from storage.turns import last_turn

log = structlog.get_logger(__name__)

REASON = "workflow_over"
DESK_STEP = 900
"""The step of a turn under which stands what was said while no agent took part, ordered by event numbers."""


async def give_to_desk(connection: AsyncConnection, request_id: str, arrived: MessageArrived | None) -> None:
    """Hand an open request to the desk, once, with every message that no turn will answer; they stay unprocessed.

    A closed request needs nothing more: its message counts as delivered. One whose workflow never began is not over.
    """
    row = await read_request(connection, request_id, lock=True)
    if row is None:
        return
    if row.status == "closed":
        if arrived is not None:
            await mark_delivered(connection, request_id, arrived.message_key)
        return
    if arrived is None and not await was_ever_delivered(connection, request_id):
        return
    log.error("workflow_over_request_open", request_id=request_id)
    epoch = await _hand_over(connection, row) if row.holder == "agent" else row.epoch
    await holder_is_told(connection, request_id, epoch)
    for message in await unprocessed_messages(connection, request_id):
        await _enter(connection, request_id, message)


async def _hand_over(connection: AsyncConnection, row: RequestRow) -> int:
    epoch = await change_holder(connection, row.request_id, epoch=row.epoch, holder="desk", by=None)
    assert epoch is not None, "its row is locked"
    await change_status(connection, row.request_id, "waiting_for_person")
    summary = {"intent": row.intent, "goal": row.goal, "open_question": row.open_question}
    handoff = HandoffRow(
        request_id=row.request_id, epoch=epoch, pack=row.pack, reason=REASON, state="waiting", summary=summary
    )
    await put_handoff(connection, handoff)
    event = {"state": "waiting", "reason": REASON, "epoch": epoch, "who": None}
    await append_event(connection, row.request_id, "handoff", event)
    record = {"reason": REASON, "epoch": epoch}
    await append_audit(connection, row.request_id, f"{row.request_id}#handoff{epoch}", "handoff", record)
    return epoch


async def _enter(connection: AsyncConnection, request_id: str, arrived: MessageArrived) -> None:
    """The message enters the transcript, where people read it, unless a turn has seen to that."""
    if await turn_of_message(connection, request_id, arrived.message_key) is not None:
        return
    text = await message_body(connection, request_id, arrived.message_key)
    turn = await last_turn(connection, request_id)
    n = await append_event(connection, request_id, "status", {"state": "waiting_for_person", "text": ""})
    entry = Entry(
        entry_key=message_entry_key(arrived.message_key),
        turn=turn,
        step=DESK_STEP,
        n=n,
        kind="message",
        body={"text": text},
    )
    await put_entry(connection, request_id, entry)


async def settle_messages(connection: AsyncConnection, request_id: str) -> None:
    """A person has answered: where no turn will, the waiting messages count as processed."""
    handoff = await open_handoff(connection, request_id)
    if handoff is None or handoff.reason != REASON:
        return
    for message in await unprocessed_messages(connection, request_id):
        await mark_processed(connection, request_id, message.message_key, "processed")
