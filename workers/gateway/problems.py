"""What does a client read when something is refused? problem+json (RFC 9457) with a stable type."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from contracts.errors import Refused
from storage.database import DATABASE_ERRORS, is_away, is_unfit

log = structlog.get_logger(__name__)

TYPE = "urn:handrail:problem:"
_ADDRESSES = {
    404: ("not_found", "There is nothing at this address; /docs lists what there is."),
    405: ("method_not_allowed", "This address does not take that method; /docs lists which it takes."),
}


def problem(
    status: int, code: str, detail: str, *, retry_after: int | None = None, errors: list[Any] | None = None
) -> JSONResponse:
    """A problem+json answer."""
    body: dict[str, Any] = {
        "type": f"{TYPE}{code}",
        "title": code.replace("_", " "),
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def add_problem_handlers(app: FastAPI) -> None:
    """Turn every refusal and failure into problem+json; nothing of a message is repeated or logged."""

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> JSONResponse:
        return problem(error.status, error.code, error.detail, retry_after=error.retry_after)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"pointer": "/" + "/".join(str(part) for part in one["loc"][1:]), "detail": one["msg"]}
            for one in error.errors()[:10]
        ]
        return problem(422, "invalid_request", "The request does not fit its contract.", errors=errors)

    @app.exception_handler(HTTPException)
    async def other(_: Request, error: HTTPException) -> JSONResponse:
        code, detail = _ADDRESSES.get(error.status_code, ("refused", "This cannot be answered as it was asked."))
        return problem(error.status_code, code, detail)

    async def database_failed(_: Request, error: Exception) -> JSONResponse:
        if is_away(error):
            log.warning("database_away", error=type(error).__name__)
            return problem(503, "busy", "We cannot take this right now; please try again.", retry_after=2)
        if is_unfit(error):
            return problem(422, "invalid_request", "A value has characters or a size that cannot be looked up.")
        log.error("database_error", error=type(error).__name__)
        return problem(500, "failed", "Something went wrong on our side.")

    for kind in DATABASE_ERRORS:
        app.add_exception_handler(kind, database_failed)
