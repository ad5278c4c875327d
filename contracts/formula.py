"""How is a value found or reckoned from facts? The paths and formulas of a pack."""

from typing import Literal

from pydantic import Field, JsonValue

from contracts.values import Frozen


class FactPath(Frozen):
    """A fact that is found by following others: from the fact that `argument` names to one of the first type beside it,
    from there to one of the next type beside one of the same value, and so on.
    """

    argument: str
    through: tuple[str, ...] = Field(min_length=1, description="Semantic types, in order; the last one is the value")


class Condition(FactPath):
    """Holds where the fact is one of these values."""

    one_of: tuple[JsonValue, ...] = Field(min_length=1)


class Formula(Frozen):
    """What the runtime computes from facts, and nobody may state: money, in minor units."""

    function: Literal["sum", "difference", "percentage"] = Field(
        description="Of money; percentage: of the first, as many per cent as the second says"
    )
    of: tuple["FactPath | Formula", ...] = Field(min_length=2)
    round: Literal["down", "up"] = Field(default="down", description="To the minor unit")
    unless: Condition | None = Field(default=None, description="Where this holds, the result is nothing (0)")


def paths_of(formula: Formula) -> tuple[FactPath, ...]:
    """Return every path that a formula reads."""
    below = (paths_of(one) if isinstance(one, Formula) else (one,) for one in formula.of)
    condition = (formula.unless,) if formula.unless is not None else ()
    return (*(path for paths in below for path in paths), *condition)
