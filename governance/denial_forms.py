"""What denies being a machine in any case, and what only in a clause that is about nothing else?"""

import re
from dataclasses import dataclass
from typing import Final

_CLAUSE_END: Final = re.compile(r"[.,;:!?¡¿()\n–—]")
WORD: Final = r"[^\W\d_]+(?:-[^\W\d_]+)*"


@dataclass(frozen=True, slots=True)
class Denial:
    """How one language denies it, in small letters: `surely`, or `perhaps` where the clause has no `other_matter`."""

    surely: re.Pattern[str]
    perhaps: re.Pattern[str]
    other_matter: re.Pattern[str]

    def find(self, line: str) -> str:
        """Return the words of a line in small letters that deny it, or an empty text."""
        if found := self.surely.search(line):
            return found[0]
        for clause in _CLAUSE_END.split(line):
            if (found := self.perhaps.search(clause)) and not self.other_matter.search(clause):
                return found[0]
        return ""


def up_to(most: int, turns: str) -> str:
    """A pattern of at most so many further words of a clause, none of which is one of `turns`: `because`, `but`."""
    return rf"(?:[ '](?!(?:{turns})\b){WORD}){{0,{most}}}?"
