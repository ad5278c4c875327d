"""How does a model server look that fails on request?"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from starlette.responses import HTMLResponse, JSONResponse, Response

from demo.standin.control import Fault
from demo.standin.wire import Answer, Ask, Call, Obj

BEFORE_ANSWER = ("429", "500", "502", "503", "hang")
IN_ANSWER = ("invalid_json", "unknown_tool", "empty", "endless", "huge_arguments", "refusal", "filtered")
IN_STREAM = ("cut_stream",)
IN_WORDING = ("wrong_airport", "wrong_price")
HUGE = 200_000  # characters of one argument
_ABSURD_WAIT = 86_400  # seconds


def fail(fault: Fault, model: str) -> Response:
    """The HTTP error of a fault, with OpenAI's body (a gateway's page for 502) and the wished `Retry-After`."""
    headers = _retry_after(fault)
    if fault.kind == "429":
        message = f"Rate limit reached for {model} on tokens per min (TPM). Please try again in 1s."
        return _error(429, message, "tokens", "rate_limit_exceeded", headers)
    if fault.kind == "502":
        page = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
        return HTMLResponse(page, status_code=502, headers=headers)
    if fault.kind == "503":
        message = "That model is currently overloaded with other requests."
        return _error(503, message, "service_unavailable", "server_overloaded", headers)
    message = "The server had an error while processing your request. Sorry about that!"
    return _error(500, message, "server_error", "server_error", headers)


def _error(status: int, message: str, kind: str, code: str, headers: dict[str, str]) -> JSONResponse:
    body: Obj = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    return JSONResponse(body, status_code=status, headers=headers)


def _retry_after(fault: Fault) -> dict[str, str]:
    if fault.retry_after is None:
        return {}
    if fault.retry_after == "date":
        return {"retry-after": format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)}
    seconds = {"seconds": 1, "absurd": _ABSURD_WAIT}.get(str(fault.retry_after), fault.retry_after)
    return {"retry-after": str(seconds)}


def spoil(fault: Fault, ask: Ask, answer: Answer) -> Answer:
    """The answer as the fault makes it."""
    name = answer.calls[0].name if answer.calls else ask.tools[0].name if ask.tools else "request_person"
    rest = answer.calls[1:]
    if fault.kind == "empty":
        return Answer()
    if fault.kind == "endless":
        return Answer(endless=True)
    if fault.kind == "filtered":
        return replace(answer, text=answer.text[: len(answer.text) // 2], calls=(), filtered=True)
    if fault.kind == "refusal":
        return Answer(thought=answer.thought, refusal="I'm sorry, but I can't assist with that request.")
    if fault.kind == "unknown_tool":
        return replace(answer, text="", calls=(Call("grant_lifetime_upgrade", '{"to": "first class"}'), *rest))
    if fault.kind == "huge_arguments":
        return replace(answer, text="", calls=(Call(name, json.dumps({"reason": "x" * HUGE})), *rest))
    broken = (answer.calls[0].arguments if answer.calls else '{"reason": "broken"}')[:-1] + ', "'
    return replace(answer, text="", calls=(Call(name, broken), *rest))
