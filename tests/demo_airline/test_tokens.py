"""Is a call refused unless its token is whole, fresh, for this system, and for this operation?"""

import time
from typing import Any

import pytest

from tests.demo_airline.airline import Airline, claims, sign
from workers.settings import DEVELOPMENT_SYSTEMS

READ: dict[str, Any] = {"fare_class": "classic"}


async def _refusal(airline: Airline, token: str, operation: str = "get_fare_rules") -> tuple[int, str]:
    response = await airline.send(operation, READ, token=token)
    return response.status_code, response.json()["type"].rpartition(":")[2]


async def test_a_good_token_is_accepted(untouched: Airline) -> None:
    response = await untouched.send("get_fare_rules", READ, token=sign(claims("get_fare_rules")))
    assert response.status_code == 200


async def test_no_token_is_token_missing(untouched: Airline) -> None:
    assert await _refusal(untouched, "") == (401, "token_missing")
    response = await untouched.client.get("/fares/rules/classic")
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "somebody"},
        {"aud": "booking"},
        {"sub": "admin"},
        {"sub": None},
        {"act": None},
        {"act": "agent"},
        {"request_id": None},
        {"jti": None},
        {"scope": None},
        {"exp": None},
        {"iat": 4_102_444_800},  # in the year 2100
        {"reservations": ["K7"]},
        {"reservations": "K7Q2LM"},
    ],
    ids=str,
)
async def test_a_claim_that_is_wrong_is_token_invalid(untouched: Airline, changed: dict[str, Any]) -> None:
    assert await _refusal(untouched, sign(claims("get_fare_rules", **changed))) == (401, "token_invalid")


async def test_another_secret_and_no_signature_are_token_invalid(untouched: Airline) -> None:
    another = "another-secret-of-at-least-thirty-two-bytes"
    for forged in (
        sign(claims("get_fare_rules"), another),
        sign(claims("get_fare_rules"), another, key_of=DEVELOPMENT_SYSTEMS),
    ):
        assert await _refusal(untouched, forged) == (401, "token_invalid")
    header, body, _ = sign(claims("get_fare_rules")).split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"  # {"alg":"none","typ":"JWT"}
    assert await _refusal(untouched, f"{none}.{body}.") == (401, "token_invalid")
    assert await _refusal(untouched, f"{header}.{body}.") == (401, "token_invalid")


async def test_an_expired_token_is_token_expired(untouched: Airline) -> None:
    assert await _refusal(untouched, sign(claims("get_fare_rules", exp=int(time.time()) - 1))) == (401, "token_expired")


async def test_a_token_covers_only_the_operations_of_its_scope(untouched: Airline) -> None:
    narrow = sign(claims("get_fare_rules", scope="quote_change get_fare_rule"))
    assert await _refusal(untouched, narrow) == (403, "insufficient_scope")
    wide = sign(claims("get_fare_rules", scope="quote_change get_fare_rules"))
    assert (await untouched.send("get_fare_rules", READ, token=wide)).status_code == 200


async def test_a_token_is_good_for_one_write_but_for_many_reads(airline: Airline) -> None:
    token = sign(claims("get_fare_rules"))
    for _ in range(2):
        assert (await airline.send("get_fare_rules", READ, token=token)).status_code == 200
    write = sign(claims("add_customer_note"))
    note = {"customer_id": "C101", "text": "called about a bag"}
    assert (await airline.send("add_customer_note", note, token=write, key="note-0001")).status_code == 200
    for key in ("note-0001", "note-0002"):
        replayed = await airline.send("add_customer_note", note, token=write, key=key)
        assert (replayed.status_code, replayed.json()["type"]) == (401, "urn:northwind:problem:token_replayed")
    assert len(await airline.rows("ledger", operation="add_customer_note")) == 1


async def test_a_visitor_may_not_write_whatever_the_scope(airline: Airline) -> None:
    airline.reservations = ["K7Q2LM"]
    refused = await airline.refused("cancel_reservation", sub="visitor", reservation_code="K7Q2LM")
    assert refused[:2] == (403, "insufficient_scope")


async def test_behind_the_counter_only_the_administrator_goes(airline: Airline) -> None:
    for path in ("/_ledger", "/_calls", "/_control"):
        assert (await airline.client.get(path)).status_code == 401
        assert (await airline.client.get(path, headers={"Authorization": "Bearer demo"})).status_code == 401
        delegated = {"Authorization": f"Bearer {sign(claims('get_fare_rules'))}"}
        assert (await airline.client.get(path, headers=delegated)).status_code == 401
    assert (await airline.client.post("/_control/reset")).status_code == 401
