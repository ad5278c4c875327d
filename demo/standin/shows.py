"""What does the stand-in show besides words? What its instructions offer, by the marks that they name."""

import re
from dataclasses import replace
from typing import Final

from demo.standin.wire import Answer, Ask

_ITEM: Final = re.compile(r"(?m)^\s*- (?P<mark>\[\[show:[a-z0-9_]+\]\]) \w+: (?P<title>[^.\n]+)\. (?P<text>[^\n]+)$")
_OFFERS: Final = "[[buttons:"
_WORD: Final = re.compile(r"[a-z0-9]{3,}")
_SAYS_NOTHING: Final = frozenset(("the", "and", "with", "you", "your", "may", "were", "can", "this", "such", "form"))
ENOUGH: Final = 0.7
"""The share of an item's words that an answer has to hold for the item to belong to it."""


def add_marks(ask: Ask, answer: Answer) -> Answer:
    """The answer with what belongs to its words: one item, and the choices it has named."""
    if not answer.text or answer.refusal:
        return answer
    marks = [*_items(ask.instructions, answer.text), *_choices(ask.instructions, answer.choices)]
    return replace(answer, text=" ".join((answer.text, *marks))) if marks else answer


def _items(instructions: str, text: str) -> list[str]:
    said = _words(text)
    found = [
        (_share(item["title"], said) + _share(item["text"], said), item["mark"])
        for item in _ITEM.finditer(instructions)
        if max(_share(item["title"], said), _share(item["text"], said)) >= ENOUGH
    ]
    return [max(found)[1]] if found else []


def _choices(instructions: str, choices: tuple[str, ...]) -> list[str]:
    return [f"[[buttons:{' | '.join(choices)}]]"] if len(choices) > 1 and _OFFERS in instructions else []


def _share(of: str, said: frozenset[str]) -> float:
    words = _words(of)
    return len(words & said) / len(words) if words else 0.0


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _SAYS_NOTHING
