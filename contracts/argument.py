"""Where may the value of one argument come from?"""

from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator

from contracts.formula import Formula
from contracts.values import Duration, Frozen

Source = Literal["identity", "reference", "computed", "choice", "text", "customer", "constant"]
ComputeFunction = Literal["resolve_date", "pick", "shown_option", "sum", "difference", "percentage"]


class Hole(Frozen):
    """The result field of an earlier write of the same set that may fill an argument."""

    tool: str
    field: str


class ParameterOverlay(Frozen):
    """Where the value of one argument may come from (PROTOCOLS.md section 6)."""

    source: Source
    type: str | None = Field(default=None, description="Semantic type, such as `flight`")
    value: JsonValue = Field(default=None, description="What a `constant` is set to in every call")
    pii: bool = Field(
        default=False,
        description="A personal value: it becomes one token, and the company gets it as the customer wrote it",
    )
    hole: Hole | None = None
    customer_words: bool = Field(default=False, description="A reference that the customer's own words also ground")
    max_age: Duration | None = Field(default=None, description="How old the grounding fact may be")
    compute: tuple[ComputeFunction, ...] = Field(default=(), description="Functions by which the runtime may write it")
    compute_from: tuple[str, ...] = Field(
        default=(), description="Semantic types that sum, difference and percentage read"
    )
    formula: Formula | None = Field(default=None, description="How the runtime writes it, whatever anybody asks for")
    represented: bool = Field(
        default=False, description="An identity that may also be of somebody the customer acts for"
    )

    @model_validator(mode="after")
    def _references_have_a_type(self) -> Self:
        if self.source == "reference" and self.type is None:
            raise ValueError("a reference names the semantic type of the fact that grounds it; add `type:`")
        if {"pick", "shown_option"} & set(self.compute) and self.type is None:
            raise ValueError("pick and shown_option choose among facts of a semantic type; add `type:`")
        if {"sum", "difference", "percentage"} & set(self.compute) and not self.compute_from:
            raise ValueError("name the semantic types that are reckoned with; add `compute_from:`")
        if self.formula is not None and (self.source != "computed" or self.compute):
            raise ValueError("a `formula` alone writes a `computed` argument; correct `source:` or drop `compute:`")
        return self
