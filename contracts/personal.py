"""Which kinds of personal values are there, and by which codes does a company know its customers besides?"""

import re
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator

from contracts.flow import Pattern
from contracts.values import Frozen

KINDS: Final = frozenset({"NAME", "EMAIL", "PHONE", "ADDRESS", "DOB", "IBAN"})
"""Kinds that every pack may declare."""
FOUND_KINDS: Final = frozenset({"CARD", "CVV", "NATIONAL_ID", "BANK_ACCOUNT", "IP"})
"""Kinds that are found by their shape alone: no pack gives them another meaning."""
PersonalKind = Annotated[str, Field(pattern=r"^[A-Z]{2,20}(_[A-Z]{2,20})?$")]


def _check_whole(pattern: str) -> str:
    if re.fullmatch(pattern, "") is not None:
        raise ValueError(f"{pattern!r} matches nothing at all; say what the code looks like")
    return pattern


class PersonalCode(Frozen):
    """A code of the company's that tells a person: a policy's, a member's, a file's number.

    It becomes a token such as `<POLICY_1>` wherever it is written, and its token grounds arguments as the code would.
    """

    kind: PersonalKind
    pattern: Annotated[Pattern, AfterValidator(_check_whole)] = Field(
        description="What the whole code looks like: five letters and digits or more, apart from others"
    )
    words: tuple[Annotated[str, Field(min_length=2)], ...] = Field(
        default=(), description="It counts only in a text with one of these words; for codes that look like others"
    )

    @model_validator(mode="after")
    def _is_a_kind_of_its_own(self) -> Self:
        if self.kind in KINDS | FOUND_KINDS:
            raise ValueError(f"kind: {self.kind} is found by itself; give the company's code a kind of its own")
        return self
