"""Whose record does the answer to a read show, where nothing that was read before could tell?"""

from typing import cast

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.companies import Companies
from activities.guard_calls import represented_by
from activities.scene import Scene
from activities.send_request import Answered
from contracts.tool import ToolContract
from contracts.values import JsonObject
from contracts.verdict import Verdict
from governance.extract_facts import extract_facts
from governance.ownership import BY_THE_ANSWER, check_answer, check_ownership, refuse_record
from governance.resolve_arguments import resolve_arguments
from governance.rights import Rights
from governance.validate_arguments import validate_result
from storage.audit import append_audit

_HIDING = frozenset({403, 404})
"""By these a system says that the customer has no such record; whether somebody else has one is told to nobody."""


async def settle_owner(
    connection: AsyncConnection,
    companies: Companies,
    scene: Scene,
    contract: ToolContract,
    arguments: JsonObject,
    sent: Answered,
    decision_id: str,
) -> Verdict | None:
    """Return the verdict that keeps an answer from everybody; None where it may count, or says nothing of a record.

    The read went out with the customer's own rights, so the system has judged them as well. The verdict is audited.
    """
    represented = represented_by(scene.facts, scene.request.customer_id)
    acting = scene.request.acting
    asked = check_ownership(
        contract, arguments, facts=scene.facts, acting=acting, represented=represented, now=scene.now
    )
    if asked.verdict.code != BY_THE_ANSWER:
        return None
    if sent.succeeded and not validate_result(contract, sent.body, sent.status).verdict.allowed:
        return None
    if not sent.succeeded and sent.status not in _HIDING:
        return None
    policies = await companies.in_force(connection, scene.request)
    rights = None if policies is None else policies.rights
    verdict = _judge(scene, contract, arguments, sent.body, rights) if sent.succeeded else refuse_record()
    record = {"tool": contract.name, "verdicts": [verdict.model_dump(mode="json")], "pack": scene.pack.digest}
    await append_audit(connection, scene.request.request_id, decision_id, "ownership", record)
    return None if verdict.allowed else verdict


def _judge(
    scene: Scene, contract: ToolContract, arguments: JsonObject, body: JsonValue, rights: Rights | None
) -> Verdict:
    """By the answer's owner, and then by the policies again, which know the record only now."""
    owned, acting = contract.overlay.owned, scene.request.acting
    if owned is None or rights is None:
        return refuse_record()
    represented = represented_by(scene.facts, scene.request.customer_id)
    clear = cast("JsonObject", resolve_arguments(contract, arguments, scene.tokens).tree)
    answered = extract_facts(contract, body, "answer", scene.now)
    found = check_answer(contract, clear[owned.argument], answered, acting=acting, represented=represented)
    if not found.verdict.allowed:
        return refuse_record()
    represents = list[JsonValue](sorted(represented))
    known: JsonObject = {"arguments": arguments, "tainted": False, "spent": {}, "represents": represents}
    try:
        return rights.decide(acting, contract, found.resource, known)
    except ValueError:  # a number that Cedar does not know: a guard that breaks denies
        return refuse_record()
