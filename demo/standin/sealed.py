"""How does a thought travel through a client that may not read it?"""

import base64
import binascii
import hashlib
import hmac

_KEY = b"the stand-in model seals its thoughts with a published key: nothing here is secret"
_PREFIX = "gAAAA"  # what OpenAI's sealed content begins with; clients must not care


def seal(thought: str) -> str:
    """The thought as opaque text that only the stand-in accepts back."""
    payload = thought.encode()
    mark = hmac.digest(_KEY, payload, hashlib.sha256)[:16]
    return _PREFIX + base64.urlsafe_b64encode(mark + payload).decode()


def is_sealed_here(text: str) -> bool:
    """Whether `seal` made this text and nobody changed it."""
    if not text.startswith(_PREFIX):
        return False
    try:
        raw = base64.urlsafe_b64decode(text.removeprefix(_PREFIX))
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(raw[:16], hmac.digest(_KEY, raw[16:], hashlib.sha256)[:16])
