"""How large may a request's body be? Refused before anything reads it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workers.gateway.problems import problem

LARGEST_BODY = 1_000_000
"""Bytes."""


class _TooLarge(Exception):
    pass


class SizeLimit:
    """ASGI middleware: 413 for a body above the limit, by its declared length or while it arrives."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, counting the bytes of its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen, started = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > LARGEST_BODY:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _TooLarge:
            if not started:
                answer = problem(413, "too_large", f"A body may have {LARGEST_BODY} bytes.")
                await answer(scope, receive, send)
