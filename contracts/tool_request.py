"""How does a call become an HTTP request: which argument goes where, written how?"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, JsonValue

from contracts.http_styles import Place, Style, scalar_text, write_header, write_path, write_query
from contracts.values import Frozen, JsonObject

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
BodyForm = Literal["json", "form", "multipart", "text"]


class ParameterContract(Frozen):
    """Where an argument goes in the HTTP request, and what it looks like."""

    place: Place | Literal["body"]
    required: bool
    json_schema: JsonObject
    wire: str = Field(default="", description="Its name in the request, where that differs from the argument's")
    style: Style = "form"
    explode: bool = False
    as_json: bool = Field(default=False, description="Sent as JSON text (OpenAPI's `content`)")


class Part(Frozen):
    """How one property of a form is written (OpenAPI's Encoding Object)."""

    style: Style = "form"
    explode: bool = True
    content_type: str = Field(default="", alias="contentType")


class KeyPlace(Frozen):
    """Where a key of the operator's goes (a security scheme of kind apiKey or basic)."""

    scheme: str
    place: Literal["header", "query", "cookie"] = Field(description="`in` of the scheme")
    wire: str
    prefix: str = ""
    key: str = Field(default="", description="Its name in HANDRAIL_SYSTEM_KEYS")


class BodyShape(Frozen):
    """In which media type a body is sent, and whether one argument is all of it."""

    form: BodyForm = "json"
    media: str = "application/json"
    required: bool = True
    whole: str | None = None
    parts: dict[str, Part] = Field(default={})


class ToolRequest(Frozen):
    """The HTTP request of a call: method, path and query (escaped), headers, cookies, the body's value or None."""

    method: Method
    path: str
    query: tuple[str, ...] = Field(default=(), description="Escaped `name=value` pieces")
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    body: JsonValue = None
    shape: BodyShape | None = Field(default=None, description="None: no body is sent")

    @property
    def target(self) -> str:
        """The path with its query."""
        return self.path + ("?" + "&".join(self.query) if self.query else "")


def build_request(
    method: Method,
    path: str,
    parameters: Mapping[str, ParameterContract],
    shape: BodyShape | None,
    arguments: Mapping[str, JsonValue],
) -> ToolRequest:
    """Put validated arguments where the operation wants them.

    Raises KeyError when a path argument is missing, ValueError for one that would lead to another path or header.
    """
    query: list[str] = []
    headers: list[tuple[str, str]] = []
    cookies: list[tuple[str, str]] = []
    body: JsonObject = {}
    for name, parameter in parameters.items():
        wire = parameter.wire or name
        if parameter.place == "path":
            path = path.replace("{" + wire + "}", _path_part(wire, arguments[name], parameter))
        elif parameter.place == "body":
            body.update({wire: arguments[name]} if name in arguments else {})
        elif (value := arguments.get(name)) is not None:
            value = scalar_text(value) if parameter.as_json and isinstance(value, dict | list) else value
            match parameter.place:
                case "query":
                    query.extend(write_query(wire, value, parameter.style, explode=parameter.explode))
                case "header":
                    headers.append((wire, write_header(value, explode=parameter.explode)))
                case "cookie":
                    cookies.append((wire, "".join(write_query("", value, "form", explode=False))[1:]))
    bare = ToolRequest(method=method, path=path, query=tuple(query), headers=tuple(headers), cookies=tuple(cookies))
    if shape is None or not (shape.required or body):
        return bare
    content = body.get(parameters[shape.whole].wire or shape.whole) if shape.whole else body
    return bare.model_copy(update={"body": content, "shape": shape})


def _path_part(wire: str, value: JsonValue, parameter: ParameterContract) -> str:
    """An escaped part of the path. A part that is empty or climbs would address something else."""
    plain = scalar_text(value).replace("\\", "/").split("/")
    if "" in plain or "." in plain or ".." in plain:
        raise ValueError(f"{wire!r} does not name one thing in a path")
    style: Style = parameter.style if parameter.style in ("simple", "label", "matrix") else "simple"
    return write_path(wire, value, style, explode=parameter.explode)
