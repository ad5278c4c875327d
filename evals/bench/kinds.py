"""Which turns are measured? Three kinds, from a controlled path to model, tool, model."""

from dataclasses import dataclass
from typing import Final, Literal

KindName = Literal["no_model", "model", "tool"]


@dataclass(frozen=True)
class Kind:
    """One kind of turn: who says what. `is_first`: it opens its request, since a second such turn knows already."""

    name: KindName
    customer: str | None
    text: str
    is_first: bool = False


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("no_model", None, "My bag is lost"),
        Kind("model", "C101", "How much is an extra bag?"),
        Kind("tool", "C101", "How many points do I have?", is_first=True),
    )
}

KNOWN: Final = (
    ("NAME", "Anna Keller"),
    ("EMAIL", "anna.keller@example.org"),
    ("PHONE", "+49 69 5550101"),
    ("ADDRESS", "Gartenstrasse 5, 60594 Frankfurt"),
)
"""Personal values that both sides know of a customer and mask in every prompt."""
