"""Which operations do a company's OpenAPI documents describe, as strict JSON Schemas?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from pydantic import JsonValue

from contracts.http_styles import DEFAULT_STYLES, Place, Style
from contracts.tool_request import KeyPlace, Method, ParameterContract
from contracts.values import JsonObject
from storage.openapi_bodies import Body, no_body, read_body
from storage.openapi_document import DocumentMistake, OpenApiDocument, as_list, as_object
from storage.openapi_schemas import Direction, read_schema

__all__ = ["DocumentMistake", "Operation", "Operations", "read_operations"]

_METHODS: Final[dict[str, Method]] = {
    "get": "GET",
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "head": "HEAD",
}
_FILLED_BY_US: Final = frozenset({"authorization", "accept", "content-type", "content-length", "host"})
_BEARERS: Final = frozenset({"oauth2", "openIdConnect"})


@dataclass(frozen=True)
class Operation:
    """One operation of a document: where it is, what it takes and how, what it answers, who must sign it."""

    operation_id: str
    method: Method
    path: str
    server: str
    summary: str
    description: str
    parameters: dict[str, ParameterContract]
    body: Body
    responses: dict[str, JsonObject]
    bearer: bool
    keys: tuple[KeyPlace, ...]

    @property
    def arguments_schema(self) -> JsonObject:
        """All arguments as one object schema; nothing else may be there."""
        schema, defs = hoist_defs({name: parameter.json_schema for name, parameter in self.parameters.items()})
        return {
            "type": "object",
            "properties": schema,
            "required": [name for name, parameter in self.parameters.items() if parameter.required],
            "additionalProperties": False,
            **({"$defs": defs} if defs else {}),
        }

    @property
    def result_schema(self) -> JsonObject:
        """The schema of the first successful answer; DocumentMistake when there is none."""
        for status in sorted(self.responses):
            if status.startswith("2"):
                return self.responses[status]
        if "default" in self.responses:
            return self.responses["default"]
        told = f"operation {self.operation_id!r} describes no successful answer in JSON; add its schema"
        raise DocumentMistake(told, ("paths", self.path, self.method.lower()))


def hoist_defs(schemas: Mapping[str, JsonObject]) -> tuple[JsonObject, JsonObject]:
    """Return schemas without their `$defs`, and all these together: references count from the root."""
    defs: JsonObject = {}
    for schema in schemas.values():
        defs.update(as_object(schema.get("$defs")))
    plain = {name: {key: value for key, value in schema.items() if key != "$defs"} for name, schema in schemas.items()}
    return cast("JsonObject", plain), defs


class Operations(Mapping[str, Operation]):
    """The operations of a document by id. Each is read when it is asked for: the rest of the document may be odd."""

    def __init__(self, text: str) -> None:
        self._document = OpenApiDocument(text)
        self._found: dict[str, tuple[str, str, JsonObject]] = {}
        self._read: dict[str, Operation] = {}
        for path, item in as_object(self._document.root.get("paths")).items():
            shared = self._document.follow(item)
            for method, operation in shared.items():
                if method in _METHODS and isinstance(operation, dict) and "operationId" in operation:
                    name = str(operation["operationId"])
                    if name in self._found:
                        place = ("paths", path, method, "operationId")
                        raise DocumentMistake(f"operation id {name!r} is there twice; ids are unique", place)
                    self._found[name] = (path, method, {**shared, **operation, "parameters": _both(shared, operation)})

    def __getitem__(self, name: str) -> Operation:
        """Return one operation. Raises KeyError for an unknown id, DocumentMistake for one that cannot be strict."""
        if name not in self._read:
            self._read[name] = _OperationReader(self._document, name).read(*self._found[name])
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        """Whether the document has it, be it in order or not."""
        return name in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def read_operations(text: str) -> Operations:
    """Return the operations of an OpenAPI 3.0 or 3.1 document (JSON or YAML) by operation id.

    Raises DocumentMistake when the document is unreadable or names an id twice.
    """
    return Operations(text)


def _both(shared: JsonObject, operation: JsonObject) -> list[JsonValue]:
    return [*as_list(shared.get("parameters")), *as_list(operation.get("parameters"))]


class _OperationReader:
    """Reads one operation. Its mistakes name it."""

    def __init__(self, document: OpenApiDocument, operation_id: str) -> None:
        self._document = document
        self._operation_id = operation_id

    def read(self, path: str, method: str, operation: JsonObject) -> Operation:
        try:
            bearer, keys = self._signed_by(operation)
            parameters = self._parameters(operation)
            body = self._body(operation, parameters)
            return Operation(
                operation_id=self._operation_id,
                method=_METHODS[method],
                path=path,
                server=self._server(operation),
                summary=str(operation.get("summary", "")),
                description=str(operation.get("description", "")),
                parameters={**parameters, **body.parameters},
                body=body,
                responses=self._responses(operation),
                bearer=bearer,
                keys=keys,
            )
        except DocumentMistake as mistake:
            place = mistake.place or ("paths", path, method)
            raise DocumentMistake(f"operation {self._operation_id!r}: {mistake}", place) from mistake

    def _schema(self, node: JsonValue, *, closed: bool, direction: Direction) -> JsonObject:
        return read_schema(self._document, node, closed=closed, direction=direction)

    def _parameters(self, operation: JsonObject) -> dict[str, ParameterContract]:
        """An operation's own parameter stands for its path's one of the same name and place."""
        given: dict[tuple[str, str], JsonObject] = {}
        for raw in as_list(operation.get("parameters")):
            parameter = self._document.follow(raw)
            given[str(parameter.get("in")), str(parameter.get("name"))] = parameter
        read: dict[str, ParameterContract] = {}
        for (place, wire), parameter in given.items():
            if place not in DEFAULT_STYLES or (place == "header" and wire.lower() in _FILLED_BY_US):
                continue
            name = argument_name(wire)
            if name in read:
                name = f"{place}_{name}"
            read[name] = self._parameter(cast("Place", place), wire, parameter)
        return read

    def _parameter(self, place: Place, wire: str, parameter: JsonObject) -> ParameterContract:
        content = as_object(parameter.get("content"))
        media = as_object(next(iter(content.values()), None))
        schema = self._schema(
            media.get("schema") if content else parameter.get("schema"), closed=True, direction="request"
        )
        if "description" in parameter:
            schema = {"description": parameter["description"], **schema}
        style = str(parameter.get("style", DEFAULT_STYLES[place]))
        return ParameterContract(
            place=place,
            wire=wire,
            required=place == "path" or parameter.get("required") is True,
            json_schema=schema,
            style=cast("Style", style),
            explode=parameter.get("explode", style == "form") is True,
            as_json=bool(content),
        )

    def _body(self, operation: JsonObject, parameters: Mapping[str, ParameterContract]) -> Body:
        given = self._document.follow(operation.get("requestBody"))
        if not as_object(given.get("content")):
            return no_body()
        return read_body(
            given, lambda node: self._schema(node, closed=True, direction="request"), frozenset(parameters)
        )

    def _responses(self, operation: JsonObject) -> dict[str, JsonObject]:
        schemas: dict[str, JsonObject] = {}
        for status, raw in as_object(operation.get("responses")).items():
            content = as_object(self._document.follow(raw).get("content"))
            for kind, media in content.items():
                if kind.partition(";")[0].endswith("json") and isinstance(media, dict) and "schema" in media:
                    schemas[str(status)] = self._schema(media["schema"], closed=False, direction="response")
            if not content and str(status).startswith("2"):
                schemas[str(status)] = {"type": "null", "description": "There is no answer but the status."}
        return schemas

    def _server(self, operation: JsonObject) -> str:
        """The address by the document: the operation's own, its path's or the document's first, variables filled."""
        servers = as_list(operation.get("servers")) or as_list(self._document.root.get("servers"))
        server = as_object(servers[0] if servers else None)
        address = str(server.get("url", ""))
        for name, variable in as_object(server.get("variables")).items():
            address = address.replace("{" + name + "}", str(as_object(variable).get("default", "")))
        return address.rstrip("/")

    def _signed_by(self, operation: JsonObject) -> tuple[bool, tuple[KeyPlace, ...]]:
        """Whether our delegated token goes along, and which keys of the operator's: the first way the document names.

        A document that names none gets the delegated token.
        """
        ways = operation.get("security", self._document.root.get("security"))
        if not isinstance(ways, list) or not ways:
            return ways is None, ()
        schemes = as_object(as_object(self._document.root.get("components")).get("securitySchemes"))
        bearer, keys = False, list[KeyPlace]()
        for name in as_object(ways[0]):
            scheme = self._document.follow(schemes.get(name))
            kind, http = scheme.get("type"), str(scheme.get("scheme", "")).lower()
            if kind in _BEARERS or (kind == "http" and http == "bearer"):
                bearer = True
            elif kind == "apiKey":
                keys.append(KeyPlace.model_validate({"scheme": name, "place": scheme["in"], "wire": scheme["name"]}))
            elif kind == "http" and http == "basic":
                keys.append(KeyPlace(scheme=name, place="header", wire="Authorization", prefix="Basic "))
            else:
                raise DocumentMistake(
                    f"the security scheme {name!r} is not bearer, oauth2, openIdConnect, apiKey or basic"
                )
        return bearer, tuple(keys)


def argument_name(wire: str) -> str:
    """Return a parameter's name as an argument: `filter[status]` is `filter_status`, `X-Tenant` is `X_Tenant`."""
    return re.sub(r"\W+", "_", wire).strip("_") or "argument"
