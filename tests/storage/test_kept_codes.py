"""Do codes count once, lock whoever guesses, and open nothing but their own set, whoever is at it at once?"""

import asyncio
import secrets
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from contracts.steps import CodeOutcome
from storage.code_tables import one_time_codes
from storage.codes import CodeRow, CodeRules, awaited_code, code_is_out, is_proved, locked_until, make_code, try_code
from storage.database import Database
from storage.requests import read_request
from tests.storage.codes_samples import KEY, RULES, NewRequest, put_waiting_set, sent_code


async def attempt(database: Database, request_id: str, digits: str, rules: CodeRules = RULES) -> CodeOutcome:
    """What the gateway does with a message: under the request's row lock."""
    async with database.begin() as connection:
        await read_request(connection, request_id, lock=True)
        code = await awaited_code(connection, request_id)
        return "none" if code is None else await try_code(connection, code, digits, key=KEY, rules=rules)


def another(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 1_000_000:06}"


async def test_the_right_code_counts_once(database: Database, request_id: str) -> None:
    code = await sent_code(database, request_id)
    at_once = await asyncio.gather(*(attempt(database, request_id, code.code(KEY)) for _ in range(5)))
    assert sorted(at_once) == ["none", "none", "none", "none", "proved"]
    async with database.begin() as connection:
        assert await is_proved(connection, code.set_id, code.digest)
        assert not await is_proved(connection, code.set_id, "another digest")


async def test_a_code_that_was_delivered_and_not_yet_told_of_counts(database: Database, request_id: str) -> None:
    """As after a crash between the delivery and the word to the customer: what they type is the code."""
    code = await sent_code(database, request_id)
    async with database.begin() as connection:
        values = {"state": "made", "sent_at": None, "expires_at": None}
        await connection.execute(
            update(one_time_codes).where(one_time_codes.c.code_id == code.code_id).values(**values)
        )
    assert await attempt(database, request_id, another(code.code(KEY))) == "wrong"
    assert await attempt(database, request_id, code.code(KEY)) == "proved"


async def test_while_a_newer_one_is_being_sent_the_code_that_is_out_counts(database: Database, request_id: str) -> None:
    first = await sent_code(database, request_id)
    newer = first.model_copy(update={"code_id": f"code-{secrets.token_hex(8)}", "nonce": secrets.token_bytes(16)})
    async with database.begin() as connection:
        assert isinstance(await make_code(connection, newer, RULES), CodeRow)
    assert await attempt(database, request_id, first.code(KEY)) == "proved"


async def test_five_failures_at_once_lock_and_the_right_code_comes_too_late(
    database: Database, request_id: str
) -> None:
    code = await sent_code(database, request_id)
    guesses = [another(code.code(KEY), n) for n in range(1, 9)]
    outcomes = await asyncio.gather(*(attempt(database, request_id, guess) for guess in guesses))
    assert sorted(outcomes) == ["locked", "none", "none", "none", *["wrong"] * 4]
    assert await attempt(database, request_id, code.code(KEY)) == "none"
    async with database.begin() as connection:
        assert await locked_until(connection, request_id, "C101") is not None


async def test_a_lock_counts_over_all_requests_of_the_customer(
    database: Database, request_id: str, new_request: NewRequest
) -> None:
    other = await new_request()
    first = await sent_code(database, request_id)
    second = await sent_code(database, other, pack=request_id)
    for n in range(3):
        assert await attempt(database, request_id, another(first.code(KEY), n + 1)) == "wrong"
    assert await attempt(database, other, another(second.code(KEY))) == "wrong"
    assert await attempt(database, other, another(second.code(KEY), 2)) == "locked"
    assert await attempt(database, request_id, first.code(KEY)) == "locked"


async def test_a_success_forgets_earlier_failures(database: Database, request_id: str, new_request: NewRequest) -> None:
    other = await new_request()
    code = await sent_code(database, request_id)
    for n in range(4):
        assert await attempt(database, request_id, another(code.code(KEY), n + 1)) == "wrong"
    assert await attempt(database, request_id, code.code(KEY)) == "proved"
    later = await sent_code(database, other, pack=request_id)
    assert await attempt(database, other, another(later.code(KEY))) == "wrong"


async def test_parts_count_in_their_order_and_say_nothing_of_themselves(database: Database, request_id: str) -> None:
    code = (await sent_code(database, request_id)).code(KEY)
    assert await attempt(database, request_id, another(code)[3:]) == "part"
    assert await attempt(database, request_id, code[3:]) == "wrong"
    assert await attempt(database, request_id, code[:2]) == "part"
    assert await attempt(database, request_id, code[2:4]) == "part"
    assert await attempt(database, request_id, code[4:]) == "proved"


async def test_a_whole_code_after_a_part_begins_anew(database: Database, request_id: str) -> None:
    code = (await sent_code(database, request_id)).code(KEY)
    assert await attempt(database, request_id, code[:3]) == "part"
    assert await attempt(database, request_id, code) == "proved"


async def test_an_expired_code_is_just_wrong(database: Database, request_id: str) -> None:
    code = await sent_code(database, request_id, ttl=timedelta(seconds=-1))
    assert await attempt(database, request_id, code.code(KEY)) == "wrong"


async def test_a_newer_code_replaces_the_older_one(database: Database, request_id: str) -> None:
    first = await sent_code(database, request_id)
    second = await sent_code(database, request_id)
    assert await attempt(database, request_id, first.code(KEY)) == "wrong"
    assert await attempt(database, request_id, second.code(KEY)) == "proved"


@pytest.mark.parametrize(
    "rules",
    [
        RULES.model_copy(update={"sends": 1}),
        RULES.model_copy(update={"sends_a_day": 1}),
        RULES.model_copy(update={"resend_after": timedelta(minutes=1)}),
    ],
)
async def test_codes_are_not_sent_without_end(database: Database, request_id: str, rules: CodeRules) -> None:
    first = await sent_code(database, request_id)
    async with database.begin() as connection:
        again = first.model_copy(update={"code_id": "code-2" + request_id, "nonce": secrets.token_bytes(16)})
        assert await make_code(connection, again, rules) == "too_soon"
        same = await make_code(connection, first.model_copy(update={"nonce": b"other"}), rules)
    assert isinstance(same, CodeRow)
    assert same.nonce == first.nonce, "a retry of one delivery finds its own code"


async def test_nothing_of_a_code_is_stored(database: Database, request_id: str) -> None:
    code = await sent_code(database, request_id)
    await attempt(database, request_id, code.code(KEY)[:4])
    query = text("SELECT t::text FROM handrail.one_time_codes t WHERE request_id = :r")
    async with database.begin() as connection:
        (stored,) = (await connection.execute(query, {"r": request_id})).scalars()
    assert code.code(KEY) not in stored
    assert code.code(KEY).encode().hex() not in stored


async def test_a_delivery_that_is_repeated_changes_nothing(database: Database, request_id: str) -> None:
    code = await sent_code(database, request_id)
    assert await attempt(database, request_id, code.code(KEY)) == "proved"
    async with database.begin() as connection:
        assert not await code_is_out(connection, code, timedelta(minutes=5))
        assert await is_proved(connection, code.set_id, code.digest)


async def test_a_set_that_waits_for_no_code_takes_none(database: Database, request_id: str) -> None:
    code = await sent_code(database, request_id)
    await put_waiting_set(database, request_id, state="void")
    assert await attempt(database, request_id, code.code(KEY)) == "none"
