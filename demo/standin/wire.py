"""What shapes does the stand-in pass around between HTTP and its brain?"""

from dataclasses import dataclass, field
from typing import Any

type Obj = dict[str, Any]
"""One JSON object as it came over the wire; parsed into dataclasses before anyone decides on it."""


class Refused(Exception):
    """A request that OpenAI would refuse: HTTP status and the four fields of its error body."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        param: str | None = None,
        code: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: Obj = {"error": {"message": message, "type": kind, "param": param, "code": code}}


@dataclass(frozen=True)
class Tool:
    """A function offered in the request: its name, description and JSON Schema of parameters."""

    name: str
    description: str
    parameters: Obj

    @property
    def properties(self) -> Obj:
        """The schemas of its parameters by name."""
        return self.parameters.get("properties") or {}


@dataclass(frozen=True)
class Ask:
    """One accepted request, whichever of the two APIs it came by."""

    model: str
    instructions: str
    items: tuple[Obj, ...]
    tools: tuple[Tool, ...]
    body: Obj
    stream: bool = False
    max_output_tokens: int | None = None
    reasons: bool = False
    wants_summary: bool = False
    wants_sealed: bool = False


@dataclass(frozen=True)
class Call:
    """A function call to write: a name and the JSON text of its arguments."""

    name: str
    arguments: str


@dataclass(frozen=True)
class Answer:
    """What the model says: a thought, perhaps a text, perhaps calls; or a refusal; `filtered` is cut off.

    `choices` are short answers to the question that the text ends with.
    """

    thought: str = ""
    text: str = ""
    calls: tuple[Call, ...] = ()
    refusal: str = ""
    endless: bool = field(default=False)
    filtered: bool = field(default=False)
    choices: tuple[str, ...] = ()
