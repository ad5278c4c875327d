"""Which bodies do handlers ever see? Small ones, and JSON that means one thing only; refused before anything else."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from governance.strict_json import NotStrict, parse_strict
from workers.gateway.problems import problem

LARGEST_BODY = 1_000_000
"""Bytes."""
DEEPEST = 20
"""Levels of nesting; a fit body has three."""

_DETAILS = {
    "not_json": "The body is not JSON.",
    "duplicate_key": "The body has a key twice; send it once.",
    "too_deep": f"The body is nested deeper than {DEEPEST} levels; flatten it.",
    "not_finite": "The body has a number that is none; send finite ones.",
    "number_out_of_range": "The body has a number that is too large; send a smaller one.",
    "bad_text": "The body has characters that are not text; leave them out.",
}
"""What was sent is not repeated: it may be personal."""


class StrictBody:
    """ASGI middleware: 413 for a body above the limit, 422 for one that is not strict JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, judge it, and pass it on whole."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        body = None if declared.isdecimal() and int(declared) > LARGEST_BODY else await _read(receive)
        refusal = _judge(body)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._app(scope, _replay(body or b"", receive), send)


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None where it grows beyond the limit."""
    parts: list[bytes] = []
    size, more = 0, True
    while more and size <= LARGEST_BODY:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message["type"] == "http.request" and message.get("more_body", False)
    return b"".join(parts) if size <= LARGEST_BODY else None


def _judge(body: bytes | None) -> JSONResponse | None:
    if body is None:
        return problem(413, "too_large", f"A body may have {LARGEST_BODY} bytes.")
    if not body:
        return None
    try:
        parse_strict(body.decode(), max_bytes=LARGEST_BODY, max_depth=DEEPEST)
    except UnicodeDecodeError:
        return problem(422, "not_json", "The body is not UTF-8 text.")
    except NotStrict as error:
        return problem(422, error.code, _DETAILS.get(error.code, "The body is not strict JSON."))
    return None


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the body once, then what else comes: the client's going away."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
