"""How does a system say no? As problem+json with a stable code and a sentence that says what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"

TITLES = {
    "idempotency_conflict": (409, "The key was used for another body"),
    "insufficient_scope": (403, "The token does not cover this operation"),
    "invalid_argument": (422, "An argument is invalid"),
    "locked": (429, "Too many failed attempts"),
    "method_not_allowed": (405, "The method is not allowed"),
    "not_found": (404, "Not found"),
    "timeout": (504, "The answer did not come in time"),
    "token_expired": (401, "The token has expired"),
    "token_invalid": (401, "The token is not valid"),
    "token_missing": (401, "A token is required"),
    "token_replayed": (401, "The token was used before"),
    "unavailable": (503, "The system is not available"),
}
"""Status and title of the refusals that every company knows, by code."""


class FieldError(BaseModel):
    """One wrong argument: where it is, and what is wrong."""

    pointer: str
    detail: str


class Problem(Exception):
    """A refusal on its way out; nothing of the call remains but its log line."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        status: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.headers = headers


@dataclass(frozen=True)
class Refusals:
    """How one company says no: the URN before each code, and what its own codes mean beside every company's."""

    urn: str
    titles: Mapping[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])

    def respond(self, problem: Problem) -> JSONResponse:
        """The problem as RFC 9457 wants it; a code without a title is a conflict (409)."""
        unknown = (409, problem.code.replace("_", " ").capitalize())
        known_status, title = self.titles.get(problem.code, TITLES.get(problem.code, unknown))
        status = problem.status or known_status
        content: dict[str, Any] = {
            "type": f"{self.urn}{problem.code}",
            "title": title,
            "status": status,
            "detail": problem.detail,
        }
        if problem.errors:
            content["errors"] = [error.model_dump() for error in problem.errors]
        return JSONResponse(content, status_code=status, headers=problem.headers, media_type=MEDIA_TYPE)

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of a problem."""
        return {
            "title": "Problem",
            "description": "RFC 9457 problem; `type` is stable, `detail` says what to do.",
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "additionalProperties": False,
            "properties": {
                "type": {"type": "string", "pattern": f"^{self.urn}[a-z_]+$"},
                "title": {"type": "string"},
                "status": {"type": "integer", "minimum": 400, "maximum": 599},
                "detail": {"type": "string"},
                "errors": {"type": "array", "items": _FIELD_ERROR},
            },
        }


_FIELD_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["pointer", "detail"],
    "additionalProperties": False,
    "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
}


def not_found(what: str, value: str, pointer: str | None = None) -> Problem:
    """The one answer for what does not exist and for what is somebody else's."""
    detail = f"no {what} {value!r} is known; check it and try again"
    return Problem("not_found", detail, errors=[FieldError(pointer=pointer, detail=detail)] if pointer else ())


def invalid(argument: str, detail: str) -> Problem:
    """One argument is wrong, for a reason that only the system's data shows."""
    return Problem("invalid_argument", detail, errors=[FieldError(pointer=f"/{argument}", detail=detail)])


SAID_WHOLE = {"airport", "iban", "unprintable"}
"""Mistakes whose message names the argument already."""


def invalid_request(error: RequestValidationError) -> Problem:
    """Every argument that breaks the contract, each with its pointer; the detail is the first one's."""
    errors: list[FieldError] = []
    for item in error.errors():
        path = [str(part) for part in item["loc"][1:]] or [str(item["loc"][0])]
        message = str(item["msg"])
        detail = message if item["type"] in SAID_WHOLE else f"{path[-1]}: {message}"
        errors.append(FieldError(pointer="/" + "/".join(path), detail=detail))
    return Problem("invalid_argument", errors[0].detail, errors=errors)


def declared(**extra: str) -> dict[int | str, dict[str, Any]]:
    """The refusals of an operation for its OpenAPI document; `extra` maps `s409` to what 409 means here."""
    said = {
        "s401": "The token is missing, invalid, expired or used before.",
        "s403": "The token's scope does not name this operation.",
        "s404": "Unknown, or somebody else's: the two look the same.",
        "s422": "An argument breaks the contract or names nothing that exists.",
        "s503": "The system is not available; try again later.",
        **extra,
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {int(key[1:]): {"description": text, "content": content} for key, text in sorted(said.items())}
