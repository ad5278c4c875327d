"""What opens a request, and what tells a repetition of it from another message?"""

import hashlib
from dataclasses import dataclass

from contracts.errors import Refused
from contracts.ids import new_request_id
from contracts.pack import Pack
from contracts.principal import Principal
from storage.requests import RequestRow

SHORTEST_UNIQUE = 16
"""Characters. Visitors share one name: only what is so long tells their keys and messages apart."""


@dataclass(frozen=True)
class FirstMessage:
    """What opens a request, and what tells a repetition of it from another message.

    With an Idempotency-Key the key alone counts, for ever: the same body gives the request it made, another a conflict.
    Without one a message id counts only together with its text, and for `SAME_FIRST_MESSAGE`: a client that numbers its
    messages in each conversation opens a request with every "m1", and a retry still opens no second one.
    """

    pack: Pack
    channel: str
    caller: Principal
    message_id: str
    text: str
    key: str | None
    follows: RequestRow | None = None
    """The closed request that this one goes on from."""

    @property
    def namespace(self) -> str:
        """Whose keys and ids these are: the same subject of another company is somebody else."""
        return f"{self.pack.name}:{self.caller.key}"

    def claim_key(self, digest: str) -> str:
        """What is claimed: a hash, since clients' ids may hold anything."""
        if self.key is not None:
            return f"key:{_hash(self.key)}"
        is_unique = self.caller.subject is not None or len(self.message_id) >= SHORTEST_UNIQUE
        return f"first:{_hash(self.message_id if is_unique else new_request_id(), digest)}"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def check_key(key: str | None, caller: Principal) -> None:
    """Refuse (422) a key that another visitor may choose as well, and would then read this visitor's request with."""
    if key is not None and caller.subject is None and len(key) < SHORTEST_UNIQUE:
        detail = f"Without signing in an Idempotency-Key needs {SHORTEST_UNIQUE} characters: use a random one."
        raise Refused(422, "idempotency_key_too_short", detail)
