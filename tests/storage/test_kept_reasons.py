"""What is kept of an operator's reason, in records that no erasure reaches? No personal value."""

import pytest

from governance.kept_reasons import keep_reason
from storage.audit import read_audit
from storage.control import list_switches, set_switch
from storage.control_audit import chain_of
from storage.database import Database

SAID = "Mrs Keller, anna@example.org, +49 151 23000101, card 4242 4242 4242 4242 complained"
KEPT = "Mrs [name removed], [email removed], [phone removed], card [card removed] complained"


async def test_a_switchs_reason_is_kept_without_personal_values(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        await set_switch(connection, request_id, "tool", "t", on=False, by="O1", reason=SAID)
        (switch,) = await list_switches(connection, request_id)
        (record,) = await read_audit(connection, chain_of(request_id))
    assert switch["reason"] == KEPT
    assert KEPT in str(record)
    assert "Keller" not in str(record)


@pytest.mark.parametrize("said", ["T-1234: refunds fail since 07:40 on 2026-11-21", "raise from 500.00 to 800.00 EUR"])
def test_a_reason_without_any_stays_as_it_is(said: str) -> None:
    assert keep_reason(said) == said
