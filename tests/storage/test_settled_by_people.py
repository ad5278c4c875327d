"""What may a person say of a write that nobody is sure of, and what becomes of it then?"""

import json
from typing import Any, cast

import pytest

from contracts.errors import Refused
from governance.effects import STATES, EffectState
from storage.audit import read_audit
from storage.database import Database
from storage.effects import EffectRow, read_effect
from tests.storage.test_effect_ledger import become, effect, intend
from workers.gateway.authenticate import TokenHolder
from workers.gateway.effects_api import SettlementIn, settle
from workers.gateway.rate_limit import RateLimit
from workers.gateway.service import Service
from workers.settings import Settings

SETTLES: dict[tuple[EffectState, bool], EffectState] = {
    ("uncertain", True): "verified",
    ("uncertain", False): "rejected",
    ("executed", True): "verified",
    ("executed", False): "compensated",
}


async def say(database: Database, row: EffectRow, *, happened: bool, by: str = "A1", request_id: str = "") -> Any:
    nothing = cast("Any", None)
    service = Service(
        Settings(), database, nothing, nothing, nothing, nothing, nothing, nothing, RateLimit(0)
    )  # what settling needs of it
    caller = TokenHolder(subject=by, role="agent", pack=request_id or row.request_id)
    given = SettlementIn(effect_id=row.effect_id, happened=happened)
    return await settle(request_id or row.request_id, given, service, caller)


async def state_of(database: Database, row: EffectRow) -> EffectState:
    async with database.begin() as connection:
        return (await read_effect(connection, row.effect_id)).state


@pytest.mark.parametrize("happened", [True, False])
@pytest.mark.parametrize("before", STATES)
async def test_only_what_nobody_is_sure_of_is_settled_and_once(
    database: Database, request_id: str, before: EffectState, happened: bool
) -> None:
    row = await intend(database, effect(request_id))
    await become(database, row, before)
    after = SETTLES.get((before, happened))
    if after is not None:
        assert await say(database, row, happened=happened) == {"effect_id": row.effect_id, "state": after}
    for again in (True, False):
        if after is not None or again == happened:
            with pytest.raises(Refused, match="only an uncertain one") as refused:
                await say(database, row, happened=again)
            assert refused.value.status == 409
    assert await state_of(database, row) == (after or before)


@pytest.mark.parametrize(("happened", "after"), [(True, "compensated"), (False, "verified")])
async def test_an_undoing_that_happened_undoes_what_it_was_for(
    database: Database, request_id: str, happened: bool, after: EffectState
) -> None:
    paid = await intend(database, effect(request_id, 1))
    undo = await intend(database, effect(request_id, 2, tool="refund_payment", set_id=None, compensates=paid.effect_id))
    await become(database, paid, "verified")
    await become(database, undo, "uncertain")
    await say(database, undo, happened=happened)
    assert await state_of(database, paid) == after


async def test_who_settled_what_stands_in_the_trail(database: Database, request_id: str) -> None:
    row = await intend(database, effect(request_id))
    await become(database, row, "uncertain")
    await say(database, row, happened=True, by="A7")
    async with database.begin() as connection:
        (record,) = [json.loads(one.record) for one in await read_audit(connection, request_id)]
    assert (record["effect"], record["outcome"], record["by"]) == (row.effect_id, "settle_done", "A7")


async def test_nobody_settles_an_effect_by_another_requests_name(
    database: Database, request_id: str, new_request: Any
) -> None:
    row, other = await intend(database, effect(request_id)), await new_request()
    await become(database, row, "uncertain")
    with pytest.raises(Refused, match="no such effect") as refused:
        await say(database, row, happened=True, request_id=other)
    assert refused.value.status == 404
    assert await state_of(database, row) == "uncertain"
