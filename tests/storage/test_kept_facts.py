"""Does what is stored of many rows at once come back as it was, in its order: facts, and records of decisions?"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.facts import Fact
from storage.audit import NewRecord, append_audits, read_audit
from storage.database import Database
from storage.facts import put_facts, read_facts
from workers.audit import find_faults

NOW = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "null": None,
    "no": False,
    "nothing": 0,
    "more than 64 bits": 2**70 + 1,
    "negative": -(2**63),
    "a tenth": 0.1,
    "small": 5e-324,
    "large": 1234567890123.25,
    "empty": "",
    "quotes": 'it\'s "so" \\u0041 \\ {}',
    "letters of many kinds": "ﬃ İ 🏳️‍🌈 e\u0301 é \u202e",
    "like another column": '{"key": "x", "value": 1}',
    "a tree": {"b": [1, [None, {"a": []}]], "a": {}, "": 0},
}


def fact(key: str, value: Any, **changes: Any) -> Fact:
    values = {"key": key, "call_id": "c1", "tool": "read", "pointer": "/a~1b", "type": "thing", "value": value}
    return Fact.model_validate({**values, "owner": "C101", "subject": None, "as_of": NOW, **changes})


@pytest.mark.parametrize("value", VALUES)
async def test_a_fact_comes_back_as_it_was(database: Database, request_id: str, value: str) -> None:
    known = fact("c1#/thing", VALUES[value])
    async with database.begin() as connection:
        await put_facts(connection, request_id, [known])
        (stored,) = await read_facts(connection, request_id)
    assert stored == known
    assert type(stored.value) is type(VALUES[value])


async def test_many_facts_at_once_are_each_their_own(database: Database, request_id: str) -> None:
    many = [fact(f"c1#/{n:03}", value, owner=f"C{n}", subject=name) for n, (name, value) in enumerate(VALUES.items())]
    async with database.begin() as connection:
        await put_facts(connection, request_id, many)
        assert await read_facts(connection, request_id) == many


async def test_of_one_fact_the_last_reading_counts_also_within_one_answer(database: Database, request_id: str) -> None:
    first, second, third = (fact("c1#/thing", n, call_id=f"c{n}", owner=f"C{n}") for n in range(3))
    async with database.begin() as connection:
        await put_facts(connection, request_id, [first, second])
        assert await read_facts(connection, request_id) == [second]
        await put_facts(connection, request_id, [third])
        assert await read_facts(connection, request_id) == [third]


async def test_records_of_decisions_come_back_as_they_were_and_their_chain_holds(
    database: Database, request_id: str
) -> None:
    records = [NewRecord(f"{request_id}#{name}", "guard", {"value": value}) for name, value in VALUES.items()]
    async with database.begin() as connection:
        assert await append_audits(connection, request_id, records) == len(records)
        rows = await read_audit(connection, request_id)
    assert [json.loads(row.record)["value"] for row in rows] == list(VALUES.values())
    assert [row.seq for row in rows] == list(range(1, len(records) + 1))
    assert (await find_faults(database, request_id))[1] == []


async def test_a_decision_that_comes_again_is_recorded_once_also_within_one_append(
    database: Database, request_id: str
) -> None:
    one, two = (NewRecord(f"{request_id}#{n}", "guard", {"n": n}) for n in (1, 2))
    async with database.begin() as connection:
        assert await append_audits(connection, request_id, [one, two, one]) == 2
        assert await append_audits(connection, request_id, [two, one]) == 0
        assert await append_audits(connection, request_id, []) == 0
        assert [row.seq for row in await read_audit(connection, request_id)] == [1, 2]
    assert (await find_faults(database, request_id))[1] == []
