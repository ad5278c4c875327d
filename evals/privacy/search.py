"""Which of many values lie in a text, however it is written there: encoded, escaped, compressed, in other case?"""

import base64
import binascii
import contextlib
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

import numpy as np
from numpy.typing import NDArray

DEEPEST: Final = 3
"""Encodings within encodings that are opened: a payload's base64 in a JSON document that is in base64."""
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_HEX: Final = re.compile(rb"[0-9A-Fa-f]{12,}")
_ESCAPED: Final = re.compile(rb"\\+u([0-9A-Fa-f]{4})")
_PERCENT: Final = re.compile(rb"(?:%[0-9A-Fa-f]{2}|[\w.~+/@:-])*%[0-9A-Fa-f]{2}[\w%.~+/@:-]*", re.ASCII)
_PACKED: Final = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_ANY_HEADER: Final = 47
"""zlib's number for "gzip's header or its own"."""
_READABLE: Final = re.compile(rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}){6,}")
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_BETWEEN: Final = re.compile(r"[\W_]+")
_OF_MACHINES: Final = re.compile(
    r"(?<!\d)\d\d:\d\d:\d\d(?:\.\d{1,9}(?!\d))?(?:Z|[+-]\d\d(?::?\d\d)?(?!\d))?"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|(?<![0-9a-f])(?=[a-f]*[0-9]+[a-f])[0-9a-f]{32,}(?![0-9a-f])"
)
"""Times of day, UUIDs and digests: their digits say nothing of anybody, and make any short number by chance."""
_LONG_NUMBER: Final = 12
_AROUND: Final = 40
"""Letters on each side that are told of a place."""
_KEY: Final = 6
_LONGEST_CHUNK: Final = 4_000_000


def letters_of(text: str) -> str:
    """Letters and digits alone, in one case and without accents: what is left of a value however it was typed."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    folded = "".join(char for char in plain if not unicodedata.combining(char)) if not plain.isascii() else plain
    return _BETWEEN.sub("", folded.casefold())


def find_values(data: bytes, needles: Mapping[str, str]) -> dict[str, str]:
    """The values (`needles`: letters of a form, six or more → value) that lie in the data, also encoded.

    With each, the letters around its first place. A number of fewer than twelve digits is not looked for in times of
    day, UUIDs and digests.
    """
    text = "\n".join(reading.decode("utf-8", "replace") for reading in readings(data))
    short = {form for form in needles if form.isdecimal() and len(form) < _LONG_NUMBER}
    found = _around_each(letters_of(text), needles.keys() - short)
    if short:
        found |= _around_each(letters_of(_OF_MACHINES.sub(" x ", text)), short)
    return {needles[form]: around for form, around in found.items()}


def readings(data: bytes, deepest: int = DEEPEST) -> Iterator[bytes]:
    """The data itself, and everything that can be decoded out of it."""
    yield data
    if deepest > 0:
        for decoded in _decoded(data):
            yield from readings(decoded, deepest - 1)


def _decoded(data: bytes) -> Iterator[bytes]:
    """One text for each encoding, with all that it holds of it, so that a large text is read a few times only."""
    for opened in (_of_base64(data), _of_hex(data), _of_urls(data), _of_escapes(data), _of_packed(data)):
        together = b"\n".join(_text_in(one) for one in opened)
        if together:
            yield together


def _text_in(decoded: bytes) -> bytes:
    """What of decoded bytes is text: most of what looks encoded is not, and would be decoded on and on as noise."""
    return b"\n".join((*_READABLE.findall(decoded), *_of_packed(decoded)))


def _of_base64(data: bytes) -> Iterator[bytes]:
    """Each run from each of four beginnings: what stands before a value in base64 may belong to the alphabet too."""
    for found in _BASE64.finditer(data):
        run = found[0].translate(_URL_SAFE)
        for start in range(4):
            whole = run[start:]
            yield base64.b64decode(whole[: len(whole) // 4 * 4] + _rest(whole))


def _rest(whole: bytes) -> bytes:
    """The last characters with their padding; one alone says nothing."""
    left = len(whole) % 4
    return whole[-left:] + b"=" * (4 - left) if left > 1 else b""


def _of_hex(data: bytes) -> Iterator[bytes]:
    """Each run from both of its beginnings."""
    for found in _HEX.finditer(data):
        for whole in (found[0], found[0][1:]):
            yield binascii.unhexlify(whole[: len(whole) // 2 * 2])


def _of_urls(data: bytes) -> Iterator[bytes]:
    if b"%" in data:
        yield from (unquote_to_bytes(found[0].replace(b"+", b" ")) for found in _PERCENT.finditer(data))


def _of_escapes(data: bytes) -> Iterator[bytes]:
    """Letters written as `\\u00e9`, and the line ends of JSON, which would join words otherwise."""
    if _ESCAPED.search(data):
        yield _ESCAPED.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "replace"), data)


def _of_packed(data: bytes) -> Iterator[bytes]:
    """What gzip and zlib have packed, wherever it begins."""
    for found in _PACKED.finditer(data):
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj(_ANY_HEADER).decompress(data[found.start() :])


def _around_each(text: str, needles: Iterable[str]) -> dict[str, str]:
    """The needles that lie in the text, each with what is around its first place."""
    data = text.encode()
    return {
        needle.decode(): data[max(0, place - _AROUND) : place + len(needle) + _AROUND].decode("utf-8", "replace")
        for needle, place in _places(data, [needle.encode() for needle in needles]).items()
    }


def _places(text: bytes, needles: Iterable[bytes]) -> dict[bytes, int]:
    """Where each needle lies first: their first bytes are looked for all at once, then the rest is compared."""
    by_key: dict[int, list[bytes]] = {}
    for needle in needles:
        if len(needle) < _KEY:
            raise ValueError(f"a value of {len(needle)} bytes is found anywhere; {_KEY} are needed")
        by_key.setdefault(int.from_bytes(needle[:_KEY]), []).append(needle)
    wanted = np.array(sorted(by_key), dtype=np.uint64)
    found: dict[bytes, int] = {}
    for start in range(0, len(text), _LONGEST_CHUNK):
        keys = _keys(text[start : start + _LONGEST_CHUNK + _KEY - 1])
        for at in np.flatnonzero(np.isin(keys, wanted)):
            place = start + int(at)
            for needle in by_key[int(keys[at])]:
                if text.startswith(needle, place):
                    found.setdefault(needle, place)
    return found


def _keys(text: bytes) -> NDArray[np.uint64]:
    """For each place the number that its next bytes make."""
    one = np.frombuffer(text, dtype=np.uint8).astype(np.uint64)
    count = max(0, len(one) - _KEY + 1)
    keys = np.zeros(count, dtype=np.uint64)
    for offset in range(_KEY):
        keys = (keys << np.uint64(8)) | one[offset : offset + count]
    return keys
