"""How are known personal values replaced by their tokens, wherever they turn up?"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, cast

from pydantic import JsonValue

from governance.cards import hide_cards
from governance.known_values import KnownValues
from governance.personal import TOKEN, KnownValue, outside_tokens, replace_spans

_LONG: Final = 7
"""Digits from which on a number may be a phone's or a card's."""


def mask_known(known: Iterable[tuple[str, str, str]]) -> Callable[[str], str]:
    """A function that replaces every known value (kind, value, token) in a text by its token."""
    rows = list(known)
    if not rows:
        return lambda text: text
    finder = KnownValues(KnownValue(kind=kind, value=value) for kind, value, _ in rows)
    tokens = {value: token for _, value, token in rows}

    def mask(text: str) -> str:
        spans = outside_tokens(text, finder.find(text))
        return replace_spans(text, [(span, tokens[span.value]) for span in spans]) if spans else text

    return mask


def mask_written(written: Mapping[str, str]) -> Callable[[str], str]:
    """A function that replaces each of these texts, in which tokens stand, by the token of the whole."""
    if not written:
        return lambda text: text
    longest_first = sorted(written, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return lambda text: pattern.sub(lambda found: written[found[0]], text)


def mask_for_model(known: Iterable[tuple[str, str, str]]) -> Callable[[str], str]:
    """What no model may read is hidden last of all: known values, and numbers of cards, which no vault knows."""
    mask = mask_known(known)
    return lambda text: hide_cards(mask(text))


def mask_tree(tree: JsonValue, mask: Callable[[str], str], keep: frozenset[str] = frozenset()) -> JsonValue:
    """The same JSON with every string masked, save under the keys in `keep`; names of objects and numbers as well."""
    if isinstance(tree, dict):
        return {
            _masked_name(key, mask): item if key in keep else mask_tree(item, mask, keep) for key, item in tree.items()
        }
    if isinstance(tree, list):
        return [mask_tree(item, mask, keep) for item in tree]
    if isinstance(tree, int) and not isinstance(tree, bool):
        return _masked_number(tree, mask)
    return mask(tree) if isinstance(tree, str) else tree


def _masked_name(name: str, mask: Callable[[str], str]) -> str:
    """A name that is a value (`"Anna Keller": …`) as its token; a field's (`name`) stays, whoever is called so."""
    return name if name.isidentifier() and not name[0].isupper() else mask(name)


def _masked_number(number: int, mask: Callable[[str], str]) -> JsonValue:
    """A number that is a known value as a whole, such as a phone's, as its token; a short one is any number."""
    written = str(abs(number))
    masked = mask(written) if len(written) >= _LONG else written
    return masked if TOKEN.fullmatch(masked) else number


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
