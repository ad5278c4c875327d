"""What is a one-time code, how is one read in a message, and when does a message hold it?"""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from governance.personal import Span

DIGITS: Final = 6
CODE: Final = "CODE"
"""The kind of token that stands for a code in a message that is held back."""
HIDDEN: Final = "•"
"""What stands in every record in place of a digit of a code."""

_GROUP: Final = re.compile(r"(?<![\w.,/:+-])(?<!\d )\d(?:[ -]?\d){5}(?![\w/:-]|[.,]\d| \d)")
_PART: Final = re.compile(r"\d(?:[ -]?\d){0,4}")
_PART_WORDS: Final = re.compile(r"\b(?:the|code|is|it's|its|it|then|and|first|next|last|digits|part|my)\b|[\s.,:;!-]+")
_AGAIN: Final = re.compile(
    r"\b(?:re-?send|(?:send|text|mail|e-?mail)(?: me| it| the| one| a| that)*(?: new| other)?(?: code| one)?"
    r" (?:again|once more|anew)|(?:new|another) code|(?:did ?n[o']?t|did not|never|have ?n[o']?t|have not|no)"
    r"(?: get| got| receive| received| had)?(?: a| the| any| my)? code)\b"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a message is while a code is awaited: a whole code, a part of one, a wish for another, or none of these.

    `hidden` is the message as it may be kept: no digits of a code.
    """

    kind: Literal["code", "part", "resend", "none"]
    digits: str
    hidden: str


def derive_code(key: bytes, nonce: bytes, *, request_id: str, principal: str, digest: str) -> str:
    """Return the six digits that prove this principal's will to exactly this set: HOTP's truncation (RFC 4226, 5.3)
    of an HMAC-SHA-256. Nothing of the code is ever stored: who reads nonce and bindings still lacks the key.
    """
    if not key or not nonce:
        raise ValueError("a one-time code needs a key and a nonce; pass both")
    bound = b"\0".join((nonce, request_id.encode(), principal.encode(), digest.encode()))
    mac = hmac.new(key, bound, hashlib.sha256).digest()
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4]) & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def code_key(secret: bytes) -> bytes:
    """Return the key of one-time codes, a key of its own under the process's secret."""
    return hashlib.sha256(b"handrail one-time codes" + secret).digest()


def read_typed(text: str) -> Typed:
    """Read a message while a code is awaited. Every run of six digits is hidden, whether it is the code or not."""
    folded = unicodedata.normalize("NFKC", text)
    groups = _GROUP.findall(folded)
    if groups:
        hidden = _GROUP.sub(HIDDEN * DIGITS, folded)
        digits = _digits(groups[0])
        return Typed("code" if len({_digits(group) for group in groups}) == 1 else "none", digits, hidden)
    rest = _PART_WORDS.sub("", _PART.sub("", folded.casefold(), count=1))
    part = _PART.search(folded)
    if part is not None and not rest:
        digits = _digits(part[0])
        return Typed("part", digits, HIDDEN * len(digits))
    if _AGAIN.search(folded.casefold().replace("’", "'")):
        return Typed("resend", "", text)
    return Typed("none", "", text)


def code_spans(text: str) -> list[Span]:
    """Return where a message may hold a one-time code, or is a part of one: digits that nobody may keep as they are."""
    if read_typed(text).kind == "part":
        return [Span(0, len(text), CODE)]
    return [Span(found.start(), found.end(), CODE) for found in _GROUP.finditer(text)]


def holds_at(code: str, digits: str, position: int) -> bool:
    """Whether these digits are the code's from this position on, compared in constant time."""
    return hmac.compare_digest(code[position : position + len(digits)].encode(), digits.encode())


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdigit())
