"""What do all figures of a sentence share? It is read once, and not once for each of them."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, combinations, islice
from typing import Final

from governance.claims import Claim
from governance.records import value_of
from governance.subject import SCHEDULE, subject_of
from governance.words import word_set

_COMPARED: Final = 24  # figures of a reply in one unit that are compared in pairs: the last ones
_WORD: Final = re.compile(r"[a-z]{3,}")
_SAYS_NOTHING: Final = word_set(
    "the and for are you your our with that this from can may must will have has been within before after until about",
    "day hour minute week month year one two three",
)
_CLAUSE: Final = re.compile(r"[;:|\n]|[.,](?!\d)|\band\b|\bbut\b")
_SOME: Final = 4  # places of a pattern
_LONGEST: Final = 3  # letters of what parts two clauses


def telling_words(text: str) -> frozenset[str]:
    """The words of a text that say something, without their plural."""
    return frozenset(word.removesuffix("s") for word in _WORD.findall(text.casefold())) - _SAYS_NOTHING


@dataclass(frozen=True)
class Part:
    """A clause: what it is about, but for what almost every sentence names, and its words that say something."""

    text: str
    start: int = 0  # in its sentence

    @cached_property
    def about(self) -> frozenset[str]:
        """As `subject_of` says, without the schedule's words."""
        return subject_of(self.text) - SCHEDULE

    @cached_property
    def words(self) -> frozenset[str]:
        """Without their plural."""
        return telling_words(self.text)


class Wording(Part):
    """A sentence, its numbers in digits. Every question about its words is answered once, however many figures ask."""

    @cached_property
    def _first(self) -> dict[re.Pattern[str], re.Match[str] | None]:
        return {}

    @cached_property
    def _some(self) -> dict[re.Pattern[str], list[re.Match[str]]]:
        return {}

    @cached_property
    def _parts(self) -> dict[tuple[int, int], Part]:
        return {}

    @cached_property
    def _by_place(self) -> dict[tuple[re.Pattern[str], str], dict[int, re.Match[str]]]:
        return {}

    @cached_property
    def _borders(self) -> tuple[list[int], list[int]]:
        found = list(_CLAUSE.finditer(self.text))
        return [one.start() for one in found], [one.end() for one in found]

    def find(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first place of a pattern."""
        if pattern not in self._first:
            self._first[pattern] = pattern.search(self.text)
        return self._first[pattern]

    def find_some(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """The first places of a pattern."""
        if pattern not in self._some:
            self._some[pattern] = list(islice(pattern.finditer(self.text), _SOME))
        return self._some[pattern]

    def find_at(self, pattern: re.Pattern[str], group: str, at: int) -> re.Match[str] | None:
        """The place of a pattern whose group begins at `at`."""
        key = (pattern, group)
        if key not in self._by_place:
            self._by_place[key] = {found.start(group): found for found in pattern.finditer(self.text)}
        return self._by_place[key].get(at)

    def part_of(self, claim: Claim) -> Part:
        """The clause that a figure stands in."""
        starts, ends = self._borders
        before = bisect_right(ends, claim.at)
        near = (found.end() for found in _CLAUSE.finditer(self.text, max(0, claim.at - _LONGEST), claim.at))
        start = max(ends[before - 1] if before else 0, *near, 0)
        after = bisect_left(starts, claim.at + len(claim.text))
        end = starts[after] if after < len(starts) else len(self.text)
        return self._parts.setdefault((start, end), Part(self.text[start:end], start))


_SIDE: Final = re.compile(r"\b(?:before|after)\b", re.IGNORECASE)


class Figures:
    """The reply's own figures, by unit: each has to be backed by itself too. `side`: where it said "before" last."""

    def __init__(self, claims: Iterable[Claim] = (), text: str = "") -> None:
        self.side = next(iter(reversed(list(islice(_SIDE.finditer(text), _COMPARED)))), None)
        in_order = sorted(claims, key=lambda claim: claim.at)
        found = (value_of(claim.forms[0]) for claim in in_order)
        self.times = tuple(claim.forms[0][1] for claim in in_order if claim.kind == "time")[-_COMPARED:]
        self._values: defaultdict[str, list[Decimal]] = defaultdict(list)
        for value in found:
            if value is not None:
                self._values[value[1]].append(value[0])
        self._counts: dict[str, tuple[Counter[Decimal], Decimal]] = {}
        self._apart: dict[str, dict[Decimal, set[tuple[Decimal, Decimal]]]] = {}

    def besides(self, value: Decimal, unit: str) -> list[Decimal]:
        """The last ones that are not this one."""
        return [one for one in self._values[unit][-_COMPARED:] if one != value]

    def last(self, unit: str, most: int) -> list[Decimal]:
        """The last ones in this unit, in their order."""
        return self._values[unit][-most:]

    def stands_beside_its_parts(self, value: Decimal, unit: str) -> bool:
        """Whether figures in a row, two at least, right before or right behind it add up to it."""
        values = self._values[unit][-_COMPARED:]
        for place, one in enumerate(values):
            if one != value:
                continue
            for row in (values[:place][::-1], values[place + 1 :]):
                if any(total == value for total in islice(accumulate(row), 1, None)):
                    return True
        return False

    def add_up_to(self, value: Decimal, unit: str) -> bool:
        """Whether it is the sum of all others, of which there are two at least."""
        values = self._values[unit]
        if unit not in self._counts:
            self._counts[unit] = Counter(values), sum(values, Decimal(0))
        counts, total = self._counts[unit]
        return len(values) - counts[value] > 1 and total - counts[value] * value == value

    def lie_apart_by(self, value: Decimal, unit: str) -> bool:
        """Whether two others lie that far from each other."""
        if unit not in self._apart:
            apart: defaultdict[Decimal, set[tuple[Decimal, Decimal]]] = defaultdict(set)
            for pair in combinations(self._values[unit][-_COMPARED:], 2):
                apart[abs(pair[0] - pair[1])].add(pair)
            self._apart[unit] = dict(apart)
        return any(value not in pair for pair in self._apart[unit].get(value, ()))
