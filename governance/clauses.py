"""Which parts of a sentence state something, and which only ask?"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_SENTENCE: Final = re.compile(r"(?:[^.!?\n]|[.](?=\w))+[.!?\n]*|[.!?\n]+")
_CLAUSE: Final = re.compile(r"(?:[^,;:]|[,:](?=\d))+[,;:]*|[,;:]+")
# A question begins so; what stands behind its first comma belongs to it where it ends the sentence.
_ASKS: Final = re.compile(
    r"\W*(?:and |or |but |so )?(?:would|could|can|shall|should|do|does|did|is|are|was|were|has|have|will|may|what|which"
    r"|when|where|who|why|how)\b",
    re.IGNORECASE,
)
_SPEAKER_DID: Final = re.compile(r"\b(?:i|we)(?:'ve| have| had)\b", re.IGNORECASE)


class Clause(NamedTuple):
    """A part of a sentence between commas, semicolons and colons. `asks`: it is, or belongs to, a question."""

    start: int
    end: int
    asks: bool


def split_clauses(text: str) -> Iterator[Clause]:
    """Yield the clauses of a text in order; together they are all of it.

    Of "I cancelled it, okay?" only "okay?" asks.
    """
    for sentence in _SENTENCE.finditer(text):
        is_question = "?" in sentence[0]
        for clause in _CLAUSE.finditer(sentence[0]):
            asks = is_question and ("?" in clause[0] or _ASKS.match(clause[0]) is not None)
            yield Clause(sentence.start() + clause.start(), sentence.start() + clause.end(), asks)


def leave_out_questions(text: str) -> str:
    """Return the text without what only asks; that the speaker has done something is stated, question or not."""
    return "".join(
        text[clause.start : clause.end]
        for clause in split_clauses(text)
        if not clause.asks or _SPEAKER_DID.search(text, clause.start, clause.end)
    )
