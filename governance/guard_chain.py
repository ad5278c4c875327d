"""May this proposed call run, and does anybody have to agree first?

Order: known, switched on, planned and for this customer → identity → computed values → contract → sources →
contradiction → ownership → rights → sums over a window → confirmation. The first verdict that stops the call ends the
chain; what breaks inside a guard is a denial.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from contracts.facts import Contradiction, Fact
from contracts.model import Contract
from contracts.principal import Acting
from contracts.tool import ToolContract
from contracts.tool_schema import drop_absent
from contracts.values import JsonObject
from contracts.verdict import Verdict
from governance.assurance import NEEDS_CODE, check_assurance, raise_assurance
from governance.computed import Known, compute_arguments
from governance.contradictions import find_disputed
from governance.explain_error import ArgumentError
from governance.formulas import write_formulas
from governance.judged_call import JudgedCall
from governance.needs import find_needs
from governance.ownership import check_ownership
from governance.resolve_arguments import find_mixed, name_kinds, resolve_arguments
from governance.rights import Resource, Rights, read_approval
from governance.sources import ArgumentSource, bind_identity, check_sources
from governance.sums import Spent, check_sums
from governance.switches import Switches, check_switch
from governance.validate_arguments import check_request, parse_arguments, validate_arguments
from governance.write_set import check_holes, holes_in

CONTRADICTED = "contradicted"
"""The code of a write that depends on something of which systems say different things."""


class CallProposal(Contract):
    """A call as a model or a flow proposes it: the arguments are JSON text."""

    tool: str
    arguments: str


@dataclass(frozen=True, slots=True)
class GuardContext:
    """What the guards know besides the proposal. `now` is aware; nothing here is read from anywhere else."""

    pack: str
    contracts: Mapping[str, ToolContract]
    acting: Acting
    rights: Rights
    now: datetime
    intent: str = ""
    switches: Switches = field(default_factory=Switches)
    plan_tools: frozenset[str] | None = None  # None: a flow proposes, its steps are the plan
    facts: Sequence[Fact] = ()
    customer_words: Sequence[str] = ()  # as stored: personal values as tokens
    earlier_writes: Sequence[str] = ()  # tools of the same set, before this call
    tokens: Mapping[str, str] = field(default_factory=dict[str, str])  # token → value, in memory only
    represented: frozenset[str] = frozenset()  # customers whom the principal may act for
    foreseen: frozenset[str] | None = None  # writes planned before others' text was read; None: none was read
    shown: str = ""  # the agent's last answer
    time_zone: str = "UTC"
    can_step_up: bool = False  # the pack has a way to ask for a one-time code
    spent: Sequence[Spent] = ()  # for each limit of each tool what counts within its window already
    contradictions: Sequence[Contradiction] = ()
    policy_context: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])


class _Stopped(Exception):
    """A guard has stopped the call."""


class _Chain:
    """One call on its way through the guards; each method is one link."""

    def __init__(self, proposal: CallProposal, context: GuardContext) -> None:
        self.proposal = proposal
        self.context = context
        self.verdicts: list[Verdict] = []
        self.arguments: JsonObject = {}
        self.errors: tuple[ArgumentError, ...] = ()
        self.sources: tuple[ArgumentSource, ...] = ()
        self.computed: Mapping[str, str] = {}
        self.resource = Resource()
        self.acting = context.acting
        self.finished = False

    def judge(self) -> JudgedCall:
        contract = self.context.contracts.get(self.proposal.tool)
        links: list[tuple[str, Callable[[ToolContract], None]]] = [
            ("known", self._is_on_and_planned),
            ("contract", self._keeps_its_contract),
            ("sources", self._has_sources),
            ("contradiction", self._is_undisputed),
            ("ownership", self._is_owned),
            ("rights", self._is_permitted),
            ("limits", self._stays_within_limits),
            ("confirmation", self._asks_whom_it_must),
        ]
        if contract is None:
            detail = f"There is no tool {self.proposal.tool[:60]!r}."
            self.verdicts.append(_deny("known", "unknown_tool", detail, "Use one of the tools offered."))
            return self._judged()
        for name, link in links:
            try:
                link(contract)
            except _Stopped:
                break
            except Exception as error:  # noqa: BLE001 - whatever breaks inside a guard is a denial
                detail = f"The check {name!r} failed ({type(error).__name__}), so the call is denied."
                self.verdicts.append(_deny(name, "guard_crashed", detail, "Hand over to a person."))
                break
        return self._judged()

    def _take(self, verdict: Verdict) -> None:
        self.verdicts.append(verdict)
        if verdict.stops:
            raise _Stopped

    def _is_on_and_planned(self, contract: ToolContract) -> None:
        context, name = self.context, contract.name
        self._take(check_switch(context.switches, "pack", context.pack))
        self._take(check_switch(context.switches, "intent", context.intent))
        self._take(check_switch(context.switches, "tool", name))
        if not contract.overlay.enabled:
            self._take(_deny("known", "tool_off", f"The tool {name!r} is switched off.", "Do without it."))
        if context.plan_tools is not None and name not in context.plan_tools:
            advice = "Make a plan that has a step with this tool first."
            self._take(_deny("known", "not_in_plan", f"{name!r} is not in the accepted plan.", advice))
        self.acting = raise_assurance(context.acting, contract, can_step_up=context.can_step_up)
        self._take(check_assurance(context.acting.assurance, contract.overlay.assurance, can_be=self.acting.assurance))
        self._take(Verdict(guard="known", outcome="allow", code="known_and_planned"))

    def _known(self) -> Known:
        context = self.context
        today = context.now.astimezone(ZoneInfo(context.time_zone)).date()
        return Known(context.facts, context.customer_words, context.shown, today)

    @property
    def _tainted(self) -> bool:
        """Whether this is a write that nobody planned before text of others was read."""
        foreseen, contract = self.context.foreseen, self.context.contracts[self.proposal.tool]
        return contract.is_write and foreseen is not None and self.proposal.tool not in foreseen

    def _keeps_its_contract(self, contract: ToolContract) -> None:
        parsed = parse_arguments(self.proposal.arguments)
        if not isinstance(parsed.value, dict):
            self._take(parsed.verdict)
            raise TypeError("arguments that are allowed are an object")
        given = drop_absent(contract, parsed.value)
        bound = bind_identity(given, contract, self.context.acting, self.context.represented)
        self._take(bound.verdict)
        computed = compute_arguments(contract, bound.arguments, self._known())
        self._take(computed.verdict)
        self.computed = computed.origins
        written = write_formulas(computed.arguments, contract, self.context.facts, self.context.now)
        self._take(written.verdict)
        arguments = name_kinds(contract, written.arguments)
        holes = holes_in(arguments)
        self._take(check_holes(contract, holes, self.context.earlier_writes))
        literal = {name: value for name, value in arguments.items() if name not in holes}
        values = self._values_of(contract, literal)
        checked = validate_arguments(contract, values, holes=holes, shown=literal)
        self.errors = checked.errors
        self._take(checked.verdict)
        self._take(check_request(contract, values, holes))
        self.arguments = arguments

    def _values_of(self, contract: ToolContract, literal: JsonObject) -> JsonObject:
        """With values for tokens; one that stands for nothing, or inside a personal text, stops the call."""
        mixed = find_mixed(contract, literal)
        if mixed is not None:
            detail = f"{mixed!r} holds a token among other words, and the company cannot read it."
            advice = "Write it in the customer's own words, unchanged and whole, or send one token alone."
            self._take(_deny("contract", "token_inside", detail, advice))
        resolved = resolve_arguments(contract, literal, self.context.tokens)
        if resolved.unknown:
            detail = f"{resolved.unknown[0]} stands for nothing in this request."
            self._take(_deny("contract", "unknown_token", detail, "Use only tokens that you were shown."))
        return resolved.tree if isinstance(resolved.tree, dict) else {}

    def _has_sources(self, contract: ToolContract) -> None:
        context = self.context
        sourced = check_sources(
            contract,
            self.arguments,
            facts=context.facts,
            customer_words=context.customer_words,
            holes=holes_in(self.arguments),
            now=context.now,
            computed=self.computed,
            contracts=context.contracts,
        )
        self.sources = sourced.sources
        self._take(sourced.verdict)

    def _is_undisputed(self, contract: ToolContract) -> None:
        """What systems say differently of what a write is about stops it, whichever of them counts: people decide."""
        disputed = find_disputed(self.context.contradictions, self.arguments, self.sources)
        if not contract.is_write or disputed is None:
            return
        detail = f"Systems disagree about {disputed.type} of {disputed.subject[:60]!r}, which this depends on."
        self._take(_deny("contradiction", CONTRADICTED, detail, "A person decides; do not try another way."))

    def _is_owned(self, contract: ToolContract) -> None:
        context = self.context
        owned = check_ownership(
            contract,
            self.arguments,
            facts=context.facts,
            acting=context.acting,
            represented=context.represented,
            now=context.now,
        )
        self.resource = owned.resource
        self._take(owned.verdict)

    def _is_permitted(self, contract: ToolContract) -> None:
        context = self.context
        literal = {name: value for name, value in self.arguments.items() if name not in holes_in(self.arguments)}
        spent: JsonObject = {row.limit: row.amount for row in context.spent if row.tool == contract.name}
        known: JsonObject = {"arguments": literal, "tainted": self._tainted, "spent": spent}
        self._take(context.rights.decide(self.acting, contract, self.resource, {**context.policy_context, **known}))

    def _stays_within_limits(self, contract: ToolContract) -> None:
        for verdict in check_sums(contract, self.arguments, self.context.spent):
            self._take(verdict)

    def _asks_whom_it_must(self, contract: ToolContract) -> None:
        for verdict in find_needs(contract, self.arguments, tainted=self._tainted):
            self._take(verdict)
        if len({role for role, _ in _asked(contract, self.verdicts)}) > 1:
            detail = "Different roles would have to approve this, and no single one may."
            self._take(_deny("confirmation", "approvers_differ", detail, "Hand over to a person."))
        self.finished = True

    def _judged(self) -> JudgedCall:
        contract = self.context.contracts.get(self.proposal.tool) if self.finished else None
        approver, approvers = _find_approver(contract, self.verdicts) if contract is not None else (None, 1)
        return JudgedCall(
            tool=self.proposal.tool,
            verdicts=tuple(self.verdicts),
            arguments=self.arguments,
            sources=self.sources,
            errors=self.errors,
            confirms=self.finished and any(verdict.code == "needs_confirmation" for verdict in self.verdicts),
            needs_code=self.finished and any(verdict.code == NEEDS_CODE for verdict in self.verdicts),
            approver=approver,
            approvers=approvers,
        )


def _find_approver(contract: ToolContract, verdicts: Sequence[Verdict]) -> tuple[str | None, int]:
    """Return the role that a policy, a limit or else the overlay asks for, and how many people at the most."""
    asked = _asked(contract, verdicts)
    return (asked[0][0], max(people for _, people in asked)) if asked else (None, 1)


def _asked(contract: ToolContract, verdicts: Sequence[Verdict]) -> list[tuple[str, int]]:
    """Each role that some verdict asks for, and how many people of it."""
    rule = contract.overlay.approve
    asked = (
        read_approval(verdict.advice) or ((rule.role, rule.approvers) if rule is not None else None)
        for verdict in verdicts
        if verdict.outcome == "approve"
    )
    return [one for one in asked if one is not None]


def guard_call(proposal: CallProposal, context: GuardContext) -> JudgedCall:
    """Judge one proposed call: every verdict in order, deny by default, an exception inside a guard is a denial."""
    return _Chain(proposal, context).judge()


def _deny(guard: str, code: str, detail: str, advice: str) -> Verdict:
    return Verdict(guard=guard, outcome="deny", code=code, detail=detail, advice=advice)
