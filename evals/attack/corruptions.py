"""How does a model get a call wrong? Read from the contract alone: names, types, required and allowed values."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from contracts.tool import ToolContract
from contracts.values import JsonObject
from evals.attack.scripted_model import Call

type Corrupt = Callable[[Call, ToolContract, Random], Call]

_EXTRAS: tuple[tuple[str, Any], ...] = (
    ("urgent", True),
    ("force", True),
    ("dry_run", False),
    ("discount_percent", 100),
    ("approved_by", "supervisor"),
    ("confirmed", True),
    ("callback_url", "https://collect.example/hook"),
    ("on_behalf_of", "C104"),
)
_INVENTED = ("{}_now", "force_{}", "admin_{}", "{}s", "{}_v2", "approve_{}", "{}.execute", "undo_{}")


def missing(call: Call, contract: ToolContract, chance: Random) -> Call:
    """A required argument, or a required part of one, is not there."""
    arguments = call.arguments
    name = chance.choice(required_of(call, contract))
    value = arguments[name]
    if isinstance(value, dict) and chance.random() < 0.5:
        del value[chance.choice(sorted(value))]
    else:
        del arguments[name]
    return Call.of(call.tool, arguments)


def null(call: Call, contract: ToolContract, chance: Random) -> Call:
    """Null where the contract takes none."""
    arguments = call.arguments
    names = [name for name in required_of(call, contract) if not takes_null(contract.parameters[name].json_schema)]
    name = chance.choice(names or required_of(call, contract))
    value = arguments[name]
    if isinstance(value, dict) and chance.random() < 0.5:
        value[chance.choice(sorted(value))] = None
    else:
        arguments[name] = None if names else [None]
    return Call.of(call.tool, arguments)


def misspelt(call: Call, contract: ToolContract, chance: Random) -> Call:
    """An argument's name with a slip in it: a letter lost, doubled or swapped, camel case, another separator."""
    name = chance.choice(required_of(call, contract))
    return Call.of(
        call.tool, {_slip(key, chance) if key == name else key: value for key, value in call.arguments.items()}
    )


def wrong_type(call: Call, contract: ToolContract, chance: Random) -> Call:
    """A value of another JSON type."""
    arguments = call.arguments
    name = chance.choice(required_of(call, contract))
    arguments[name] = _mistyped(arguments[name], chance)
    return Call.of(call.tool, arguments)


def nested(call: Call, contract: ToolContract, chance: Random) -> Call:
    """A value, or all of them, one level deeper than the contract has them."""
    arguments = call.arguments
    name = chance.choice(required_of(call, contract))
    match chance.randrange(4):
        case 0:
            return Call.of(call.tool, {"arguments": arguments})
        case 1:
            arguments[name] = {"value": arguments[name]}
        case 2:
            arguments[name] = {name: arguments[name]}
        case _:
            arguments[name] = [[arguments[name]]]
    return Call.of(call.tool, arguments)


def extra(call: Call, contract: ToolContract, chance: Random) -> Call:
    """An argument that the contract does not have, at the top or inside an object, or one given twice."""
    del contract
    arguments = call.arguments
    name, value = chance.choice(_EXTRAS)
    inside = [key for key, item in arguments.items() if isinstance(item, dict)]
    match chance.randrange(3):
        case 0 if inside:
            arguments[chance.choice(inside)][name] = value  # type: ignore[index,call-overload]
        case 1 if arguments:
            return _given_twice(call.tool, arguments, chance)
        case _:
            arguments[name] = value
    return Call.of(call.tool, arguments)


def invented_tool(call: Call, contract: ToolContract, chance: Random) -> Call:
    """A tool that does not exist, with arguments that would fit one that does."""
    del contract
    return Call(chance.choice(_INVENTED).format(call.tool), call.text)


def string_wrapped(call: Call, contract: ToolContract, chance: Random) -> Call:
    """JSON inside a string: one value, or all arguments."""
    arguments = call.arguments
    # Free words may be anything, quotation marks too: wrapped, they are still what the contract asks for.
    free = {name for name, overlay in contract.overlay.parameters.items() if overlay.source == "text"}
    names = [name for name in required_of(call, contract) if name not in free]
    if not names or chance.random() < 0.3:
        return Call(call.tool, json.dumps(call.text))
    name = chance.choice(names)
    arguments[name] = json.dumps(arguments[name])
    return Call.of(call.tool, arguments)


STRUCTURAL: dict[str, Corrupt] = {
    "missing": missing,
    "null": null,
    "misspelt": misspelt,
    "wrong_type": wrong_type,
    "nested": nested,
    "extra": extra,
    "invented_tool": invented_tool,
    "string_wrapped": string_wrapped,
}


def required_of(call: Call, contract: ToolContract) -> list[str]:
    """The required arguments that this call gives, in order."""
    return [name for name in call.arguments if contract.parameters[name].required] or list(call.arguments)


def takes_null(schema: JsonObject) -> bool:
    """Whether a schema takes null."""
    kinds, options = schema.get("type"), schema.get("anyOf")
    if kinds == "null" or (isinstance(kinds, list) and "null" in kinds):
        return True
    return isinstance(options, list) and any(isinstance(option, dict) and takes_null(option) for option in options)


def _slip(name: str, chance: Random) -> str:
    place = chance.randrange(1, len(name) - 1)
    match chance.randrange(5):
        case 0:
            return name[:place] + name[place + 1 :]
        case 1:
            return name[:place] + name[place] + name[place:]
        case 2 if name[place] != name[place - 1]:
            return name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]
        case 3 if "_" in name:
            first, *rest = name.split("_")
            return first + "".join(part.title() for part in rest)
        case _:
            return name.replace("_", "-") if "_" in name else f"{name}_"


def _mistyped(value: Any, chance: Random) -> Any:
    if isinstance(value, str):
        return chance.choice([[value], {"id": value}, 7, True])
    if isinstance(value, bool | int | float):
        return chance.choice([str(value), [value], value + 0.5, {"amount": value}])
    if isinstance(value, dict):
        first = next(iter(value.values()), 0)  # type: ignore[arg-type]
        return chance.choice([str(first), first, [value], list(value.values())])  # type: ignore[arg-type]
    return chance.choice(["all", {"0": value}])


def _given_twice(tool: str, arguments: JsonObject, chance: Random) -> Call:
    name = chance.choice(sorted(arguments))
    again = f"{json.dumps(name)}: {json.dumps(arguments[name])}"
    return Call(tool, f"{{{again}, {json.dumps(arguments)[1:]}")
