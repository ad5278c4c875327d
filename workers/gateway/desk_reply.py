"""How do the words of a person at the desk reach the customer, once however often they are sent?"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import Refused
from contracts.ids import message_key, new_secret_id
from contracts.pack import Pack
from contracts.principal import Principal
from governance.personal import kinds_hidden
from governance.stated_values import without_author
from storage.audit import append_audit
from storage.entries import Entry, find_entry, put_entry
from storage.events import append_event
from storage.inbox import claim_message
from storage.requests import RequestRow, read_request
from storage.turns import last_turn
from workers.gateway.accept import body_hmac, check_text
from workers.gateway.service import Service
from workers.gateway.workflow_over import DESK_STEP, settle_messages


@dataclass(frozen=True)
class Writing:
    """What a person writes: under which key of the transcript, which tells a repetition by its text's digest."""

    row: RequestRow
    caller: Principal
    text: str
    key: str
    digest: str


@dataclass(frozen=True)
class Written:
    """The reply as the customer gets it, and the kinds of personal values that were typed into it."""

    text: str
    kinds: tuple[str, ...]
    is_new: bool


def as_writing(service: Service, row: RequestRow, caller: Principal, text: str, reply_id: str | None) -> Writing:
    """The writing of this person; without an id of theirs it cannot be told from another of the same words."""
    own = f"{caller.subject}\0{reply_id}"
    key = new_secret_id("p") if reply_id is None else f"p:{message_key(row.request_id, own)}"
    return Writing(row, caller, text, key, body_hmac(service, text))


async def written_before(service: Service, writing: Writing) -> Written | None:
    """The same writing as it was accepted before. Raises Refused (409) where its id was used for another text."""
    async with service.database.begin() as connection:
        return await _find(connection, writing)


async def write_reply(service: Service, pack: Pack, writing: Writing) -> Written:
    """Accept the reply under the request's lock. Raises Refused: 409 where the request has moved on meanwhile."""
    request_id = writing.row.request_id
    text, found = await service.tokeniser.clean(check_text(writing.text, pack), pack)
    spans = without_author(text, found)
    async with service.database.begin() as connection:
        current = await read_request(connection, request_id, lock=True)
        before = await _find(connection, writing)
        if before is not None:
            return before
        if current is None or current.epoch != writing.row.epoch:
            raise Refused(409, "moved_on", "The request has moved on; look again.")
        claimed = timedelta(0)  # the request's lock keeps others out; the claim only remembers the digest
        await claim_message(connection, request_id, writing.key, writing.digest, request_id, lease=claimed)
        safe = await service.tokeniser.tokenise(connection, request_id, text, spans)
        written = Written(safe, tuple(kinds_hidden(text, safe, spans)), is_new=True)
        await _put(connection, writing, written)
        await settle_messages(connection, request_id)
    service.database.waker.wake(request_id)
    return written


async def _find(connection: AsyncConnection, writing: Writing) -> Written | None:
    request_id = writing.row.request_id
    entry = await find_entry(connection, request_id, writing.key)
    if entry is None:
        return None
    claim = await claim_message(connection, request_id, writing.key, writing.digest, request_id, lease=timedelta(0))
    if claim["hmac"] != writing.digest:
        raise Refused(409, "message_conflict", "This reply id was used for another text.")
    return Written(str(entry.body.get("text", "")), tuple(entry.body.get("typed", ())), is_new=False)


async def _put(connection: AsyncConnection, writing: Writing, written: Written) -> None:
    """Show it, keep it, and record the kinds of personal values that were typed, though all became tokens."""
    request_id = writing.row.request_id
    turn = await last_turn(connection, request_id)
    told = {"text": written.text, "by": "person", "sources": []}
    n = await append_event(connection, request_id, "reply.done", {"turn": turn, **told, "cost_usd": 0.0})
    body = {**told, "typed": list(written.kinds)}
    entry = Entry(entry_key=writing.key, turn=turn, step=DESK_STEP, n=n, kind="reply", body=body)
    await put_entry(connection, request_id, entry)
    if written.kinds:
        by = writing.caller
        record = {"by": by.subject or "unknown", "role": by.role, "kinds": list(written.kinds)}
        await append_audit(connection, request_id, f"{writing.key}#typed", "desk_personal_data", record)
