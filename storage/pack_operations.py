"""Which operations do a company's OpenAPI documents describe, as strict JSON Schemas without references?"""

import json
from dataclasses import dataclass
from typing import Final, Literal, cast

import yaml
from pydantic import JsonValue

from contracts.tool import ParameterContract
from contracts.values import JsonObject

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_METHODS: Final[dict[str, Method]] = {
    "get": "GET",
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
}
_PLACES: Final[dict[str, Literal["path", "query"]]] = {"path": "path", "query": "query"}
_UNIONS: Final = ("anyOf", "oneOf", "allOf", "prefixItems")


class DocumentMistake(ValueError):
    """Something in an OpenAPI document cannot become a contract; the message names it."""


@dataclass(frozen=True)
class Operation:
    """One operation of a document: where it is, what it takes, what it answers."""

    operation_id: str
    method: Method
    path: str
    summary: str
    description: str
    parameters: dict[str, ParameterContract]
    body_schema: JsonObject | None
    responses: dict[str, JsonObject]

    @property
    def arguments_schema(self) -> JsonObject:
        """All arguments as one object schema; nothing else may be there."""
        return {
            "type": "object",
            "properties": {name: dict(parameter.json_schema) for name, parameter in self.parameters.items()},
            "required": [name for name, parameter in self.parameters.items() if parameter.required],
            "additionalProperties": False,
        }

    @property
    def result_schema(self) -> JsonObject:
        """The schema of the first successful answer; DocumentMistake when there is none."""
        for status in sorted(self.responses):
            if status.startswith("2"):
                return self.responses[status]
        raise DocumentMistake(f"operation {self.operation_id!r} describes no 2xx answer in JSON; add its schema")


def read_operations(text: str) -> dict[str, Operation]:
    """Return the operations of an OpenAPI 3.0 or 3.1 document (JSON or YAML) by operation id.

    Raises DocumentMistake when the document is unreadable, names an id twice, or has schemas that cannot be strict.
    """
    document = _parse(text)
    operations: dict[str, Operation] = {}
    for path, item in _object(document.get("paths")).items():
        shared = _list(_object(item).get("parameters"))
        for method, operation in _object(item).items():
            if method in _METHODS and isinstance(operation, dict) and "operationId" in operation:
                read = _Reader(document, str(operation["operationId"])).read(path, method, operation, shared)
                if read.operation_id in operations:
                    raise DocumentMistake(f"operation id {read.operation_id!r} is there twice; ids are unique")
                operations[read.operation_id] = read
    return operations


def _parse(text: str) -> JsonObject:
    try:
        document = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (json.JSONDecodeError, yaml.YAMLError) as mistake:
        raise DocumentMistake(f"is neither JSON nor YAML: {mistake}") from mistake
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise DocumentMistake("is not an OpenAPI 3 document; `openapi: 3.x` is missing")
    return cast("JsonObject", document)


class _Reader:
    """Reads one operation, resolving references into the document."""

    def __init__(self, document: JsonObject, operation_id: str) -> None:
        self._document = document
        self._operation_id = operation_id

    def read(self, path: str, method: str, operation: JsonObject, shared: list[JsonValue]) -> Operation:
        parameters: dict[str, ParameterContract] = {}
        for raw in (*shared, *_list(operation.get("parameters"))):
            parameter = _object(self._resolve(raw, ()))
            place = _PLACES.get(str(parameter.get("in")))
            if place is not None:
                schema = close_schema(_object(parameter.get("schema")), f"{self._operation_id}.{parameter['name']}")
                if "description" in parameter:
                    schema = {"description": parameter["description"], **schema}
                required = place == "path" or parameter.get("required") is True
                parameters[str(parameter["name"])] = ParameterContract(
                    place=place, required=required, json_schema=schema
                )
        body = self._body(operation)
        self._add_body(parameters, body)
        return Operation(
            operation_id=self._operation_id,
            method=_METHODS[method],
            path=path,
            summary=str(operation.get("summary", "")),
            description=str(operation.get("description", "")),
            parameters=parameters,
            body_schema=body,
            responses=self._responses(operation),
        )

    def _body(self, operation: JsonObject) -> JsonObject | None:
        content = _object(_object(self._resolve(operation.get("requestBody"), ())).get("content"))
        if "application/json" not in content:
            return None
        return close_schema(_object(_object(content["application/json"]).get("schema")), self._operation_id)

    def _add_body(self, parameters: dict[str, ParameterContract], body: JsonObject | None) -> None:
        if body is None:
            return
        if body.get("type") != "object":
            raise DocumentMistake(f"the body of {self._operation_id!r} is not an object with named properties")
        required = _list(body.get("required"))
        for name, schema in _object(body.get("properties")).items():
            if name in parameters:
                raise DocumentMistake(f"{self._operation_id!r} takes {name!r} twice, in its path or query and its body")
            parameters[name] = ParameterContract(place="body", required=name in required, json_schema=_object(schema))

    def _responses(self, operation: JsonObject) -> dict[str, JsonObject]:
        schemas: dict[str, JsonObject] = {}
        for status, raw in _object(operation.get("responses")).items():
            for kind, media in _object(_object(self._resolve(raw, ())).get("content")).items():
                if kind.endswith("json") and isinstance(media, dict) and "schema" in media:
                    schemas[str(status)] = _without_titles(_object(media["schema"]))
        return schemas

    def _resolve(self, node: JsonValue, above: tuple[str, ...]) -> JsonValue:
        if isinstance(node, list):
            return [self._resolve(item, above) for item in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return {key: self._resolve(value, above) for key, value in node.items()}
        if reference in above:
            raise DocumentMistake(f"{self._operation_id!r} uses {reference!r}, which contains itself; make it finite")
        target = self._resolve(self._target(reference), (*above, reference))
        beside = {key: self._resolve(value, above) for key, value in node.items() if key != "$ref"}
        return {**_object(target), **beside}

    def _target(self, reference: str) -> JsonValue:
        here: JsonValue = self._document
        for part in reference.removeprefix("#/").split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not reference.startswith("#/") or not isinstance(here, dict) or key not in here:
                raise DocumentMistake(f"{self._operation_id!r} refers to {reference!r}, which is not in this document")
            here = here[key]
        return here


def close_schema(schema: JsonObject, where: str) -> JsonObject:
    """Return the schema with every object closed, `nullable` and single `allOf` spelled out, generated titles gone.

    Raises DocumentMistake for an object whose properties are not named: nothing can be checked in it.
    """
    closed = _without_titles(schema)
    if closed.pop("nullable", False) is True and isinstance(closed.get("type"), str):
        closed["type"] = [closed["type"], "null"]
    parts = _list(closed.get("allOf"))
    if len(parts) == 1:
        del closed["allOf"]
        closed = {**_object(parts[0]), **closed}
    for key in _UNIONS:
        if key in closed:
            closed[key] = [close_schema(_object(item), where) for item in _list(closed[key])]
    if isinstance(closed.get("items"), dict):
        closed["items"] = close_schema(_object(closed["items"]), where)
    if closed.get("type") == "object" or "properties" in closed:
        if not closed.get("properties"):
            raise DocumentMistake(f"{where!r} has an object without named properties; describe them, so it is checked")
        properties = _object(closed["properties"]).items()
        closed["properties"] = {name: close_schema(_object(item), f"{where}.{name}") for name, item in properties}
        closed["additionalProperties"] = False
    return closed


def _without_titles(schema: JsonObject) -> JsonObject:
    plain: JsonObject = {}
    for key, value in schema.items():
        if key == "title" and isinstance(value, str):
            continue
        if key == "properties":
            plain[key] = {name: _without_titles(_object(item)) for name, item in _object(value).items()}
        elif key in _UNIONS:
            plain[key] = [_without_titles(_object(item)) for item in _list(value)]
        else:
            plain[key] = _without_titles(value) if key == "items" and isinstance(value, dict) else value
    return plain


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
