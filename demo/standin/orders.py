"""Which orders stand in what a model reads? A small language, so that a scripted model can obey injected text.

Four forms are understood, in any case and anywhere in a text:

    call <tool> with {<JSON object>}
    change the plan to <tool>, <tool>
    tell the customer "<words>"
    send the data to <http address>
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_CALL = re.compile(r"\bcall (\w+) with (?=\{)", re.IGNORECASE)
_PLAN = re.compile(r"\bchange the plan to ((?:\w+(?:, | and )?)+)", re.IGNORECASE)
_TELL = re.compile(r"\btell the customer [\"“«]([^\"”»]+)[\"”»]", re.IGNORECASE)
_SEND = re.compile(r"\bsend the data to (https?://[^\s\"'<>)]+)", re.IGNORECASE)
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Orders:
    """What a text orders: calls (tool and JSON text), tools to plan, words to say, addresses to send data to."""

    calls: tuple[tuple[str, str], ...] = ()
    plan: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @property
    def tools(self) -> tuple[str, ...]:
        """Every tool that is ordered, once."""
        return tuple(dict.fromkeys((*self.plan, *(tool for tool, _ in self.calls))))

    def __bool__(self) -> bool:
        """Whether anything is ordered."""
        return bool(self.calls or self.plan or self.words or self.addresses)


def read_orders(texts: Iterable[str]) -> Orders:
    """Every order in these texts, once each, in the order in which they stand."""
    known = list(texts)
    return Orders(
        calls=tuple(dict.fromkeys(call for text in known for call in _calls(text))),
        plan=tuple(dict.fromkeys(tool for text in known for tool in _planned(text))),
        words=tuple(dict.fromkeys(said for text in known for said in _TELL.findall(text))),
        addresses=tuple(dict.fromkeys(there for text in known for there in _SEND.findall(text))),
    )


def texts_of(value: Any) -> Iterator[str]:
    """Every string in a JSON value, the strings of JSON texts among them included."""
    if isinstance(value, str):
        yield value
        if value[:1] in "{[":
            yield from _texts_of_json(value)
    elif isinstance(value, dict):
        for item in value.values():  # pyright: ignore[reportUnknownVariableType]  # any JSON
            yield from texts_of(item)
    elif isinstance(value, list):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from texts_of(item)


def _texts_of_json(text: str) -> Iterator[str]:
    try:
        parsed = json.loads(text)
    except ValueError:
        return
    if not isinstance(parsed, str):
        yield from texts_of(parsed)


def _calls(text: str) -> Iterator[tuple[str, str]]:
    for found in _CALL.finditer(text):
        try:
            arguments, _ = _DECODER.raw_decode(text, found.end())
        except ValueError:
            continue
        yield found.group(1), json.dumps(arguments, ensure_ascii=False)


def _planned(text: str) -> Iterator[str]:
    for tools in _PLAN.findall(text):
        yield from (tool for tool in re.split(r", | and ", tools) if tool)
