"""Which mistakes does the sloppy character make?"""

import hashlib
import json
import re
from dataclasses import replace
from typing import Any

from demo.standin.control import CallMistake, Mistake
from demo.standin.tokens import write_prompt
from demo.standin.wire import Answer, Ask, Call, Obj

IN_CALLS: tuple[CallMistake, ...] = ("wrong_type", "missing_argument", "extra_argument", "invented_tool")
IN_TEXT: tuple[Mistake, ...] = ("wrong_price", "false_claim")
_PRICE = re.compile(r"\b(\d+)((?:\.\d\d)?\s?(?:EUR|USD|GBP|€))")
_CLAIM = "I have already refunded 30.00 EUR to your card."


def be_sloppy(ask: Ask, answer: Answer, mistakes: tuple[Mistake, ...] = ()) -> Answer:
    """The answer with one mistake, chosen by a hash of the request among the given ones (all, when none are given).

    A reply that states a price always states a wrong one, five more; plans are left alone, calls to tools are not.
    """
    dice = int.from_bytes(hashlib.blake2b(write_prompt(ask).encode(), digest_size=4).digest())
    if answer.text:
        answer = replace(answer, text=_spoil_text(answer.text, mistakes or IN_TEXT, dice))
    places = [number for number, call in enumerate(answer.calls) if call.name != "make_plan"]
    possible: list[CallMistake] = [kind for kind in IN_CALLS if kind in (mistakes or IN_CALLS)]
    if not places or not possible:
        return answer
    calls = list(answer.calls)
    place = places[dice % len(places)]
    calls[place] = _spoil_call(calls[place], possible[dice // 7 % len(possible)])
    return replace(answer, calls=tuple(calls))


def misstate_prices(text: str) -> str:
    """Every price in a text five more than it is: 40 becomes 45."""
    return _PRICE.sub(lambda match: f"{int(match.group(1)) + 5}{match.group(2)}", text)


def misplace_airports(answer: Answer) -> Answer:
    """Searches with the city's name where the airport's code belongs."""
    calls = [
        Call(call.name, json.dumps({**json.loads(call.arguments), "origin": "FRANKFURT"}))
        if call.name == "search_flights"
        else call
        for call in answer.calls
    ]
    return replace(answer, calls=tuple(calls))


def _spoil_text(text: str, mistakes: tuple[Mistake, ...], dice: int) -> str:
    if "wrong_price" in mistakes and _PRICE.search(text):
        return misstate_prices(text)
    if "false_claim" in mistakes and (dice % 2 or mistakes == ("false_claim",)):
        return f"{text} {_CLAIM}"
    return text


def _spoil_call(call: Call, mistake: CallMistake) -> Call:
    if mistake == "invented_tool":
        return Call(f"{call.name}_now", call.arguments)
    arguments: Obj = json.loads(call.arguments)
    first = next(iter(arguments), None)
    if mistake == "extra_argument" or first is None:
        arguments["urgent"] = True
    elif mistake == "missing_argument":
        del arguments[first]
    else:
        arguments[first] = _mistype(arguments[first])
    return Call(call.name, json.dumps(arguments, ensure_ascii=False))


def _mistype(value: Any) -> Any:
    return [value] if isinstance(value, str) else str(value)
