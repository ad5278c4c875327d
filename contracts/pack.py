"""What does a company bring? The types of a pack's files (DESIGN.md section 5) and the pack as a whole."""

from pathlib import PurePosixPath
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from contracts.flow import Flow, Pattern
from contracts.knowledge import Fact, Passage
from contracts.personal import PersonalCode
from contracts.principal import Assurance
from contracts.reply_parts import MediaKind
from contracts.scenario import PolicyCase, Scenario
from contracts.tool import Authority, SystemSource, Template, ToolContract
from contracts.values import Duration, Frozen, Money, Name
from contracts.voice import Voice, Wording

Channel = Literal["web", "sms", "email"]
Tier = Literal["fast", "planner"]
Complexity = Literal["simple", "complex"]
Route = Literal["controlled", "fast", "planner", "person"]
Risk = Literal["low", "medium", "high"]
Meaning = Literal["small_talk", "yes", "no", "choice", "wants_person", "angry", "bypass", "abuse"]


class ChannelLimits(Frozen):
    """What one channel can carry."""

    max_length: int = Field(gt=0, description="Characters of one message")
    can_retract: bool = Field(description="Whether text already shown can be taken back")
    buttons: bool = Field(description="Without buttons a confirmation is a four-digit code")


class ModelPrice(Frozen):
    """Micro-USD (millionths of a dollar) per one million tokens: 1.25 USD is 1_250_000."""

    input: int = Field(ge=0)
    cached_input: int = Field(ge=0)
    output: int = Field(ge=0)


class ModelTier(Frozen):
    """Which model answers on a tier, through which API, at what price and within which times."""

    model: str = Field(min_length=1)
    api: Literal["responses", "chat"] = Field(default="responses", description="`chat`: Chat Completions")
    base_url: str | None = Field(
        default=None, pattern=r"^https?://[^/@\s]+(/\S*)?$", description="Its server; without it OPENAI_BASE_URL's"
    )
    key_env: str | None = Field(
        default=None,
        pattern=r"^[A-Z][A-Z0-9_]*_API_KEY$",
        description="The environment variable that holds its key; a server of its own gets no key without one",
    )
    price: ModelPrice
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None
    max_output_tokens: int = Field(default=1_000, gt=0)
    first_token_timeout: Duration = Field(description="Until the first sign of an answer; then it is asked once more")
    timeout: Duration = Field(description="Of one whole answer")
    calls_per_second: float | None = Field(
        default=None, gt=0, description="Calls that its provider takes, over all workers; the least of its tiers counts"
    )

    @model_validator(mode="after")
    def _keys_go_where_they_belong(self) -> Self:
        if self.key_env is not None and self.key_env.startswith(("HANDRAIL_", "TEMPORAL_")):
            raise ValueError(f"key_env: {self.key_env} is no model's key; name the variable that holds this server's")
        if self.key_env == "OPENAI_API_KEY" and self.base_url is not None:
            raise ValueError("key_env: OPENAI_API_KEY goes to OPENAI_BASE_URL's server only; leave base_url out")
        return self

    @property
    def provider(self) -> str:
        """Who answers, as one word: `default`, or the server's address (and the name of its key)."""
        place = urlsplit(self.base_url).netloc.replace(":", "-") if self.base_url else "default"
        return f"{place}-{self.key_env}" if self.key_env and self.key_env != "OPENAI_API_KEY" else place


class Thresholds(Frozen):
    """Below these the runtime asks instead of guessing."""

    intent_confidence: float = Field(default=0.45, ge=0, le=1, description="Below it the classifier abstains")
    known_words: float = Field(default=0.5, ge=0, le=1, description="Share of a message's words that examples know")
    similarity: float = Field(default=0.3, ge=0, le=1, description="Least cosine similarity to some example")
    passage_score: float = Field(default=0.5, ge=0, description="Passages that score less are not shown to a model")


class Limits(Frozen):
    """How long and how much before the runtime asks a person or refuses."""

    turn_deadline: Duration = Field(default="20s", validate_default=True)
    model_calls_per_turn: int = Field(default=8, gt=0)
    failures_before_person: int = Field(default=2, gt=0)
    repairs: int = Field(default=1, ge=0)
    clarifications: int = Field(default=1, ge=0, description="Clarifying questions in a row before a person")
    confirmation_ttl: Duration = Field(default="15m", validate_default=True)
    approval_ttl: Duration = Field(default="4h", validate_default=True)
    approval_reminder: Duration = Field(
        default="1h", validate_default=True, description="So long before an approval expires the desk is reminded"
    )
    max_messages_in_flight: int = Field(default=10, gt=0)
    message_chars: int = Field(default=4_000, gt=0)
    passages: int = Field(default=4, gt=0, description="Passages shown to a model")


class SlotQuestion(Frozen):
    """How one fact is asked for, and what an answer looks like."""

    ask: str = Field(min_length=1)
    pattern: Pattern = Field(description="What the answer, or one part of it, looks like")
    upper: bool = Field(default=False, description="Upper-case the answer before matching")


class Authentication(Frozen):
    """How a visitor becomes identified: which tool, which slots, and where the answer says who it is."""

    tool: Name
    slots: dict[Name, SlotQuestion]
    customer: str = Field(description="JSON pointer, in the tool's result, of the customer id")
    reservation: str = Field(description="JSON pointer, in the tool's result, of the record that may then be read")
    grants: Assurance = "identified"
    failures: int = Field(default=5, gt=0, description="Failures after which the runtime stops asking")


class StepUp(Frozen):
    """How a signed-in customer proves once more that it is them: a one-time code, bound to exactly one set of writes.

    The company's own tool delivers it to the address on file; `arguments` may hold {code}, {purpose} and {minutes}.
    """

    tool: Name
    arguments: dict[str, Template] = Field(default={"code": "{code}"})
    sent_to: str | None = Field(default=None, description="JSON pointer, in the tool's result, of the masked address")
    code_ttl: Duration = Field(default="5m", validate_default=True)
    failures: int = Field(default=5, gt=0, description="Failures in a row, over all requests, that lock the customer")
    lock: Duration = Field(default="30m", validate_default=True)
    sends: int = Field(default=3, gt=0, description="Codes for one set of writes")
    sends_a_day: int = Field(default=10, gt=0, description="Codes for one customer")
    resend_after: Duration = Field(default="30s", validate_default=True)


class RoleDef(Frozen):
    """A role at the desk: what it is called, and up to which amount it may approve."""

    title: str
    approves_up_to: Money | None = None


class ServiceLevel(Frozen):
    """The promise for a request that waits for a person."""

    first_answer: Duration
    person_answer: Duration


class Retention(Frozen):
    """How long what is kept of a customer stays; then it is erased."""

    closed_requests: Duration = Field(default="365d", validate_default=True, description="After a request has closed")
    statutory: dict[Name, Duration] = Field(
        default={}, description="Tool → how long the law asks for a record of what it did; defers an erasure"
    )


class PackManifest(Frozen):
    """pack.yaml: who the company is and within which limits its agent works."""

    name: Name
    title: str
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    locales: tuple[str, ...] = Field(min_length=1)
    time_zone: str = "UTC"
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    regions: tuple[str, ...] = Field(default=(), description="ISO 3166 regions whose phone formats are recognised")
    about: str = Field(default="", description="One or two sentences on the company, for the model's instructions")
    channels: dict[Channel, ChannelLimits]
    tiers: dict[Tier, ModelTier]
    thresholds: Thresholds = Thresholds()
    limits: Limits = Limits()
    close_after: Duration = Field(default="1d", validate_default=True)
    reopen_for: Duration = Field(default="7d", validate_default=True)
    retention: Retention = Retention()
    daily_budget_micro_usd: int | None = Field(default=None, ge=0)
    identity: dict[Name, Literal["sub"]] = Field(default={}, description="Argument name → claim that binds it")
    profile_tool: Name | None = Field(default=None, description="Reads the signed-in customer's own record")
    authentication: Authentication | None = None
    step_up: StepUp | None = Field(default=None, description="Without it nothing that needs `stepped_up` is possible")
    personal_codes: tuple[PersonalCode, ...] = Field(
        default=(), description="The company's own codes that tell a person, such as a policy's number"
    )
    roles: dict[Name, RoleDef] = Field(default={})
    sla: ServiceLevel = Field(
        default=ServiceLevel.model_validate({"first_answer": "20s", "person_answer": "10m"}), description="Targets"
    )


class IntentDef(Frozen):
    """One intent: what customers say, how hard it is, who resolves it by default, and what it takes."""

    title: str
    examples: tuple[str, ...] = Field(min_length=3)
    complexity: Complexity
    route: Route
    flow: Name | None = Field(default=None, description="The controlled path, also the fallback when no model answers")
    risk: Risk = "low"
    needs_assurance: Assurance = "anonymous"
    meaning: Meaning | None = Field(default=None, description="What the runtime itself must know of this intent")

    @model_validator(mode="after")
    def _controlled_needs_a_flow(self) -> Self:
        if self.route == "controlled" and self.flow is None:
            raise ValueError("route is controlled but no flow is named; add `flow:` or choose another route")
        return self


class DeclaredMedia(Frozen):
    """Something to show, as media.yaml says it, with a plain-text form for thin channels."""

    kind: MediaKind
    title: str = Field(min_length=1, description="What it is called; of a picture also what it shows")
    url: str | None = Field(
        default=None, pattern=r"^https://[^/@\s?#]+(/[^\s]*)?$", description="Where it is, on the company's own site"
    )
    file: str | None = Field(
        default=None, pattern=r"^media/[a-z0-9_-]+\.svg$", description="Of an image instead: a drawing in the pack"
    )
    text: str = Field(min_length=1, description="The plain-text form: what it says, without its address")

    @model_validator(mode="after")
    def _has_one_place(self) -> Self:
        if (self.url is None) == (self.file is None):
            raise ValueError("give `url`, or of an image `file`, and not both")
        if self.file is not None and self.kind != "image":
            raise ValueError(f"a {self.kind} has a `url`; only an image may be a `file`")
        return self


class MediaItem(Frozen):
    """Something to show and where it is: `url` is an address of the company's site, or a path at the gateway."""

    kind: MediaKind
    title: str
    url: str
    text: str


class Pack(Frozen):
    """A whole pack, immutable, named by the digest of all its files."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    directory: PurePosixPath = Field(description="Where it was loaded from; not part of the digest")
    manifest: PackManifest
    intents: dict[str, IntentDef]
    systems: dict[str, SystemSource]
    authorities: dict[str, Authority] = Field(default={})
    tools: dict[str, ToolContract]
    policies: str = Field(description="Cedar text; empty means that everything is denied")
    flows: dict[str, Flow]
    passages: tuple[Passage, ...]
    facts: dict[str, Fact]
    voice: Voice = Voice()
    media: dict[str, MediaItem]
    scenarios: tuple[Scenario, ...]
    policy_cases: tuple[PolicyCase, ...]

    @property
    def name(self) -> str:
        """The pack's name, as in requests and tokens."""
        return self.manifest.name

    def wording(self, locale: str | None = None) -> Wording:
        """Return the runtime's wording in this locale, its language, the pack's first locale, or the default."""
        wanted = locale or self.manifest.locales[0]
        for candidate in (wanted, wanted.split("-")[0], self.manifest.locales[0]):
            if candidate in self.voice.wording:
                return self.voice.wording[candidate]
        return Wording()
