"""What is a tool? The overlay that a pack puts on an operation, and the contract that both make together."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, cast

from pydantic import AfterValidator, Field, JsonValue, model_validator

from contracts.argument import ParameterOverlay
from contracts.formula import FactPath
from contracts.personal import PersonalCode, PersonalKind
from contracts.principal import Assurance
from contracts.template import check_template
from contracts.tool_request import (
    BodyShape,
    KeyPlace,
    Method,
    ParameterContract,
    ToolRequest,
    build_request,
)
from contracts.values import Duration, Frozen, JsonObject, Money, format_duration

ASSURANCE_ORDER: tuple[Assurance, ...] = ("anonymous", "identified", "verified", "stepped_up")
Kind = Literal["read", "write"]
Pointer = Annotated[
    str, Field(pattern=r"^(/([^/~]|~[01])+)+$", description="JSON pointer; `*` stands for every item of a list")
]
Template = Annotated[str, AfterValidator(check_template)]


class SystemSource(Frozen):
    """One company system: its OpenAPI document, where it answers, and the audience of its tokens."""

    document: str
    server: str = Field(
        default="",
        description="Base URL; ${HANDRAIL_…} settings are filled in at load. By default what the document says",
    )
    audience: str
    keys: dict[str, str] = Field(
        default={}, description="Security scheme (apiKey, basic) → name of its key in HANDRAIL_SYSTEM_KEYS"
    )


class FactRule(Frozen):
    """Which value of a result becomes a typed fact, and which value beside it says whose it is."""

    pointer: Pointer
    type: str
    owner: Pointer | None = None
    subject: Pointer | None = Field(default=None, description="The value beside it that says what it is about")
    means: dict[str, str] = Field(default={}, description="This system's word → the word that systems are compared by")


class Authority(Frozen):
    """Which system counts for a semantic type, and what customers are told that type is."""

    system: str
    about: str = Field(min_length=1, description='Completes "Our systems disagree about …"')


class PersonalField(Frozen):
    """A value of a result that is personal data and leaves only as a token."""

    pointer: Pointer
    kind: PersonalKind


class ConfirmLine(Frozen):
    """One line of the confirmation card. The template reads the call's arguments and `{found.<argument>.<field>}`: the
    record in which the argument was found, such as the flight beside its id.
    """

    label: str
    value: Template


class ApprovalRule(Frozen):
    """Above this amount a person with this role approves the exact arguments."""

    above: Money
    argument: str = Field(default="amount", description="The money argument that is compared")
    role: str
    approvers: int = Field(default=1, ge=1, le=2, description="2: four eyes, two different people")


class SumLimit(Frozen):
    """How much a tool may move in all within a time that ends now, for one customer or by the agent as a whole."""

    argument: str = Field(default="amount", description="The money argument that is summed")
    window: Duration
    per: Literal["customer", "agent"]
    max: Money
    role: str | None = Field(default=None, description="Who approves what goes beyond; without one it is denied")
    ceiling: Money | None = Field(default=None, description="What not even an approval lifts; not below `max`")

    @model_validator(mode="after")
    def _ceiling_is_above(self) -> Self:
        if self.ceiling is None:
            return self
        if self.role is None:
            raise ValueError("a ceiling is above a limit that a role may lift; without a role `max` is the ceiling")
        if self.ceiling.currency != self.max.currency or self.ceiling.amount < self.max.amount:
            raise ValueError("a ceiling is in the currency of `max`, and not below it")
        return self

    @property
    def name(self) -> str:
        """The limit as policies and records name it, such as `customer_1d`."""
        return f"{self.per}_{format_duration(self.window)}"


class IdempotencyRule(Frozen):
    """How the system recognises a repeated write, and for how long."""

    header: str = "Idempotency-Key"
    ttl: Duration


class Invocation(Frozen):
    """A call of another tool. Templates read the arguments, `{result.…}` and `{idempotency_key}`."""

    tool: str
    arguments: dict[str, JsonValue] = Field(default={})


class ReadBack(Invocation):
    """How to find out whether a write happened."""

    found: Pointer | None = Field(default=None, description="Where the answer holds it; empty, null or 404 is no")


class OwnedArgument(Frozen):
    """The argument that names the record whose owner must be the customer."""

    argument: str
    type: str


class Until(Frozen):
    """When a follow-up is over: the value is none of these."""

    pointer: Pointer
    not_in: tuple[str, ...] = Field(min_length=1)


class FollowUp(Frozen):
    """A read that is repeated after days until the case moves on. Arguments are pointers into the write's result."""

    tool: str
    arguments: dict[str, Pointer]
    after: Duration
    every: Duration
    until: Until
    at_most: int = Field(gt=0)
    tell: Template | None = Field(default=None, description="What to write without a model; reads the answer's values")


class ToolOverlay(Frozen):
    """What the pack says of one operation, beyond its OpenAPI document."""

    system: str
    kind: Kind
    scope: str | None = Field(default=None, description="By default the operation id")
    title: str | None = None
    source: str | None = Field(default=None, description='Named to customers as a source: "the fare rules"')
    status: str = Field(min_length=1, description='Shown while it runs: "Checking fare rules…"')
    timeout: Duration = Field(default="5s", validate_default=True)
    assurance: Assurance
    authoritative: bool = False
    parameters: dict[str, ParameterOverlay] = Field(default={})
    facts: tuple[FactRule, ...] = ()
    personal: tuple[PersonalField, ...] = ()
    confirm: Literal["none", "customer", "with_set"] = Field(default="none", description="Writes default to customer")
    confirm_title: str | None = None
    confirm_lines: tuple[ConfirmLine, ...] = ()
    confirm_total: str | None = Field(default=None, description="The money argument that is the set's total")
    approve: ApprovalRule | None = None
    limits: tuple[SumLimit, ...] = ()
    about: dict[str, FactPath] = Field(default={}, description="Attributes of the resource that policies see besides")
    idempotency: IdempotencyRule | None = None
    token_expiry_enforced: bool = False
    echo: dict[str, Pointer] = Field(
        default={},
        description="Argument → where a success repeats it; another value there is a contradiction",
    )
    read_back: ReadBack | None = None
    compensation: Invocation | None = None
    owned: OwnedArgument | None = None
    after_taint: Literal["confirm", "person"] = Field(
        default="confirm", description="Who decides on a write that was not foreseen before others' text was read"
    )
    stale_codes: tuple[str, ...] = Field(default=(), description="Problem codes that void the confirmation")
    follow_up: FollowUp | None = None
    enabled: bool = True

    @model_validator(mode="before")
    @classmethod
    def _writes_are_confirmed(cls, given: object) -> object:
        if isinstance(given, Mapping):
            values = cast("Mapping[str, object]", given)
            if values.get("kind") == "write" and "confirm" not in values:
                return {**values, "confirm": "customer"}
        return cast("object", given)

    @model_validator(mode="after")
    def _reads_have_no_effects(self) -> Self:
        effects = (self.idempotency, self.approve, self.limits, self.read_back, self.compensation, self.follow_up)
        if self.kind == "read" and (self.confirm != "none" or any(effects)):
            raise ValueError(
                "a read is not confirmed, approved, repeated or compensated; drop these or make it a write"
            )
        if self.confirm == "customer" and not (self.confirm_title and self.confirm_lines):
            raise ValueError("a write that the customer confirms needs `confirm_title` and `confirm_lines`")
        return self


class ToolsFile(Frozen):
    """tools.yaml: the company's systems, and what each operation is."""

    systems: dict[str, SystemSource]
    authorities: dict[str, Authority] = Field(default={}, description="Semantic type → the system that counts for it")
    tools: dict[str, ToolOverlay]


class ToolContract(Frozen):
    """One operation and its overlay: everything the guards, the caller and the model need to know of a tool."""

    name: str
    system: str
    server: str
    audience: str
    scope: str
    method: Method
    path: str
    title: str
    description: str
    overlay: ToolOverlay
    parameters: dict[str, ParameterContract]
    arguments_schema: JsonObject = Field(description="All arguments as one object; strict at every depth")
    body_schema: JsonObject | None
    result_schema: JsonObject = Field(description="The schema of the successful answer")
    responses: dict[str, JsonObject] = Field(description="Status → JSON Schema of the answer")
    body: BodyShape | None = None
    bearer: bool = Field(default=True, description="Whether our delegated token goes along")
    keys: tuple[KeyPlace, ...] = ()
    personal_codes: tuple[PersonalCode, ...] = Field(default=(), description="The pack's own")

    @property
    def is_write(self) -> bool:
        """Whether a call changes something in the company's system."""
        return self.overlay.kind == "write"

    @property
    def identity_arguments(self) -> tuple[str, ...]:
        """Names of the arguments that the runtime binds from the session."""
        return tuple(name for name, overlay in self.overlay.parameters.items() if overlay.source == "identity")

    @property
    def bound_arguments(self) -> tuple[str, ...]:
        """Names of the arguments that only the runtime fills in: bound, set by the pack, or by a formula."""
        bound = ("identity", "constant")
        return tuple(
            name
            for name, overlay in self.overlay.parameters.items()
            if (overlay.source in bound and not overlay.represented) or overlay.formula is not None
        )

    @property
    def formula_arguments(self) -> tuple[str, ...]:
        """Names of the arguments that the runtime computes by the pack's formula."""
        return tuple(name for name, overlay in self.overlay.parameters.items() if overlay.formula is not None)

    def request(self, arguments: Mapping[str, JsonValue]) -> ToolRequest:
        """Put validated arguments where the operation wants them.

        Raises KeyError when a path argument is missing, ValueError for one that would lead to another path or header.
        """
        return build_request(self.method, self.path, self.parameters, self.body, arguments)
