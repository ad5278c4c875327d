"""Which arguments does the body of an operation take, and in which media type are they sent?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from contracts.tool_request import BodyForm, ParameterContract, Part
from contracts.values import JsonObject
from storage.openapi_document import DocumentMistake, as_list, as_object

_PLAIN: Final = frozenset(
    {"type", "properties", "required", "additionalProperties", "unevaluatedProperties", "description", "$defs"}
)
_FORMS: Final[dict[str, BodyForm]] = {
    "application/x-www-form-urlencoded": "form",
    "multipart/form-data": "multipart",
    "text/plain": "text",
}


@dataclass(frozen=True)
class Body:
    """How the body is sent. Its properties are arguments of their own, or all of it is the one argument `body`."""

    parameters: dict[str, ParameterContract]
    schema: JsonObject | None
    form: BodyForm = "json"
    media: str = "application/json"
    required: bool = True
    whole: str | None = None
    parts: dict[str, Part] | None = None


def no_body() -> Body:
    """An operation that sends none."""
    return Body(parameters={}, schema=None, required=False)


def read_body(given: JsonObject, read: Callable[[JsonValue], JsonObject], taken: frozenset[str]) -> Body:
    """Return the body of an operation; `taken` are argument names that its path, query and headers use.

    Raises DocumentMistake when no media type of it can be written.
    """
    media, form = _choose(as_object(given.get("content")))
    content = as_object(as_object(given["content"])[media])
    schema = read(content.get("schema"))
    parts = {name: _part(as_object(item)) for name, item in as_object(content.get("encoding")).items()}
    plain = merge_parts(schema) if form != "text" else None
    needed = given.get("required") is True
    if plain is None:
        name = "body" if "body" not in taken else "body_content"
        whole = ParameterContract(place="body", wire=name, required=needed, json_schema=schema)
        return Body({name: whole}, schema, form, media, needed, name, parts)
    arguments: dict[str, ParameterContract] = {}
    required = as_list(plain.get("required"))
    defs = {"$defs": plain["$defs"]} if "$defs" in plain else {}
    for wire, item in as_object(plain.get("properties")).items():
        name = wire if wire not in taken else f"body_{wire}"
        arguments[name] = ParameterContract(
            place="body", wire=wire, required=wire in required, json_schema={**as_object(item), **defs}
        )
    return Body(arguments, schema, form, media, needed or bool(required), None, parts)


def _choose(content: JsonObject) -> tuple[str, BodyForm]:
    for media in content:
        plain = media.partition(";")[0].strip().lower()
        if plain.endswith("json"):
            return media, "json"
    for wanted, form in _FORMS.items():
        for media in content:
            if media.partition(";")[0].strip().lower() == wanted:
                return media, form
    if "*/*" in content:
        return "*/*", "json"
    raise DocumentMistake(f"its body is sent as {', '.join(content)}; only JSON, forms, multipart and plain text are")


def _part(encoding: JsonObject) -> Part:
    return Part.model_validate({key: encoding[key] for key in ("style", "explode", "contentType") if key in encoding})


def merge_parts(schema: JsonObject) -> JsonObject | None:
    """Return one closed object of named properties that says the same, or None where the schema says more than that."""
    parts = as_list(schema.get("allOf"))
    if schema.keys() - _PLAIN - {"allOf"} or not (parts or schema.get("type") == "object" or "properties" in schema):
        return None
    if any(schema.get(key) not in (None, False) for key in ("additionalProperties", "unevaluatedProperties")):
        return None
    merged: JsonObject = {"properties": dict(as_object(schema.get("properties"))), "required": []}
    merged["required"] = list(as_list(schema.get("required")))
    for part in parts:
        below = merge_parts(as_object(part))
        if below is None or "additionalProperties" in as_object(part):
            return None
        _add(merged, below)
    if any(as_object(merged["properties"])[name] is None for name in as_object(merged["properties"])):
        return None
    kept = {key: schema[key] for key in ("$defs", "description") if key in schema}
    return {"type": "object", **merged, **kept}


def _add(merged: JsonObject, below: JsonObject) -> None:
    """Add a part's properties; one that two parts describe differently becomes None: there is no single schema."""
    properties = as_object(merged["properties"])
    for name, item in as_object(below.get("properties")).items():
        properties[name] = item if properties.get(name, item) == item else None
    merged["properties"] = properties
    merged["required"] = list(dict.fromkeys([*as_list(merged["required"]), *as_list(below.get("required"))]))
