"""Which values does a JSON pointer with `*` wildcards find?"""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue


def split_pointer(pointer: str) -> tuple[str, ...]:
    """Return the unescaped parts of a JSON pointer (RFC 6901); the empty pointer has none."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def join_pointer(parts: Sequence[str | int]) -> str:
    """Return the JSON pointer of these parts, escaped."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def find_values(tree: JsonValue, pointer: str) -> Iterator[tuple[tuple[str, ...], JsonValue]]:
    """Yield (concrete parts, value) for every value that the pointer finds; `*` stands for every item of a list."""
    yield from _walk(tree, split_pointer(pointer), ())


def _walk(here: JsonValue, left: tuple[str, ...], way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], JsonValue]]:
    if not left:
        yield way, here
        return
    head, rest = left[0], left[1:]
    if isinstance(here, list):
        for index, item in enumerate(here):
            if head in ("*", str(index)):
                yield from _walk(item, rest, (*way, str(index)))
    elif isinstance(here, dict) and head in here:
        yield from _walk(here[head], rest, (*way, head))


def find_texts(tree: JsonValue, pointer: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (concrete parts, text) for every word or number at the pointer, and within a structure that it finds."""
    for way, value in find_values(tree, pointer):
        yield from _leaves(value, way)


def _leaves(here: JsonValue, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(here, dict):
        for key, item in here.items():
            yield from _leaves(item, (*way, key))
    elif isinstance(here, list):
        for index, item in enumerate(here):
            yield from _leaves(item, (*way, str(index)))
    elif isinstance(here, str | int | float) and not isinstance(here, bool) and str(here).strip():
        yield way, str(here)


def find_beside(tree: JsonValue, pointer: str, way: tuple[str, ...]) -> JsonValue:
    """Return the value of `pointer` whose wildcards take the same list positions as `way`, or None.

    `/reservations/*/customer_id` beside `reservations, 3, passengers, 0` is `/reservations/3/customer_id`.
    """
    parts = list(split_pointer(pointer))
    for position, part in enumerate(parts):
        if part != "*":
            if position < len(way) and way[position] != part:
                way = way[:position]
            continue
        if position >= len(way):
            return None
        parts[position] = way[position]
    found = next(_walk(tree, tuple(parts), ()), None)
    return None if found is None else found[1]
