"""Is a sentence of many figures read once, and not once for each of them? The work is counted, no time is taken."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.pack import Voice
from governance import derive, echoes, same_subject, wording
from governance.claims import Claim, find_claims
from governance.evidence import Evidence, KnownText, gather_evidence
from governance.validate_reply import validate_reply
from governance.wording import Figures, Wording

TODAY = date(2026, 11, 21)
RULES = "An extra bag costs 45 EUR. A change costs 30 EUR up to 2 hours before departure. Refunds take 7 days."
ZEROS = "0" * 19
BORDER = re.compile(r"[;:|\n]|[.,](?!\d)|\band\b|\bbut\b")


class Counted:
    """A pattern that counts the characters that it is given to look at."""

    work = 0

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern

    def _count(self, text: str, at: int = 0, end: int | None = None) -> None:
        Counted.work += (len(text) if end is None else end) - at

    def search(self, text: str, *of: int) -> re.Match[str] | None:
        """As a pattern does."""
        self._count(text, *of)
        return self._pattern.search(text, *of)

    def finditer(self, text: str, *of: int) -> Iterator[re.Match[str]]:
        """As a pattern does."""
        self._count(text, *of)
        return self._pattern.finditer(text, *of)

    def findall(self, text: str) -> list[Any]:
        """As a pattern does."""
        self._count(text)
        return self._pattern.findall(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pattern, name)


def counted_pairs(values: Iterable[Any], size: int) -> Iterator[Any]:
    for pair in combinations(values, size):
        Counted.work += 1
        yield pair


@pytest.fixture
def evidence(monkeypatch: pytest.MonkeyPatch) -> Evidence:
    """What backs replies; from here on all that asks for each figure counts its work."""
    known = gather_evidence(today=TODAY, texts=[KnownText("rules", RULES)])
    for module in (derive, same_subject, wording, echoes):
        for name, found in vars(module).copy().items():
            if isinstance(found, re.Pattern):
                monkeypatch.setattr(module, name, Counted(found))
    for module in (derive, wording):
        monkeypatch.setattr(module, "combinations", counted_pairs)
    return known


def work_of(text: str, evidence: Evidence) -> int:
    Counted.work = 0
    assert validate_reply(text, evidence, Voice()).outcome == "repair"
    return Counted.work


FIGURES = [
    *(f"{ZEROS} ", f"{ZEROS}, ", "{n} EUR more ", "{n} EUR in total ", "about {n} EUR and ", "{n} minutes later "),
    *("€{n} ", "We have found {n} ", "{n} days; "),
]


@pytest.mark.parametrize("figure", FIGURES)
def test_twice_the_figures_are_twice_the_work(evidence: Evidence, figure: str) -> None:
    few, many = ("".join(figure.format(n=7 * n + 1) for n in range(count)) for count in (60, 120))
    assert work_of(many, evidence) <= 2.5 * work_of(few, evidence)


@given(text=st.text("andbut5.,;:| x\n", max_size=60), at=st.integers(0, 60), length=st.integers(1, 4))
def test_clauses_begin_and_end_as_if_looked_for_from_each_figure(text: str, at: int, length: int) -> None:
    at = min(at, len(text))
    before = (found.end() for found in BORDER.finditer(text, 0, at))
    end = BORDER.search(text, at + length)
    looked_for = text[max(before, default=0) : end.start() if end else len(text)]
    assert Wording(text).part_of(Claim("count", "5" * length, (), at)).text == looked_for


def test_figures_of_a_reply_add_up_and_lie_apart_without_themselves() -> None:
    three = Figures(find_claims("10 EUR and 25 EUR and 35 EUR", TODAY))
    two = Figures(find_claims("10 EUR and 20 EUR", TODAY))
    assert three.add_up_to(Decimal(3500), "EUR")
    assert not three.add_up_to(Decimal(2500), "EUR")
    assert not two.add_up_to(Decimal(1000), "EUR"), "one is no sum"
    assert three.lie_apart_by(Decimal(1000), "EUR"), "35 less 25"
    assert not two.lie_apart_by(Decimal(1000), "EUR"), "20 less 10, which is itself"
    assert three.besides(Decimal(2500), "EUR") == [Decimal(1000), Decimal(3500)]
