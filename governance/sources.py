"""Where does each argument of a call come from (PROTOCOLS 6)?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from pydantic import JsonValue

from contracts.argument import ParameterOverlay
from contracts.facts import Fact
from contracts.model import Contract
from contracts.principal import Acting
from contracts.tool import ToolContract
from contracts.values import JsonObject
from contracts.verdict import Verdict
from governance.assurance import meets
from governance.canonical import canonical_bytes
from governance.words import says

_SHORT_CODE: Final = re.compile(r"[A-Z]{2,3}(\d{1,4})")
_TOOLS_NAMED: Final = 3
Origin = Literal["identity", "fact", "customer", "hole", "choice", "text", "contract", "constant", "computed"]


class ArgumentSource(Contract):
    """What backs one argument; `fact` is the fact's key where one does."""

    argument: str
    origin: Origin
    fact: str = ""


class Sourced(Contract):
    """The verdict on the sources of a call's arguments, and the sources found."""

    verdict: Verdict
    sources: tuple[ArgumentSource, ...] = ()


class Bound(Contract):
    """The verdict on identity, and the arguments with the session's identity in them."""

    verdict: Verdict
    arguments: dict[str, JsonValue]


def is_for_the_runtime(contract: ToolContract) -> bool:
    """Whether some argument is computed by the runtime alone, so that nobody else can call the tool (a read-back)."""
    return any(
        overlay.source == "computed" and overlay.type is None and not overlay.compute and overlay.formula is None
        for overlay in contract.overlay.parameters.values()
    )


def bind_identity(
    arguments: JsonObject, contract: ToolContract, acting: Acting, represented: frozenset[str] = frozenset()
) -> Bound:
    """Fill the identity arguments from the session; a model or a flow may repeat the same value, never set another.

    Where the overlay says so, it may be a customer whom the principal represents: `represented`, by their own record.
    """
    bound = dict(arguments)
    for name in contract.identity_arguments:
        if acting.customer_id is None:
            detail = f"{contract.name} needs a customer whom the session identifies; this one is {acting.assurance}."
            advice = "Ask the customer to sign in or to identify themselves first."
            return Bound(verdict=_deny("identity_unknown", detail, advice), arguments=arguments)
        given, may_choose = arguments.get(name), contract.overlay.parameters[name].represented
        if may_choose and isinstance(given, str) and given in represented and meets(acting.assurance, "verified"):
            continue
        if name in arguments and given != acting.customer_id and not (may_choose and given is None):
            detail = f"{name!r} is filled in from the session."
            return Bound(verdict=_deny("identity_argument", detail, f"Leave {name!r} out."), arguments=arguments)
        bound[name] = acting.customer_id
    for name, overlay in contract.overlay.parameters.items():
        if overlay.source == "constant":
            if name in arguments:
                return Bound(
                    verdict=_deny("constant_argument", f"{name!r} is set.", f"Leave {name!r} out."), arguments=arguments
                )
            bound[name] = overlay.value
    return Bound(verdict=_allow("identity_bound"), arguments=bound)


def check_sources(
    contract: ToolContract,
    arguments: JsonObject,
    *,
    facts: Sequence[Fact],
    customer_words: Sequence[str],
    holes: Iterable[str],
    now: datetime,
    computed: Mapping[str, str] | None = None,
    contracts: Mapping[str, ToolContract] | None = None,
) -> Sourced:
    """Allow when every argument has a source of the kind that the overlay asks for; deny the first that has none.

    `customer_words` are the customer's messages as stored (personal values as tokens); `now` is aware. An argument that
    the overlay does not mention needs no source in a read and has none in a write. `computed` says, by argument, from
    what the runtime has computed it; `contracts` are the tools that a refusal may name as sources.
    """
    filled = frozenset(holes)
    found: list[ArgumentSource] = []
    for name, value in arguments.items():
        if value is None:
            continue
        overlay = contract.overlay.parameters.get(name)
        if name in filled:
            source = ArgumentSource(argument=name, origin="hole")
        elif computed and name in computed:
            source = ArgumentSource(argument=name, origin="computed", fact=computed[name])
        else:
            source = _find_source(name, value, overlay, contract, facts, customer_words, now)
        if source is None:
            return Sourced(verdict=_no_source(name, overlay, contracts or {}), sources=tuple(found))
        found.append(source)
    return Sourced(verdict=_allow("sourced"), sources=tuple(found))


def _find_source(
    name: str,
    value: JsonValue,
    overlay: ParameterOverlay | None,
    contract: ToolContract,
    facts: Sequence[Fact],
    words: Sequence[str],
    now: datetime,
) -> ArgumentSource | None:
    if overlay is None:
        return None if contract.is_write else ArgumentSource(argument=name, origin="contract")
    if overlay.formula is not None:
        return ArgumentSource(argument=name, origin="computed")
    if overlay.source in ("identity", "text", "constant"):
        return ArgumentSource(argument=name, origin=overlay.source)
    if overlay.type is not None and (keys := _grounds(facts, overlay.type, value, overlay, now)):
        return ArgumentSource(argument=name, origin="fact", fact=", ".join(keys))
    said = overlay.source == "customer" or overlay.customer_words
    if said and (says(words, value) or (not contract.is_write and says(words, _digits_of(value)))):
        return ArgumentSource(argument=name, origin="customer")
    if overlay.source == "choice" and (overlay.type is None or not contract.is_write or says(words, value)):
        return ArgumentSource(argument=name, origin="choice")
    return None


def _grounds(facts: Sequence[Fact], kind: str, value: JsonValue, overlay: ParameterOverlay, now: datetime) -> list[str]:
    """The keys of the facts that ground a value; of a list every item needs one. None when something has none."""
    items = value if isinstance(value, list) else [value]
    found = [find_fact(facts, kind, item, overlay, now) for item in items]
    keys = [fact.key for fact in found if fact is not None]
    return keys if len(keys) == len(items) else []


def _digits_of(value: JsonValue) -> str:
    """Return the digits of a code such as NW212: customers say "flight 212". Empty for anything else."""
    found = _SHORT_CODE.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else ""


def find_fact(
    facts: Sequence[Fact], kind: str, value: JsonValue, overlay: ParameterOverlay | None, now: datetime
) -> Fact | None:
    """Return the newest fact of exactly this semantic type and value that is within the overlay's maximum age."""
    wanted = canonical_bytes(value)
    oldest = now - overlay.max_age if overlay is not None and overlay.max_age is not None else None
    fitting = (
        fact
        for fact in facts
        if fact.type == kind and canonical_bytes(fact.value) == wanted and (oldest is None or fact.as_of >= oldest)
    )
    return max(fitting, key=lambda fact: fact.as_of, default=None)


def _no_source(name: str, overlay: ParameterOverlay | None, contracts: Mapping[str, ToolContract]) -> Verdict:
    if overlay is None:
        return _deny("source_undeclared", f"The pack does not say where {name!r} may come from.", "Hand over.")
    if overlay.compute:
        ways = " or ".join(repr(function) for function in overlay.compute)
        return _deny("no_source", f"{name!r} has no source as it is.", f"Let the runtime compute it: by {ways}.")
    if overlay.source == "computed" and overlay.type is None:
        return _deny("computed_argument", f"{name!r} is written by the runtime alone.", "Leave this tool out.")
    if overlay.type is not None:
        tools = sorted(name for name, tool in contracts.items() if _gives(tool, overlay.type))
        by = " or ".join(tools[:_TOOLS_NAMED]) or "a tool"
        where = f"Read a {overlay.type} with {by} first and pass its value unchanged"
        where += ", or ask the customer for it." if overlay.customer_words or overlay.source == "customer" else "."
        return _deny("no_source", f"{name!r} is not a {overlay.type} that this request has read lately.", where)
    return _deny("no_source", f"{name!r} is not in the customer's words.", "Ask the customer for it.")


def _gives(tool: ToolContract, kind: str) -> bool:
    return tool.overlay.authoritative and any(rule.type == kind for rule in tool.overlay.facts)


def _allow(code: str) -> Verdict:
    return Verdict(guard="sources", outcome="allow", code=code)


def _deny(code: str, detail: str, advice: str) -> Verdict:
    return Verdict(guard="sources", outcome="deny", code=code, detail=detail, advice=advice)
