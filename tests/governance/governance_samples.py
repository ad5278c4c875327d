"""Which tools, people and facts do the governance tests judge? A small airline of four tools."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from contracts.facts import Fact
from contracts.principal import Acting
from contracts.tool import ToolContract, ToolOverlay
from contracts.values import JsonObject
from governance.guard_chain import CallProposal, GuardContext, guard_call
from governance.judged_call import JudgedCall
from governance.rights import Rights

NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
ANNA = Acting(customer_id="C101", role="customer", assurance="verified")
VISITOR = Acting()
IDENTIFIED = Acting(customer_id="C101", assurance="identified", reservations=("K7Q2LM",))

MONEY: JsonObject = {
    "type": "object",
    "properties": {"amount": {"type": "integer", "minimum": 0}, "currency": {"type": "string", "const": "EUR"}},
    "required": ["amount", "currency"],
    "additionalProperties": False,
}
CODE: JsonObject = {"type": "string", "pattern": "^[A-Z0-9]{6}$"}
TEXT: JsonObject = {"type": "string", "maxLength": 200}

POLICIES = """
@id("public") permit (principal, action == Action::"search", resource);
@id("own-reads") @reason("Customers read their own.")
permit (principal, action in Action::"read", resource) when { principal.assurance_level >= 1 };
@id("own-writes") @reason("Customers change their own.")
permit (principal, action in Action::"write", resource)
when { principal.role == "customer" && resource has owner && resource.owner == principal.customer_id };
@id("no-light") @reason("A light fare cannot be changed.") @advice("Offer a new booking.")
forbid (principal, action == Action::"change", resource)
when { resource has fare_class && resource.fare_class == "light" };
@id("large-refunds") @reason("Large refunds are approved.") @advice("approve:supervisor")
forbid (principal, action == Action::"pay", resource) when { resource has amount && resource.amount > 20000 }
unless { context has approved && context.approved };
"""
RIGHTS = Rights(POLICIES, "v1")


def make_tool(name: str, kind: str, properties: Mapping[str, JsonObject], **overlay: Any) -> ToolContract:
    """A tool whose arguments are all required and whose result is any object."""
    whole: dict[str, Any] = {"system": "booking", "kind": kind, "status": "…", "assurance": "verified", **overlay}
    if kind == "write" and "confirm" not in whole:
        whole |= {"confirm_title": name.title(), "confirm_lines": [{"label": "Code", "value": "{code}"}]}
    return ToolContract(
        name=name,
        system="booking",
        server="http://127.0.0.1:1",
        audience="booking",
        scope=name,
        method="POST",
        path=f"/{name}",
        title=name.title(),
        description="",
        overlay=ToolOverlay.model_validate(whole),
        parameters={},
        arguments_schema={
            "type": "object",
            "properties": dict(properties),
            "required": list(properties),
            "additionalProperties": False,
        },
        body_schema=None,
        result_schema={"type": "object", "properties": {"points": {"type": "integer"}}},
        responses={},
    )


_OWN: dict[str, Any] = {"owned": {"argument": "code", "type": "reservation"}}
_CODE_SOURCE: dict[str, Any] = {"source": "reference", "type": "reservation"}
SEARCH = make_tool(
    "search",
    "read",
    {"origin": {"type": "string"}, "date": {"type": "string", "format": "date"}},
    assurance="anonymous",
    parameters={"origin": {"source": "choice", "type": "airport"}, "date": {"source": "choice", "type": "date"}},
)
READ = make_tool(
    "read_reservation",
    "read",
    {"customer_id": TEXT, "code": CODE},
    assurance="identified",
    authoritative=True,
    parameters={"customer_id": {"source": "identity"}, "code": {**_CODE_SOURCE, "customer_words": True}},
    facts=[
        {"pointer": "/reservations/*/code", "type": "reservation", "owner": "/reservations/*/customer_id"},
        {"pointer": "/reservations/*/fare_class", "type": "fare_class"},
        {"pointer": "/reservations/*/note", "type": "note"},
        {"pointer": "/reservations/*/bags/*/tag", "type": "bag", "owner": "/reservations/*/customer_id"},
    ],
    **_OWN,
)
PAY = make_tool(
    "pay",
    "write",
    {"code": CODE, "amount": MONEY},
    parameters={"code": _CODE_SOURCE, "amount": {"source": "reference", "type": "total", "max_age": "15m"}},
    confirm_total="amount",
    **_OWN,
)
CHANGE = make_tool(
    "change",
    "write",
    {"code": CODE, "flight": TEXT, "payment": {"anyOf": [TEXT, {"type": "null"}]}, "note": TEXT},
    parameters={
        "code": _CODE_SOURCE,
        "flight": {"source": "reference", "type": "flight"},
        "payment": {"source": "reference", "type": "payment", "hole": {"tool": "pay", "field": "payment_id"}},
        "note": {"source": "text", "pii": True},
    },
    **_OWN,
)
TOOLS = {tool.name: tool for tool in (SEARCH, READ, PAY, CHANGE)}


def fact(kind: str, value: Any, pointer: str = "/x", owner: str | None = None, call: str = "c1") -> Fact:
    """A fact read just now."""
    return Fact(
        key=f"{call}#{pointer}", call_id=call, tool="t", pointer=pointer, type=kind, value=value, owner=owner, as_of=NOW
    )


FACTS = (
    fact("reservation", "K7Q2LM", "/reservations/0/code", "C101"),
    fact("fare_class", "classic", "/reservations/0/fare_class"),
    fact("reservation", "Z1QY7V", "/reservations/1/code", "C101"),
    fact("fare_class", "light", "/reservations/1/fare_class"),
    fact("reservation", "P3XW9T", "/reservations/2/code", "C102"),
    fact("total", {"amount": 4500, "currency": "EUR"}, "/total", call="c2"),
    fact("total", {"amount": 25000, "currency": "EUR"}, "/other", call="c2"),
    fact("flight", "NW210", "/flights/0/id", call="c3"),
)
HOLE: JsonObject = {"from_tool": "pay", "field": "payment_id"}
GOOD_CHANGE: JsonObject = {"code": "K7Q2LM", "flight": "NW210", "payment": HOLE, "note": "<NAME_1>"}
GOOD_PAY: JsonObject = {"code": "K7Q2LM", "amount": {"amount": 4500, "currency": "EUR"}}


def judge(
    tool: str, arguments: Any, acting: Acting = ANNA, facts: Sequence[Fact] = FACTS, **context: Any
) -> JudgedCall:
    """The chain's verdict on a call in a context with everything that a good call needs."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    settings: dict[str, Any] = {
        "pack": "airline",
        "contracts": TOOLS,
        "rights": RIGHTS,
        "now": NOW,
        "tokens": {"<NAME_1>": "Keller"},
        "earlier_writes": ("pay",),
        **context,
    }
    return guard_call(CallProposal(tool=tool, arguments=text), GuardContext(acting=acting, facts=facts, **settings))
