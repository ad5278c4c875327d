"""Which version of a pack does a request get? By a stable hash of its id, in the shares that operators gave."""

import hashlib
from collections.abc import Sequence
from typing import Final

from pydantic import Field

from contracts.model import Contract

WHOLE: Final = 10_000
"""Shares are counted in ten-thousandths."""


class Share(Contract):
    """How much of the new requests one version takes, in ten-thousandths."""

    digest: str
    parts: int = Field(gt=0, le=WHOLE)


def choose_version(request_id: str, shares: Sequence[Share]) -> str:
    """Return the digest for this request: the same one each time, and for a share of 0.3 in about 3 of 10 requests.

    Versions take the hash's range in the given order, so that a growing second share only takes from the first.
    """
    point = int.from_bytes(hashlib.sha256(request_id.encode()).digest()[:8]) % WHOLE
    for share in shares:
        point -= share.parts
        if point < 0:
            return share.digest
    raise ValueError(f"the shares {[share.parts for share in shares]!r} do not add up to {WHOLE}")


def whole(digest: str) -> tuple[Share, ...]:
    """Everything to one version."""
    return (Share(digest=digest, parts=WHOLE),)


def split(shares: Sequence[Share], digest: str, share: float) -> tuple[Share, ...]:
    """Give `share` (above 0, below 1) of the new requests to this version, the rest to the first of the others.

    Raises ValueError for a share that leaves one of the two nothing, and where there is no other version.
    """
    parts = round(share * WHOLE)
    first = next((one.digest for one in shares if one.digest != digest), None)
    if first is None:
        raise ValueError("there is no other version to share with; activate this one, or split with another")
    if not 0 < parts < WHOLE:
        raise ValueError(f"a share lies between 0 and 1, not {share!r}; activate a version to give it everything")
    return (Share(digest=first, parts=WHOLE - parts), Share(digest=digest, parts=parts))


def policies_for(request_id: str, digest: str, shares: Sequence[Share]) -> str | None:
    """Return the version whose policies judge a request of version `digest`: its own while that one is active.

    Otherwise the one that the request would get today; None where nothing is active, which denies everything.
    """
    if not shares:
        return None
    return digest if any(share.digest == digest for share in shares) else choose_version(request_id, shares)
