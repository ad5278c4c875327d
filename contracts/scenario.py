"""What must be true of a pack? Its scenarios and policy cases, kept beside it and run by tests."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, JsonValue, model_validator

from contracts.principal import Acting
from contracts.request import RouteName
from contracts.values import Frozen, Name


class ScenarioTurn(Frozen):
    """One thing that the customer says or decides."""

    says: str | None = None
    decides: Literal["confirmed", "declined"] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.says is None) == (self.decides is None):
            raise ValueError("a turn either says or decides something, and not both")
        return self


class LedgerExpectation(Frozen):
    """How often a tool must have had its effect in the company's systems, and with which arguments."""

    tool: Name
    times: int = Field(ge=0)
    arguments: dict[str, JsonValue] = Field(default={})


class Scenario(Frozen):
    """What a customer says, and what must then be true."""

    name: str
    customer: str | None = Field(default=None, description="A customer id; none is a visitor")
    turns: tuple[ScenarioTurn, ...] = Field(min_length=1)
    intent: Name | None = None
    route: RouteName | None = None
    reply_has: tuple[str, ...] = ()
    reply_lacks: tuple[str, ...] = ()
    ledger: tuple[LedgerExpectation, ...] = ()


class CasePrincipal(Acting):
    """Who acts in a policy case; unlike in stored requests, an unknown field is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PolicyCase(Frozen):
    """One request to the policies and the expected answer, by the rule that gives it."""

    name: str
    principal: CasePrincipal
    action: Name
    resource: dict[str, JsonValue] = Field(default={})
    context: dict[str, JsonValue] = Field(default={})
    allowed: bool
    because: str | None = Field(default=None, description="@id of the rule that decides")


class ScenarioFile(Frozen):
    """tests/<name>.yaml: scenarios, policy cases, or both."""

    scenarios: tuple[Scenario, ...] = ()
    policies: tuple[PolicyCase, ...] = ()
