"""Where does a text hold a code that the company has declared to be personal?"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from contracts.personal import PersonalCode
from governance.personal import Span

_FEWEST: Final = 5
"""Letters and digits of a code; what is shorter may be any word."""


def find_codes(text: str, codes: Iterable[PersonalCode]) -> Iterator[Span]:
    """Yield the spans of declared codes that stand apart from other letters and digits."""
    folded = ""
    for code in codes:
        folded = folded or text.casefold()
        if code.words and not any(word.casefold() in folded for word in code.words):
            continue
        for found in _compiled(code.pattern).finditer(text):
            if sum(map(str.isalnum, found[0])) >= _FEWEST:
                yield Span(*found.span(), code.kind)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")
