"""How are things named? Ids say whose they are; what a client chose is hashed first."""

import hashlib
import secrets

from ulid import ULID


def new_request_id() -> str:
    """A fresh request id, which is also the workflow's id: `request-<26 characters>`, 80 random bits."""
    return f"request-{str(ULID()).lower()}"


def message_key(request_id: str, message_id: str) -> str:
    """The key of a client's message: a hash, since client ids may hold personal data and Temporal sees keys."""
    return hashlib.sha256(f"{request_id}\0{message_id}".encode()).hexdigest()[:24]


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
