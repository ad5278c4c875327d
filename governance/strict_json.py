"""Is this text JSON that means one thing only?"""

import json
import math
from typing import Final, NoReturn

from pydantic import JsonValue

MAX_BYTES: Final = 64_000
MAX_DEPTH: Final = 20
MAX_INTEGER: Final = 2**53 - 1  # what every JSON reader understands alike (RFC 7493)


class NotStrict(ValueError):
    """The text is no JSON, or JSON that readers understand differently: `code` says which; a model may read it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def parse_strict(
    text: str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, max_integer: int = MAX_INTEGER
) -> JsonValue:
    """Return the parsed JSON. Raises NotStrict for duplicate keys, NaN, infinities, numbers or texts out of bounds."""
    if len(text) > max_bytes or len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        raise NotStrict("too_large", f"The JSON is larger than {max_bytes} bytes; send less.")

    def integer(digits: str) -> int:
        if len(digits) > 20 or abs(value := int(digits)) > max_integer:
            raise NotStrict(
                "number_out_of_range", f"{shorten(digits)} is beyond ±{max_integer}; send a smaller number."
            )
        return value

    try:
        value: JsonValue = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=integer
        )
    except json.JSONDecodeError as error:
        raise NotStrict("not_json", f"This is not JSON: {error.msg} at character {error.pos}.") from error
    except RecursionError as error:
        raise NotStrict("too_deep", f"The JSON is nested deeper than {max_depth} levels; flatten it.") from error
    _check_tree(value, max_depth)
    return value


def write_plainly(text: str) -> str:
    r"""Return the same JSON with no letter escaped (`M\u00fcller`): words are searched as people write them.

    What is not strict stays as it is: no call is made of it.
    """
    if "\\u" not in text:
        return text
    try:
        return json.dumps(parse_strict(text), ensure_ascii=False)
    except NotStrict:
        return text


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotStrict("duplicate_key", f"The key {shorten(twice)} is there twice; send it once.")
    return made


def _constant(name: str) -> NoReturn:
    raise NotStrict("not_finite", f"{name} is not a JSON number; send a finite one.")


def _float(text: str) -> float | int:
    """A whole number is one however it is spelt, so that `4500.0` is the amount that `4500` is."""
    value = float(text)
    if not math.isfinite(value):
        raise NotStrict("not_finite", f"{shorten(text)} is too large for a number; send a finite one.")
    return int(value) if value.is_integer() and abs(value) <= MAX_INTEGER else value


def _check_tree(value: JsonValue, max_depth: int) -> None:
    level: list[JsonValue] = [value]
    for depth in range(max_depth + 2):
        below: list[JsonValue] = []
        for item in level:
            if isinstance(item, dict):
                _check_texts(item)
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            elif isinstance(item, str):
                _check_texts((item,))
        if below and depth >= max_depth:
            raise NotStrict("too_deep", f"The JSON is nested deeper than {max_depth} levels; flatten it.")
        level = below


def _check_texts(texts: "dict[str, JsonValue] | tuple[str, ...]") -> None:
    for text in texts:
        if "\x00" in text or (not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)):
            raise NotStrict("bad_text", "A text holds a NUL or half a surrogate pair; leave it out.")


def shorten(value: JsonValue, limit: int = 60) -> str:
    """Return `repr(value)`, cut in the middle of nothing but at most `limit` characters long."""
    shown = repr(value if not isinstance(value, str) else value[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
