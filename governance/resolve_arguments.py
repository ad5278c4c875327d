"""What does a call carry where its arguments hold tokens: values, or words for what they are?"""

import re
from collections.abc import Mapping

from pydantic import JsonValue

from contracts.tool import ToolContract
from contracts.values import JsonObject
from governance.personal import TOKEN, Resolved, resolve_tokens


def resolve_arguments(contract: ToolContract, arguments: JsonObject, values: Mapping[str, str]) -> Resolved:
    """Replace arguments that are wholly a known token; inside text only what the customer has to have said just so.

    "Add the payee Nora Haas" is "Nora <NAME_1>" to a model where Haas is known. As a personal value whose source is the
    customer's words it resolves to what they typed: the source check takes no other words than theirs, unchanged, so
    that no model puts a text of values together. Among free words it becomes a word for its kind (`name_kinds`);
    anywhere else text with tokens inside is left alone.
    """
    arguments = name_kinds(contract, arguments)
    stated = {name for name, overlay in contract.overlay.parameters.items() if overlay.pii}
    stated = {name for name in stated if contract.overlay.parameters[name].source == "customer"}
    unknown: list[str] = []

    def value_of(found: re.Match[str]) -> str:
        if found[0] not in values:
            unknown.append(found[0])
        return values.get(found[0], found[0])

    typed: JsonObject = {
        name: TOKEN.sub(value_of, value)
        for name, value in arguments.items()
        if isinstance(value, str) and name in stated
    }
    rest = resolve_tokens({name: value for name, value in arguments.items() if name not in typed}, values)
    resolved = rest.tree if isinstance(rest.tree, dict) else {}
    tree: dict[str, JsonValue] = {name: {**resolved, **typed}[name] for name in arguments}
    return Resolved(tree, tuple(dict.fromkeys((*rest.unknown, *unknown))))


def name_kinds(contract: ToolContract, arguments: JsonObject) -> JsonObject:
    """Return the arguments with each token among free words as the word for its kind: `[name]'s blue bag`.

    Nobody reads a token outside of this request, and no model puts a text of values together: so the company gets what
    the customer is shown and confirms. Free words are `text` and what a read's contract takes undeclared. A token that
    is the whole argument stays, and resolves to its value; so do personal arguments (`pii`), see `find_mixed`.
    """
    return {name: _named(value) if _is_free(contract, name) else value for name, value in arguments.items()}


def find_mixed(contract: ToolContract, arguments: JsonObject) -> str | None:
    """Return the personal argument in free words that holds tokens among other words, if one does.

    It is about the value itself, such as an address: a word for its kind would be a wrong one.
    """
    for name, value in arguments.items():
        overlay = contract.overlay.parameters.get(name)
        if overlay is not None and overlay.pii and overlay.source == "text" and _named(value) != value:
            return name
    return None


def _is_free(contract: ToolContract, name: str) -> bool:
    overlay = contract.overlay.parameters.get(name)
    return overlay is None or (overlay.source == "text" and not overlay.pii)


def _named(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_named(item) for item in value]
    if not isinstance(value, str) or TOKEN.fullmatch(value):
        return value
    return TOKEN.sub(lambda found: f"[{found[1].replace('_', ' ').lower()}]", value)
