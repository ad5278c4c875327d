"""Which bytes does the body of a request have? The same value always gives the same bytes: they may be sent again."""

import hashlib
from collections.abc import Iterator

import httpx2
from pydantic import JsonValue

from contracts.http_styles import scalar_text, write_query
from contracts.tool_request import BodyShape, Part
from contracts.values import JsonObject
from governance.canonical import canonical_bytes


def encode_body(shape: BodyShape, value: JsonValue) -> tuple[str, bytes]:
    """Return the content type and the bytes of a body: JSON, a form, multipart or plain text."""
    fields = value if isinstance(value, dict) else {}
    match shape.form:
        case "json":
            return "application/json" if shape.media == "*/*" else shape.media, canonical_bytes(value)
        case "form":
            return "application/x-www-form-urlencoded", "&".join(_pairs(fields, shape.parts)).encode()
        case "multipart":
            return _multipart(fields, shape.parts)
        case "text":
            return "text/plain; charset=utf-8", scalar_text(value).encode()


def _pairs(fields: JsonObject, parts: dict[str, Part]) -> Iterator[str]:
    for name, value in sorted(fields.items()):
        part = parts.get(name)
        if value is None:
            continue
        if isinstance(value, dict) and part is None:  # the specification's default for objects: JSON
            yield from write_query(name, scalar_text(value), "form", explode=True)
        else:
            style, explode = (part.style, part.explode) if part else ("form", True)
            yield from write_query(name, value, style, explode=explode)


def _multipart(fields: JsonObject, parts: dict[str, Part]) -> tuple[str, bytes]:
    boundary = "handrail-" + hashlib.sha256(canonical_bytes(fields)).hexdigest()[:32]
    files = [
        (name, (None, scalar_text(item).encode(), _content_type(item, parts.get(name))))
        for name, value in sorted(fields.items())
        for item in (value if isinstance(value, list) else [value])
        if item is not None
    ]
    media = f"multipart/form-data; boundary={boundary}"
    if not files:  # httpx2 sends no body at all without a part
        return media, f"--{boundary}--\r\n".encode()
    request = httpx2.Request("POST", "http://encode.invalid", files=files, headers={"Content-Type": media})
    return media, request.read()


def _content_type(value: JsonValue, part: Part | None) -> str:
    if part is not None and part.content_type:
        return part.content_type.partition(",")[0]
    return "application/json" if isinstance(value, dict) else "text/plain; charset=utf-8"
