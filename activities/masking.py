"""How are known personal values replaced by their tokens, wherever they turn up?"""

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from pydantic import JsonValue

from governance.cards import hide_cards
from governance.known_values import KnownValues
from governance.personal import KnownValue, replace_spans


def mask_known(known: Iterable[tuple[str, str, str]]) -> Callable[[str], str]:
    """A function that replaces every known value (kind, value, token) in a text by its token."""
    rows = list(known)
    if not rows:
        return lambda text: text
    finder = KnownValues(KnownValue(kind=kind, value=value) for kind, value, _ in rows)
    tokens = {value: token for _, value, token in rows}

    def mask(text: str) -> str:
        spans = finder.find(text)
        return replace_spans(text, [(span, tokens[span.value]) for span in spans]) if spans else text

    return mask


def mask_for_model(known: Iterable[tuple[str, str, str]]) -> Callable[[str], str]:
    """What no model may read is hidden last of all: known values, and numbers of cards, which no vault knows."""
    mask = mask_known(known)
    return lambda text: hide_cards(mask(text))


def mask_tree(tree: JsonValue, mask: Callable[[str], str], keep: frozenset[str] = frozenset()) -> JsonValue:
    """The same JSON with every string masked, save under the keys in `keep`."""
    if isinstance(tree, dict):
        return {key: item if key in keep else mask_tree(item, mask, keep) for key, item in tree.items()}
    if isinstance(tree, list):
        return [mask_tree(item, mask, keep) for item in tree]
    return mask(tree) if isinstance(tree, str) else tree


def replace_pointers(tree: JsonValue, tokens: Mapping[tuple[str, ...], str]) -> JsonValue:
    """The same JSON with the values at these concrete pointers (as parts) replaced by their tokens."""

    def walk(here: JsonValue, way: tuple[str, ...]) -> JsonValue:
        if way in tokens:
            return tokens[way]
        if isinstance(here, dict):
            return {key: walk(item, (*way, key)) for key, item in here.items()}
        if isinstance(here, list):
            return cast("JsonValue", [walk(item, (*way, str(index))) for index, item in enumerate(here)])
        return here

    return walk(tree, ())
