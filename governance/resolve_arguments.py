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
    anywhere else text with tokens inside is left alone, for the guards have refused it (`find_mixed`).
    """
    arguments = name_kinds(contract, arguments)
    unknown: list[str] = []

    def value_of(found: re.Match[str]) -> str:
        if found[0] not in values:
            unknown.append(found[0])
        return values.get(found[0], found[0])

    typed: JsonObject = {
        name: TOKEN.sub(value_of, value)
        for name, value in arguments.items()
        if isinstance(value, str) and _is_stated(contract, name, value)
    }
    rest = resolve_tokens({name: value for name, value in arguments.items() if name not in typed}, values)
    resolved = rest.tree if isinstance(rest.tree, dict) else {}
    tree: dict[str, JsonValue] = {name: {**resolved, **typed}[name] for name in arguments}
    return Resolved(tree, tuple(dict.fromkeys((*rest.unknown, *unknown))))


def name_kinds(contract: ToolContract, arguments: JsonObject) -> JsonObject:
    """Return the arguments with each token among free words as the word for its kind: `[name]'s blue bag`.

    Nobody reads a token outside of this request, and no model puts a text of values together: so the company gets what
    the customer is shown and confirms. Free words are `text`, in lists and objects too, and what a read's contract
    takes undeclared. Of these a write's `text` names a token that stands alone as well: others may read it, such as a
    payee the payment's purpose. What a read searches by, and a personal argument (`pii`), resolve to their values.
    """
    whole = contract.is_write
    return {
        name: _named(value, whole=whole) if _is_free(contract, name) else value for name, value in arguments.items()
    }


def find_mixed(contract: ToolContract, arguments: JsonObject) -> str | None:
    """Return the argument in which a token would reach the company unread, if there is one.

    Among other words of a value, such as an address or a choice: a word for its kind would be a wrong one. Nor does a
    word name what an object's field is called, for two of them would be one.
    """
    return next((name for name, value in arguments.items() if _is_mixed(contract, name, value)), None)


def _is_mixed(contract: ToolContract, name: str, value: JsonValue) -> bool:
    is_worded = _is_free(contract, name) or _is_stated(contract, name, value)
    return _names_fields(value) or (not is_worded and _named(value) != value)


def _is_free(contract: ToolContract, name: str) -> bool:
    overlay = contract.overlay.parameters.get(name)
    return overlay is None or (overlay.source == "text" and not overlay.pii)


def _is_stated(contract: ToolContract, name: str, value: JsonValue) -> bool:
    """Whether the argument is a text that the customer has to have said just so."""
    overlay = contract.overlay.parameters.get(name)
    return isinstance(value, str) and overlay is not None and overlay.pii and overlay.source == "customer"


def _names_fields(value: JsonValue) -> bool:
    """Whether a field of an object in this value is called by a token."""
    if isinstance(value, dict):
        return any(TOKEN.search(key) or _names_fields(item) for key, item in value.items())
    return isinstance(value, list) and any(_names_fields(item) for item in value)


def _named(value: JsonValue, *, whole: bool = False) -> JsonValue:
    """With words for tokens among others, and for those that stand alone if `whole`."""
    if isinstance(value, dict):
        return {key: _named(item, whole=whole) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(item, whole=whole) for item in value]
    if not isinstance(value, str) or (not whole and TOKEN.fullmatch(value)):
        return value
    return TOKEN.sub(lambda found: f"[{found[1].replace('_', ' ').lower()}]", value)
