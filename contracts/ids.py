"""How are things named? Ids say whose they are; what a client chose is hashed first."""

import hashlib
import re
import secrets
from typing import Final

from ulid import ULID

_HIDDEN: Final = re.compile("h:[0-9a-f]{64}")


def new_request_id() -> str:
    """A fresh request id, which is also the workflow's id: `request-<26 characters>`, 80 random bits."""
    return f"request-{str(ULID()).lower()}"


def hidden_id(message_id: str) -> str:
    """A client's own id of a message as it may be kept: hashed, since it may hold personal data. Hashed once only."""
    if _HIDDEN.fullmatch(message_id):
        return message_id
    return f"h:{hashlib.sha256(message_id.encode()).hexdigest()}"


def message_key(request_id: str, message_id: str) -> str:
    """The key of a client's message: a hash, since Temporal sees keys. An id and its hidden form give the same."""
    return hashlib.sha256(f"{request_id}\0{hidden_id(message_id)}".encode()).hexdigest()[:24]


def call_id(request_id: str, turn: int, step: int) -> str:
    """The id of one model call: the step of the turn that makes it."""
    return f"{request_id}/t{turn}.{step}"


def effect_id(request_id: str, turn: int, step: int, ordinal: int) -> str:
    """The id of one effect; also the idempotency key that the company's system receives."""
    return f"{request_id}/t{turn}.{step}.{ordinal}"


def entry_key(turn: int, step: int, n: int) -> str:
    """The key of one entry of the transcript that a step of a turn writes."""
    return f"t{turn}.{step}.{n}"


def message_entry_key(key: str) -> str:
    """The key of the transcript entry of the customer's message with this message key."""
    return f"m:{key}"


def new_secret_id(prefix: str) -> str:
    """An unguessable id, for example of a token (`jti`)."""
    return f"{prefix}_{secrets.token_urlsafe(16)}"
