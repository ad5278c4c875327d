"""Which records stand behind the arguments that a customer confirms? A flight's times, a card's last four."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import JsonValue

from activities.scene import Scene
from contracts.template import fill_text
from contracts.voice import Wording
from governance.write_set import WriteSet


def found_values(scene: Scene, writes: WriteSet) -> list[dict[str, JsonValue]]:
    """For each write and text argument the newest record of a validated tool result that names it.

    A write also knows the records of the others' arguments that it does not have itself.
    """
    results = [result for result in (_result(body) for body in reversed(scene.observations)) if result is not None]
    own: list[dict[str, JsonValue]] = [
        {
            name: record
            for name, value in write.arguments.items()
            if isinstance(value, str) and (record := _record_with(results, name, value))
        }
        for write in writes.writes
    ]
    shared: dict[str, JsonValue] = {name: record for found in own for name, record in found.items()}
    return [
        {name: record for name, record in shared.items() if name not in write.arguments} | found
        for write, found in zip(writes.writes, own, strict=True)
    ]


def words_of_card(wording: Wording, card: dict[str, Any]) -> str:
    """What is said beside the card; without buttons the whole card and the code to send back."""
    if not card.get("code"):
        return wording.confirm_prompt
    lines = [f"{line['label']}: {line['value']}." for line in card["lines"]]
    total = [f"Total: {card['total']}."] if card["total"] else []
    code = fill_text(wording.confirm_code, {"code": card["code"]})
    return " ".join([wording.confirm_prompt, f"{card['title']}.", *lines, *total, code])


def _result(observation: dict[str, Any]) -> JsonValue:
    try:
        parsed = json.loads(str(observation["output"]))
    except ValueError:
        return None
    return parsed.get("result") if isinstance(parsed, dict) else None


def _record_with(results: Sequence[JsonValue], name: str, value: str) -> dict[str, JsonValue]:
    """Everything that the results say of the record: the fullest one first, the others fill what it lacks."""
    records = [record for result in results for record in _records(result) if record.get(name) == value]
    merged: dict[str, JsonValue] = {}
    for record in sorted(records, key=len, reverse=True):
        for field, known in record.items():
            merged.setdefault(field, known)
    return merged


def _records(tree: JsonValue) -> Iterator[dict[str, JsonValue]]:
    if isinstance(tree, dict):
        yield tree
        for item in tree.values():
            yield from _records(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from _records(item)
