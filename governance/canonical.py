"""In which one form is JSON digested, sent and chained?"""

import hashlib
import hmac
import json
import math
from typing import Final

from pydantic import JsonValue

_EXACT: Final = 2**53


def _normal(value: JsonValue) -> JsonValue:
    """Write integral floats as integers, as RFC 8785 does, so that 1 and 1.0 have one digest."""
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value!r} has no JSON form; send a finite number")
        if value.is_integer() and abs(value) < _EXACT:
            return int(value)
    return value


def canonical_bytes(value: JsonValue) -> bytes:
    """Return the UTF-8 JSON of `value` with sorted keys and no spaces; equal values give equal bytes.

    Raises ValueError for NaN and infinities, UnicodeEncodeError (a ValueError) for lone surrogates.
    """
    text = json.dumps(_normal(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def canonical_digest(value: JsonValue) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def keyed_digest(value: JsonValue, key: bytes) -> str:
    """Return the HMAC-SHA-256 of the canonical form under a customer's key, in hexadecimal.

    Digests over customer values are keyed per customer, so that erasing the key voids them. Raises ValueError when
    the key is empty.
    """
    if not key:
        raise ValueError("the digest key is empty; pass the customer's digest key")
    return hmac.new(key, canonical_bytes(value), hashlib.sha256).hexdigest()
