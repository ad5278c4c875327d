"""To which request does a known sender's message on a channel without conversations (SMS, email) belong?"""

import contextlib
import re
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

from contracts.errors import Refused
from contracts.ids import hidden_id, message_key, new_request_id
from contracts.template import fill_text
from governance.one_time_code import code_spans
from governance.personal import fill_tokens, first_of
from storage.database import DATABASE_ERRORS
from storage.inbox import claim_message, find_message, opening_scope, release_claim
from storage.requests import RequestRow, last_closed_of, open_requests_of
from storage.threads import Held, Thread, hold_message, read_thread, settle_thread
from workers.gateway.accept import (
    LEASE,
    Opened,
    add_message,
    check_text,
    open_request,
    wait_for_the_winner,
)
from workers.gateway.first_message import FirstMessage
from workers.gateway.service import Service

_NUMBER = re.compile(r"\W*(?:no\.? ?|nr\.? ?|number )?([1-9])\W*", re.IGNORECASE)
MOST_OPTIONS = 8


@dataclass(frozen=True)
class Choice:
    """The sender has several open requests: the message is kept, and this is what they are asked.

    `options` by the numbers that were told first; one that has closed since leaves a gap.
    """

    options: dict[int, RequestRow]
    text: str


def is_thin(first: FirstMessage) -> bool:
    """Whether a message of this channel comes without its request: no buttons, no page, but a known sender."""
    channel = first.pack.manifest.channels.get(first.channel)  # type: ignore[call-overload]
    return channel is not None and not channel.buttons and first.caller.role == "customer"


async def join_or_open(service: Service, first: FirstMessage) -> Opened | Choice:
    """Add the message to the sender's one open request, ask which of several, or open one that follows the last.

    A choice holds: until that request closes, the sender's messages on this channel belong to it. A repeated message is
    found where it was accepted. Of two first messages at the same moment one opens the request, and the other joins it.
    """
    deadline = time.monotonic() + LEASE.total_seconds()
    while True:
        joined = await _join(service, first)
        if joined is not None:
            return joined
        async with _opening(service, first) as is_ours:
            if is_ours:
                return await _join(service, first) or await _open_following(service, first)
        await wait_for_the_winner(deadline)


@contextlib.asynccontextmanager
async def _opening(service: Service, first: FirstMessage) -> AsyncGenerator[bool]:
    """Whether it is now upon us to open this sender's request on this channel; a lease frees it after a crash."""
    scope, key = opening_scope(first.namespace), f"thin:{first.channel}"
    async with service.database.begin() as connection:
        claim = await claim_message(connection, scope, key, "", new_request_id(), lease=LEASE)
    if not claim["won"]:
        yield False
        return
    try:
        yield True
    finally:
        with contextlib.suppress(*DATABASE_ERRORS):
            async with service.database.begin() as connection:
                await release_claim(connection, scope, key, claim["lease"])


async def _join(service: Service, first: FirstMessage) -> Opened | Choice | None:
    """Where the message belongs among what the sender has open; None where nothing is."""
    thread, rows = await _look(service, first)
    repeated = await _find_repeated(service, first, thread, rows)
    if repeated is not None:
        return repeated
    if thread.is_choosing:
        return await _choose(service, first, thread, rows)
    chosen = next((row for row in rows if row.request_id == thread.request_id), None)
    if chosen is not None or len(rows) == 1:
        return await _add(service, first, chosen or rows[0])
    if rows:
        return await _ask(service, first, thread, rows)
    return None


async def _look(service: Service, first: FirstMessage) -> tuple[Thread, list[RequestRow]]:
    """The sender's thread and their open requests, oldest first, so that numbers stay as more are opened."""
    subject = first.caller.subject or ""
    async with service.database.begin() as connection:
        thread = await read_thread(connection, first.pack.name, subject, first.channel)
        rows = await open_requests_of(connection, first.pack.name, subject)
    return thread, rows[:MOST_OPTIONS][::-1]


async def _find_repeated(
    service: Service, first: FirstMessage, thread: Thread, rows: list[RequestRow]
) -> Opened | None:
    async with service.database.begin() as connection:
        for row in rows:
            key = message_key(row.request_id, first.message_id)
            is_choice = row.request_id == thread.request_id and thread.decided_by == hidden_id(first.message_id)
            if is_choice or await find_message(connection, row.request_id, key) is not None:
                return Opened(row=row, message_key=key, is_new=False)
    return None


async def _add(service: Service, first: FirstMessage, row: RequestRow) -> Opened:
    is_new = await add_message(service, row, first.pack, message_id=first.message_id, text=first.text)
    key = message_key(row.request_id, first.message_id)
    return Opened(row=row, message_key=key, is_new=is_new, after=row.next_event)


async def _open_following(service: Service, first: FirstMessage) -> Opened:
    """A fresh request; within the pack's `reopen_for` it goes on from the one closed last on this channel."""
    return await open_request(service, replace(first, follows=await _closed_last(service, first)))


async def _closed_last(service: Service, first: FirstMessage) -> RequestRow | None:
    subject, within = first.caller.subject or "", first.pack.manifest.reopen_for
    async with service.database.begin() as connection:
        return await last_closed_of(connection, first.pack.name, subject, first.channel, within)


async def _ask(service: Service, first: FirstMessage, thread: Thread, rows: list[RequestRow]) -> Choice:
    """Keep the message, personal values as tokens of the first option, and ask what it is about."""
    clean, spans = await service.tokeniser.clean(check_text(first.text, first.pack), first.pack)
    if any(row.status == "waiting_for_code" for row in rows):
        spans = first_of(code_spans(clean), spans)
    is_new = hidden_id(first.message_id) not in {one.message_id for one in thread.held}
    if thread.is_choosing and is_new and len(thread.held) >= first.pack.manifest.limits.max_messages_in_flight:
        raise Refused(429, "too_many_messages", "Please say first which request you mean.", retry_after=2)
    home = thread.options[0] if thread.is_choosing else rows[0].request_id
    async with service.database.begin() as connection:
        text = await service.tokeniser.tokenise(connection, home, clean, spans)
        held = Held(message_id=hidden_id(first.message_id), text=text)
        thread = await hold_message(connection, thread, tuple(row.request_id for row in rows), held)
    options = _numbered(thread, rows)
    return Choice(options=options, text=_question(first, thread, options))


def _numbered(thread: Thread, rows: list[RequestRow]) -> dict[int, RequestRow]:
    """What is open of the options that the sender was told, by their numbers."""
    is_open = {row.request_id: row for row in rows}
    return {n: is_open[wanted] for n, wanted in enumerate(thread.options, start=1) if wanted in is_open}


def _question(first: FirstMessage, thread: Thread, options: dict[int, RequestRow]) -> str:
    wording = first.pack.wording()
    titles = {n: _title(first, row) for n, row in options.items()} | {len(thread.options) + 1: wording.another_request}
    listed = ", ".join(f"{n}) {title}" for n, title in titles.items())
    return fill_text(wording.which_request, {"options": listed})


def _title(first: FirstMessage, row: RequestRow) -> str:
    known = first.pack.intents.get(row.intent)
    return known.title[:1].lower() + known.title[1:] if known else f"your message of {row.opened_at:%d %B, %H:%M} UTC"


async def _choose(service: Service, first: FirstMessage, thread: Thread, rows: list[RequestRow]) -> Opened | Choice:
    """Accept what was held in the chosen request, then settle: a crash between the two repeats it without harm.

    What is held while this goes on comes along: it was written before the sender had an answer. A request that has
    closed since it was offered is gone on from.
    """
    said = _NUMBER.fullmatch(first.text.strip())
    number = int(said[1]) if said else 0
    if not 1 <= number <= len(thread.options) + 1:
        return await _ask(service, first, thread, rows)
    row = _numbered(thread, rows).get(number)
    if row is None and number <= len(thread.options):
        earlier = await _closed_last(service, first)
        is_meant = earlier is not None and earlier.request_id == thread.options[number - 1]
        first = replace(first, follows=earlier if is_meant else None)
    while True:
        last = await _accept_held(service, first, thread, row)
        async with service.database.begin() as connection:
            if await settle_thread(connection, thread, last.row.request_id, hidden_id(first.message_id)):
                return last
            thread = await read_thread(connection, thread.pack, thread.customer_id, thread.channel)
        if not thread.is_choosing:
            return last
        row = last.row


async def _accept_held(service: Service, first: FirstMessage, thread: Thread, row: RequestRow | None) -> Opened:
    """Accept every message that is held, each once, in this request or, where there is none, in a new one."""
    last: Opened | None = None
    for message in await _reveal_held(service, thread):
        again = replace(first, message_id=message.message_id, text=message.text, key=None)
        last = await (_add(service, again, row) if row is not None else open_request(service, again))
        row = last.row
    assert last is not None, "a thread that is choosing holds a message"
    return last


async def _reveal_held(service: Service, thread: Thread) -> list[Held]:
    async with service.database.begin() as connection:
        values = await service.vault.values_of(connection, thread.options[0])
    return [Held(message_id=one.message_id, text=fill_tokens(one.text, values)) for one in thread.held]
