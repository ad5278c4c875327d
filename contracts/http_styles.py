"""How is an argument written into an HTTP request? The styles of OpenAPI 3 (Parameter Object, "Style Values")."""

import json
from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import quote

from pydantic import JsonValue

Place = Literal["path", "query", "header", "cookie"]
Style = Literal["simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject"]
DEFAULT_STYLES: Final[Mapping[str, Style]] = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_SEPARATORS: Final[Mapping[str, str]] = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


def scalar_text(value: JsonValue) -> str:
    """Return a scalar as text; objects and lists as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return (
        json.dumps(value, separators=(",", ":"), ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    )


def _escaped(value: JsonValue) -> str:
    return quote(scalar_text(value), safe="")


def write_path(name: str, value: JsonValue, style: Style, *, explode: bool) -> str:
    """Return the escaped text that stands for `{name}` in a path: simple, label or matrix."""
    if style == "matrix":
        return _matrix(name, value, explode=explode)
    mark = "." if style == "label" else ""
    between = "." if style == "label" and explode else ","
    return mark + between.join(_items(value, explode=explode))


def _matrix(name: str, value: JsonValue, *, explode: bool) -> str:
    if isinstance(value, dict) and explode:
        return "".join(f";{quote(key, safe='')}={_escaped(item)}" for key, item in value.items())
    if isinstance(value, list) and explode:
        return "".join(f";{name}={_escaped(item)}" for item in value)
    return f";{name}=" + ",".join(_items(value, explode=False))


def _items(value: JsonValue, *, explode: bool) -> list[str]:
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    if isinstance(value, dict):
        between = "=" if explode else ","
        return [f"{quote(key, safe='')}{between}{_escaped(item)}" for key, item in value.items()]
    return [_escaped(value)]


def write_query(name: str, value: JsonValue, style: Style, *, explode: bool) -> list[str]:
    """Return escaped `name=value` pieces of a query or a form: form, spaceDelimited, pipeDelimited or deepObject."""
    key = quote(name, safe="")
    if isinstance(value, dict):
        if style == "deepObject":
            return [f"{key}%5B{quote(below, safe='')}%5D={_escaped(item)}" for below, item in value.items()]
        if explode:
            return [f"{quote(below, safe='')}={_escaped(item)}" for below, item in value.items()]
        return [f"{key}=" + ",".join(_items(value, explode=False))]
    if isinstance(value, list):
        if explode:
            return [f"{key}={_escaped(item)}" for item in value]
        return [f"{key}=" + _SEPARATORS.get(style, ",").join(_escaped(item) for item in value)] if value else []
    return [f"{key}={_escaped(value)}"]


def write_header(value: JsonValue, *, explode: bool) -> str:
    """Return a header's value (style simple). Raises ValueError for a line break: it would begin another header."""
    if isinstance(value, list):
        text = ",".join(scalar_text(item) for item in value)
    elif isinstance(value, dict):
        between = "=" if explode else ","
        text = ",".join(f"{key}{between}{scalar_text(item)}" for key, item in value.items())
    else:
        text = scalar_text(value)
    if not text.isprintable():
        raise ValueError("a header's value holds control characters; leave them out")
    return text
