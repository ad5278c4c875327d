"""What does an OpenAPI document hold at a place, and where do its references lead?"""

import json
from collections.abc import Iterator
from typing import Final, cast
from urllib.parse import unquote

import yaml
from pydantic import JsonValue

from contracts.values import JsonObject

IN_PLACE: Final = ("allOf", "anyOf", "oneOf")
_IN_PLACE_ONE: Final = ("not", "if", "then", "else")


type Place = tuple[str | int, ...]


class DocumentMistake(ValueError):
    """Something in an OpenAPI document cannot become a contract; the message names it.

    `place`: keys and positions from the document's root to it, or a line number (from 1) where it is no document yet.
    """

    def __init__(self, message: str, place: Place = ()) -> None:
        super().__init__(message)
        self.place = place


class OpenApiDocument:
    """An OpenAPI 3.0 or 3.1 document. Raises DocumentMistake for a text that is none."""

    def __init__(self, text: str) -> None:
        self.root = _parse(text)
        self.is_3_0 = str(self.root["openapi"]).startswith("3.0")
        self._finite: set[str] = set()

    def at(self, reference: str) -> JsonValue:
        """Return what a local reference (`#/components/…`) leads to; DocumentMistake when nothing is there."""
        here: JsonValue = self.root
        if not reference.startswith("#"):
            told = f"{reference!r} leads out of this document; bundle it into one file"
            raise DocumentMistake(told, self._place_of(reference))
        for part in reference.split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(here, list) and key.isdecimal() and int(key) < len(here):
                here = here[int(key)]
                continue
            if not isinstance(here, dict) or key not in here:
                told = f"{reference!r} is not in this document; correct the reference"
                raise DocumentMistake(told, self._place_of(reference))
            here = here[key]
        return here

    def follow(self, node: JsonValue) -> JsonObject:
        """Return the parameter, body or answer that a node is or refers to; DocumentMistake for a circle."""
        seen: list[str] = []
        while isinstance(node, dict) and isinstance(reference := node.get("$ref"), str):
            if reference in seen:
                told = f"{reference!r} refers to itself; make it lead somewhere"
                raise DocumentMistake(told, self._place_of(reference))
            seen.append(reference)
            node = self.at(reference)
        return as_object(node)

    def require_end(self, reference: str, above: tuple[str, ...] = ()) -> None:
        """Raise DocumentMistake for a schema that has to be itself before it says anything: no value could be checked.

        A schema that holds itself deeper down, as a tree does, is fine.
        """
        if reference in above:
            told = f"{reference!r} contains itself without end; put the repetition into a property"
            raise DocumentMistake(told, self._place_of(reference))
        if reference in self._finite:
            return
        for below in in_place_references(self.at(reference)):
            self.require_end(below, (*above, reference))
        self._finite.add(reference)

    def _place_of(self, reference: str) -> Place:
        """Where the document first says this reference."""
        return next(_places(self.root, reference), ())


def _places(node: JsonValue, reference: str, here: Place = ()) -> Iterator[Place]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, below in items:
        if key == "$ref" and below == reference:
            yield (*here, key)
        yield from _places(below, reference, (*here, key))


def in_place_references(node: JsonValue) -> list[str]:
    """Return the references that a schema applies to the very value that it describes itself."""
    if not isinstance(node, dict):
        return []
    found = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    below = [item for key in IN_PLACE for item in as_list(node.get(key))]
    below.extend(node[key] for key in _IN_PLACE_ONE if key in node)
    return [*cast("list[str]", found), *(name for item in below for name in in_place_references(item))]


def as_object(value: JsonValue) -> JsonObject:
    """Return an object as it is, and anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: JsonValue) -> list[JsonValue]:
    """Return a list as it is, and anything else as an empty one."""
    return value if isinstance(value, list) else []


def _parse(text: str) -> JsonObject:
    try:
        document = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (json.JSONDecodeError, yaml.YAMLError) as mistake:
        raise DocumentMistake(f"is neither JSON nor YAML: {mistake}", (_line_of(mistake),)) from mistake
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise DocumentMistake("is not an OpenAPI 3 document; `openapi: 3.x` is missing")
    return cast("JsonObject", document)


def _line_of(mistake: json.JSONDecodeError | yaml.YAMLError) -> int:
    if isinstance(mistake, json.JSONDecodeError):
        return mistake.lineno
    mark = getattr(mistake, "problem_mark", None)
    return 1 if mark is None else mark.line + 1
