"""How is a message accepted (PROTOCOLS 1)? Claimed, tokenised, inserted in one transaction, then signalled."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import Refused
from contracts.ids import message_key, new_request_id
from contracts.pack import Pack
from contracts.principal import Principal
from contracts.request import MessageArrived
from governance.screen import screen
from storage.events import append_event
from storage.inbox import (
    accept_message,
    claim_message,
    find_message,
    keep_key,
    release_claim,
    request_of_key,
    unprocessed_messages,
)
from storage.requests import RequestRow, insert_request, read_request
from workers.gateway.profile import remember_customer
from workers.gateway.service import Service

LEASE = timedelta(seconds=10)
SHORTEST_UNIQUE = 16


def body_hmac(service: Service, body: str) -> str:
    """A keyed digest of a raw body: tells a repetition from another message without keeping the text."""
    key = service.settings.vault_key.get_secret_value().encode()
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


async def open_request(
    service: Service, pack: Pack, channel: str, caller: Principal, *, message_id: str, text: str, key: str | None
) -> tuple[str, bool]:
    """Open a request with its first message. Returns (request id, whether it is new)."""
    text = check_text(text, pack)
    digest = body_hmac(service, f"{pack.name}\0{channel}\0{text}")
    scope, claim_key = f"new:{caller.key}", key or _unique(message_id, caller)
    request_id = new_request_id()
    async with service.database.begin() as connection:
        if key is not None and (known := await request_of_key(connection, caller.key, key)) is not None:
            return _same_or_conflict(known[0], known[1], digest), False
        claim = await claim_message(connection, scope, claim_key, digest, request_id, lease=LEASE)
    if claim["hmac"] != digest:
        raise Refused(409, "idempotency_conflict", "This key or message id was used for another message.")
    if not claim["won"]:
        return await _already_claimed(service, claim["request_id"]), False
    try:
        return await _insert_request(service, claim["request_id"], pack, channel, caller, message_id, text, digest, key)
    except BaseException:
        async with service.database.begin() as connection:
            await release_claim(connection, scope, claim_key)
        raise


def _unique(message_id: str, caller: Principal) -> str:
    """Visitors share one name, so that only a message id long enough to be unique tells their messages apart."""
    is_unique = caller.subject is not None or len(message_id) >= SHORTEST_UNIQUE
    return message_id if is_unique else new_request_id()


def _same_or_conflict(request_id: str, stored: str, digest: str) -> str:
    if stored != digest:
        raise Refused(409, "idempotency_conflict", "This Idempotency-Key was used with another body.")
    return request_id


async def _already_claimed(service: Service, request_id: str) -> str:
    async with service.database.begin() as connection:
        row = await read_request(connection, request_id)
    if row is None:
        raise Refused(409, "in_progress", "The same message is being accepted right now.", retry_after=1)
    return request_id


async def _insert_request(
    service: Service,
    request_id: str,
    pack: Pack,
    channel: str,
    caller: Principal,
    message_id: str,
    text: str,
    digest: str,
    key: str | None,
) -> tuple[str, bool]:
    clean, spans = await service.tokeniser.clean(text)
    row: dict[str, Any] = {
        "request_id": request_id,
        "pack": pack.name,
        "pack_digest": pack.digest,
        "channel": channel,
        "customer_id": caller.subject if caller.role == "customer" else None,
        "role": "customer" if caller.role == "customer" else "visitor",
        "assurance": caller.assurance if caller.role == "customer" else "anonymous",
        "level": caller.level,
    }
    profile = await remember_customer(service, pack, row)
    async with service.database.begin() as connection:
        existing = await read_request(connection, request_id, lock=True)
        if existing is not None:
            return request_id, False
        await insert_request(connection, row)
        await profile.store(connection, service.vault, request_id)
        body = await service.tokeniser.tokenise(connection, request_id, clean, spans)
        arrived = await _accept(connection, service, request_id, message_id, digest, body)
        if key is not None:
            await keep_key(connection, caller.key, key, digest, request_id)
        stored = await read_request(connection, request_id)
    assert stored is not None
    await service.delivery.deliver(stored, arrived)
    return request_id, True


async def _accept(
    connection: AsyncConnection, service: Service, request_id: str, message_id: str, digest: str, body: str
) -> MessageArrived:
    key = message_key(request_id, message_id)
    seq = await accept_message(connection, request_id, key, digest, body)
    await append_event(connection, request_id, "status", {"state": "received", "text": ""})
    return MessageArrived(message_key=key, seq=seq)


async def add_message(service: Service, row: RequestRow, pack: Pack, *, message_id: str, text: str) -> bool:
    """Accept a further message. Returns whether it is new; the same id with the same text is answered again."""
    text = check_text(text, pack)
    request_id, digest = row.request_id, body_hmac(service, text)
    key = message_key(request_id, message_id)
    async with service.database.begin() as connection:
        claim = await claim_message(connection, request_id, key, digest, request_id, lease=LEASE)
        known = await find_message(connection, request_id, key)
    if claim["hmac"] != digest or (known is not None and known.hmac != digest):
        raise Refused(409, "message_conflict", "This message id was used for another text.")
    if known is not None:
        return False
    if not claim["won"]:
        raise Refused(409, "in_progress", "The same message is being accepted right now.", retry_after=1)
    try:
        return await _insert_message(service, request_id, pack, message_id, key, digest, text)
    except BaseException:
        async with service.database.begin() as connection:
            await release_claim(connection, request_id, key)
        raise


async def _insert_message(
    service: Service, request_id: str, pack: Pack, message_id: str, key: str, digest: str, text: str
) -> bool:
    clean, spans = await service.tokeniser.clean(text)
    async with service.database.begin() as connection:
        row = await read_request(connection, request_id, lock=True)
        known = await find_message(connection, request_id, key)
        if known is not None:
            return False
        await _refuse_where_full(connection, row, pack)
        body = await service.tokeniser.tokenise(connection, request_id, clean, spans)
        arrived = await _accept(connection, service, request_id, message_id, digest, body)
    assert row is not None
    await service.delivery.deliver(row, arrived)
    return True


async def _refuse_where_full(connection: AsyncConnection, row: RequestRow | None, pack: Pack) -> None:
    """Closed is 409, too many unanswered messages 429; decided under the request's row lock."""
    if row is None or row.status == "closed":
        raise Refused(409, "closed", "This request is closed; open a new one.")
    waiting = await unprocessed_messages(connection, row.request_id)
    if len(waiting) >= pack.manifest.limits.max_messages_in_flight:
        raise Refused(429, "too_many_messages", "Please wait for the answers to your messages.", retry_after=2)
