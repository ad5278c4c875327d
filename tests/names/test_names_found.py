"""What does a language model for names add, what does it get to see, and what if it fails?"""

import pytest
from name_models import ScriptedNames

from activities.find_names import NameFinder
from contracts.errors import ModelFailed
from governance.detect import find_structured

BROKEN = ModelFailed("model.broken", "broken", retryable=True)


class Clock:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def a_finder(port: ScriptedNames, *, least: float = 0.5, within: float = 5.0, clock: Clock | None = None) -> NameFinder:
    return NameFinder(port, within=within, least=least, now=clock or Clock())


async def found(finder: NameFinder, text: str) -> list[str]:
    """The names as the text writes them."""
    spans = await finder.find(text, find_structured(text))
    assert spans is not None
    assert all(span.kind == "NAME" for span in spans)
    return [text[span.start : span.end] for span in spans]


async def test_names_are_found_once_the_longer_ones_first() -> None:
    text = "Charlotte Weber called, and later Weber's son."
    assert await found(a_finder(ScriptedNames()), text) == ["Charlotte Weber", "Weber"]


async def test_unsure_names_do_not_count() -> None:
    assert await found(a_finder(ScriptedNames(score=0.49)), "Charlotte Weber called") == []
    assert await found(a_finder(ScriptedNames(score=0.5)), "Charlotte Weber called") == ["Charlotte Weber"]


@pytest.mark.parametrize(
    ("text", "told", "expected"),
    [
        ("ask “Grace”, please", "“Grace”,", ["Grace"]),
        ("it was Grace's idea", "Grace's", ["Grace"]),
        ("will you grace us", "will", []),
        ("on flight NW304 today", "NW304", []),
        ("ask X. please", "X.", []),
        ("say --- to them", "---", []),
        ("спросите Анна Келлер", "Анна Келлер", ["Анна Келлер"]),
    ],
)
async def test_what_cannot_be_a_name_hides_nothing(text: str, told: str, expected: list[str]) -> None:
    assert await found(a_finder(ScriptedNames([told])), text) == expected


async def test_the_model_never_sees_what_the_rules_have_found() -> None:
    port = ScriptedNames()
    text = "I am with Charlotte Weber, card 4111 1111 1111 1111, mail c.weber@example.org"
    assert await found(a_finder(port), text) == ["Charlotte Weber"]
    (seen,) = port.seen
    assert len(seen) == len(text)
    assert "4111" not in seen
    assert "example" not in seen
    assert "Charlotte Weber" in seen


async def test_a_text_without_letters_is_not_sent() -> None:
    port = ScriptedNames()
    assert await found(a_finder(port), "12345 – 6") == []
    assert port.seen == []


async def test_spans_beyond_the_text_are_dropped() -> None:
    class Wild(ScriptedNames):
        async def find(self, text: str):
            return await super().find(text + " Charlotte Weber")

    assert await found(a_finder(Wild()), "nobody is here") == []


async def test_a_model_that_fails_or_hangs_leaves_a_text_unsearched() -> None:
    port = ScriptedNames()
    port.failure = BROKEN
    assert await a_finder(port).find("Charlotte Weber called") is None
    port.failure, port.is_stuck = None, True
    assert await a_finder(port, within=0.05).find("Charlotte Weber called") is None


async def test_after_three_failures_it_is_left_alone_for_a_while() -> None:
    port, clock = ScriptedNames(), Clock()
    finder = a_finder(port, clock=clock)
    port.failure = BROKEN
    for _ in range(5):
        assert await finder.find("Charlotte Weber called") is None
    assert len(port.seen) == 3
    port.failure, clock.now = None, 6.0
    assert await found(finder, "Charlotte Weber called") == ["Charlotte Weber"]
    assert await found(finder, "Grace called") == ["Grace"]
