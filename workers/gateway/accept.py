"""How is a message accepted (PROTOCOLS 1)? Claimed, tokenised, inserted in one transaction, then signalled."""

import asyncio
import contextlib
import hashlib
import hmac
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.hide_split_cards import hide_split_cards
from contracts.errors import Refused
from contracts.ids import message_key, new_request_id
from contracts.pack import Pack
from contracts.request import MessageArrived
from governance.cards import CARD, SECURITY_CODE
from governance.personal import Span
from governance.screen import screen
from storage.carry_over import carry_over
from storage.database import DATABASE_ERRORS
from storage.inbox import (
    accept_message,
    claim_message,
    find_message,
    first_message_key,
    keep_key,
    opening_scope,
    release_claim,
    request_of_key,
    unprocessed_messages,
)
from storage.requests import RequestRow, insert_request, read_request
from workers.gateway.asked import learn_said, with_asked
from workers.gateway.first_message import FirstMessage, check_key
from workers.gateway.one_time_codes import compare_code, take_code
from workers.gateway.profile import recall_customer, remember_customer
from workers.gateway.service import Service

LEASE = timedelta(seconds=10)
SAME_FIRST_MESSAGE = timedelta(minutes=5)
"""Without an Idempotency-Key, the same first message again within this time is a retry; later it opens a request."""
PATIENCE = 2.0
"""Seconds that a repetition waits for the one that is being accepted right now."""
POLL = 0.05


@dataclass(frozen=True)
class Opened:
    """The request, the key of the message, and whether this call brought it; its replies come behind event `after`."""

    row: RequestRow
    message_key: str
    is_new: bool
    after: int = 0


def body_hmac(service: Service, body: str) -> str:
    """A keyed digest of a raw body: tells a repetition from another message without keeping the text."""
    key = service.settings.digest_key.get_secret_value().encode()
    return hmac.new(key, body.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def check_text(text: str, pack: Pack) -> str:
    """The message as it may be kept. Raises Refused: 413 too long, 422 empty or with characters that are none."""
    if len(text) > pack.manifest.limits.message_chars:
        raise Refused(413, "too_long", f"A message may have {pack.manifest.limits.message_chars} characters.")
    found = screen(text)
    if found.refused:
        raise Refused(422, found.refused, "The message holds characters that are not text.")
    if not found.text.strip():
        raise Refused(422, "empty_message", "The message is empty.")
    return found.text


def _with_hidden_key(service: Service, first: FirstMessage) -> FirstMessage:
    """An Idempotency-Key is kept for ever, and clients write anything into it: only its keyed digest is kept."""
    return first if first.key is None else replace(first, key=body_hmac(service, first.key))


async def open_request(service: Service, first: FirstMessage) -> Opened:
    """Open a request with its first message, or find the one that the same call has opened."""
    check_key(first.key, first.caller)
    first = _with_hidden_key(service, first)
    text = check_text(first.text, first.pack)
    digest = body_hmac(service, f"{first.pack.name}\0{first.channel}\0{text}")
    scope, claim_key = opening_scope(first.namespace), first.claim_key(digest)
    deadline = time.monotonic() + PATIENCE
    while True:
        async with service.database.begin() as connection:
            opened = await _opened_by_key(connection, first, digest)
            if opened is not None:
                return opened
            claim = await claim_message(
                connection,
                scope,
                claim_key,
                digest,
                new_request_id(),
                lease=LEASE,
                renew_after=SAME_FIRST_MESSAGE if first.key is None else None,
            )
            opened = await _opened_before(connection, claim["request_id"])
        if claim["hmac"] != digest:
            raise _conflict()
        if opened is not None:
            return opened
        if claim["won"]:
            # A holder that outlived its lease may have been first after all: then the next round finds its request.
            async with _given_back_on_failure(service, scope, claim_key, claim["lease"]):
                with contextlib.suppress(IntegrityError):
                    return await _insert_request(service, claim["request_id"], first, text, digest)
        await wait_for_the_winner(deadline)


def _conflict() -> Refused:
    return Refused(409, "idempotency_conflict", "This Idempotency-Key was used with another body.")


async def _opened_by_key(connection: AsyncConnection, first: FirstMessage, digest: str) -> Opened | None:
    known = await request_of_key(connection, first.namespace, first.key) if first.key is not None else None
    if known is None:
        return None
    request_id, stored = known
    if stored != digest:
        raise _conflict()
    return await _opened_before(connection, request_id)


async def _opened_before(connection: AsyncConnection, request_id: str) -> Opened | None:
    row = await read_request(connection, request_id)
    if row is None:
        return None
    return Opened(row=row, message_key=await first_message_key(connection, request_id) or "", is_new=False)


@contextlib.asynccontextmanager
async def _given_back_on_failure(service: Service, scope: str, key: str, lease: datetime) -> AsyncGenerator[None]:
    """A retry need not wait for the lease where the work under a claim failed; the lease frees it at the latest."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(*DATABASE_ERRORS):
            async with service.database.begin() as connection:
                await release_claim(connection, scope, key, lease)
        raise


async def wait_for_the_winner(deadline: float) -> None:
    """Another call is accepting the same message: its answer is ours, once it is there."""
    if time.monotonic() >= deadline:
        raise Refused(409, "in_progress", "The same message is being accepted right now.", retry_after=1)
    await asyncio.sleep(POLL)


async def _insert_request(service: Service, request_id: str, first: FirstMessage, text: str, digest: str) -> Opened:
    pack = await service.packs.choose(first.pack.name, request_id)
    clean, spans = await service.tokeniser.clean(text, pack)
    row = _row_of(request_id, first, pack)
    profile = await remember_customer(service, pack, row)
    async with service.database.begin() as connection:
        opened = await _opened_before(connection, request_id)
        if opened is not None:
            return opened
        await insert_request(connection, row)
        await profile.store(connection, service.vault, request_id)
        if first.follows is not None:
            await carry_over(connection, service.vault, first.follows, request_id)
        asked_in = first.follows.request_id if first.follows else None
        spans = await with_asked(connection, asked_in, pack, clean, spans, visitor=row["customer_id"] is None)
        body = await service.tokeniser.tokenise(connection, request_id, clean, spans)
        said = _card_notice(pack, spans)
        arrived, turn = await _accept(connection, service, request_id, first.message_id, digest, body, said)
        if first.key is not None:
            await keep_key(connection, first.namespace, first.key, digest, request_id)
        stored = await read_request(connection, request_id)
    assert stored is not None
    await service.delivery.deliver(stored, arrived, turn=turn)
    return Opened(row=stored, message_key=arrived.message_key, is_new=True)


def _row_of(request_id: str, first: FirstMessage, pack: Pack) -> dict[str, Any]:
    caller, is_customer = first.caller, first.caller.role == "customer"
    return {
        "request_id": request_id,
        "pack": pack.name,
        "pack_digest": pack.digest,
        "channel": first.channel,
        "customer_id": caller.subject if is_customer else None,
        "role": "customer" if is_customer else "visitor",
        "assurance": caller.assurance if is_customer else "anonymous",
        "level": caller.level,
        "follows": first.follows.request_id if first.follows else None,
    }


async def _accept(
    connection: AsyncConnection, service: Service, request_id: str, message_id: str, digest: str, body: str, said: str
) -> tuple[MessageArrived, int]:
    """The accepted message, and the latest turn that was recorded then."""
    key = message_key(request_id, message_id)
    accepted = await accept_message(connection, request_id, key, digest, body, said=said)
    return MessageArrived(message_key=key, seq=accepted.seq), accepted.turn


def _card_notice(pack: Pack, spans: list[Span], *, was_split: bool = False) -> str:
    """What the pack says to somebody who types a card's number: it is not kept, and there is a form for it."""
    typed = was_split or any(span.kind in (CARD, SECURITY_CODE) for span in spans)
    return pack.wording().card_not_kept if typed else ""


async def add_message(service: Service, row: RequestRow, pack: Pack, *, message_id: str, text: str) -> bool:
    """Accept a further message. Returns whether it is new; the same id with the same text is answered again."""
    text = check_text(text, pack)
    request_id, digest = row.request_id, body_hmac(service, text)
    key = message_key(request_id, message_id)
    deadline = time.monotonic() + PATIENCE
    while True:
        async with service.database.begin() as connection:
            claim = await claim_message(connection, request_id, key, digest, request_id, lease=LEASE)
            known = await find_message(connection, request_id, key)
        if claim["hmac"] != digest or (known is not None and known.hmac != digest):
            raise Refused(409, "message_conflict", "This message id was used for another text.")
        if known is not None:
            return False
        if claim["won"]:
            async with _given_back_on_failure(service, request_id, key, claim["lease"]):
                return await _insert_message(service, row, pack, message_id, key, digest, text)
        await wait_for_the_winner(deadline)


async def _insert_message(
    service: Service, opened: RequestRow, pack: Pack, message_id: str, key: str, digest: str, text: str
) -> bool:
    request_id = opened.request_id
    profile = await recall_customer(service, pack, opened)
    typed = await take_code(service, request_id, text)
    clean, spans = await service.tokeniser.clean(typed.hidden, pack)
    async with service.database.begin() as connection:
        row = await read_request(connection, request_id, lock=True)
        known = await find_message(connection, request_id, key)
        if known is not None:
            return False
        await _refuse_where_full(connection, row, pack)
        await profile.learn(connection, service.vault, request_id)
        spans = await with_asked(connection, request_id, pack, clean, spans, visitor=opened.customer_id is None)
        await learn_said(connection, service.vault, request_id, clean, spans)
        body = await service.tokeniser.tokenise(connection, request_id, clean, spans)
        whole = await hide_split_cards(connection, service.vault, request_id, body)
        said = _card_notice(pack, spans, was_split=whole != body)
        arrived, turn = await _accept(connection, service, request_id, message_id, digest, whole, said)
        if row is not None:
            await compare_code(connection, service, row, pack, key, typed)
    assert row is not None
    await service.delivery.deliver(row, arrived, turn=turn)
    return True


async def _refuse_where_full(connection: AsyncConnection, row: RequestRow | None, pack: Pack) -> None:
    """Closed is 409, too many unanswered messages 429; decided under the request's row lock."""
    if row is None or row.status == "closed":
        raise Refused(409, "closed", "This request is closed; open a new one.")
    waiting = await unprocessed_messages(connection, row.request_id)
    if len(waiting) >= pack.manifest.limits.max_messages_in_flight:
        raise Refused(429, "too_many_messages", "Please wait for the answers to your messages.", retry_after=2)
