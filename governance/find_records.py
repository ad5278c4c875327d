"""Beside what was each argument of a call found?"""

from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from governance.pointers import find_values
from governance.sources import ArgumentSource


def find_records(sources: Iterable[ArgumentSource], results: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return, by argument, the object of a result in which its value stands, such as the flight around its id.

    `results` are the validated results by call id, as in the facts' keys. Arguments that no fact backs are left out.
    """
    records: dict[str, JsonValue] = {}
    for source in sources:
        call_id, mark, pointer = source.fact.rpartition("#")
        if not mark or call_id not in results:
            continue
        around = next(find_values(results[call_id], pointer.rpartition("/")[0]), None)
        if around is not None and isinstance(around[1], dict):
            records[source.argument] = around[1]
    return records
