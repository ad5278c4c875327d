"""Which values does a call carry where its arguments hold tokens?"""

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
    that no model puts a text of values together. Anywhere else text with tokens inside is left alone.
    """
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
