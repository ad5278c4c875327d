"""Is a caller who writes too often told to wait, and nobody else?"""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from contracts.errors import Refused
from tests.conversation import headers
from tests.gateway.another_gateway import another_gateway
from tests.stack import Stack
from workers.gateway import rate_limit
from workers.gateway.authenticate import TokenHolder
from workers.gateway.may_write import may_write
from workers.gateway.rate_limit import RateLimit

SECOND = 1_000_000_000


@given(st.integers(1, 50), st.lists(st.integers(0, 30 * SECOND), max_size=200))
def test_no_minute_holds_more_than_twice_the_limit_and_who_waits_as_told_gets_through(
    per_minute: int, pauses: list[int]
) -> None:
    limit, now, taken = RateLimit(per_minute), 0, list[int]()
    for pause in pauses:
        now += pause
        wait = limit.take("a", now)
        if wait:
            now += wait
            assert limit.take("a", now) == 0, "Retry-After is true"
        taken.append(now)
    for start in taken:
        assert sum(start <= one < start + 60 * SECOND for one in taken) <= 2 * per_minute + 1


def test_callers_are_counted_apart_and_none_without_a_limit() -> None:
    limit = RateLimit(2)
    assert [limit.take("a", 0) > 0 for _ in range(4)] == [False, False, True, True]
    assert limit.take("b", 0) == 0
    assert [limit.take("a", 30 * SECOND) > 0 for _ in range(2)] == [False, True], "one more in each half minute"
    assert not any(RateLimit(0).take("a", 0) for _ in range(1000))


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "_REMEMBERED", 3)
    limit = RateLimit(1)
    for name in "abcd":
        limit.take(name, 0)
    assert limit.take("d", 0) > 0
    assert limit.take("a", 0) == 0, "whoever was heard of longest ago is forgotten"


async def takes(limit: RateLimit, caller: TokenHolder, address: str) -> bool:
    """Whether a message of this caller from this address is taken."""
    request = Request({"type": "http", "client": (address, 1234), "headers": []})
    service: Any = type("Service", (), {"limit": limit})
    try:
        await may_write(request, service, caller)
    except Refused as refused:
        return refused.code != "too_often"
    return True


ANNA, BEN = (TokenHolder(subject=name, role="customer", pack="airline") for name in ("C101", "C102"))
NAMESAKE = ANNA.model_copy(update={"pack": "bank"})
VISITOR = TokenHolder()


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ((ANNA, "198.51.100.4"), (ANNA, "203.0.113.7"), False),
        ((ANNA, "198.51.100.4"), (BEN, "198.51.100.4"), True),
        ((ANNA, "198.51.100.4"), (NAMESAKE, "198.51.100.4"), True),
        ((ANNA, "198.51.100.4"), (VISITOR, "198.51.100.4"), True),
        ((VISITOR, "198.51.100.4"), (VISITOR, "198.51.100.4"), False),
        ((VISITOR, "198.51.100.4"), (VISITOR, "198.51.100.5"), True),
        ((VISITOR, "2001:db8:1:2::1"), (VISITOR, "2001:db8:1:2:ffff::9"), False),
        ((VISITOR, "2001:db8:1:2::1"), (VISITOR, "2001:db8:1:3::1"), True),
    ],
)
async def test_who_counts_as_the_same_caller(
    first: tuple[TokenHolder, str], second: tuple[TokenHolder, str], *, apart: bool
) -> None:
    """Customers by name and company, wherever they are; visitors by address, of a network that is one line's."""
    limit = RateLimit(1)
    assert await takes(limit, *first)
    assert not await takes(limit, *first)
    assert await takes(limit, *second) == apart


FROM_AFAR = {"X-Forwarded-For": "198.51.100.4"}
"""As through a proxy on this machine."""


@pytest.fixture(scope="module")
def slow(machine: Stack) -> Iterator[str]:
    """A gateway that takes two messages a minute."""
    with another_gateway(machine, HANDRAIL_MESSAGES_PER_MINUTE="2") as url:
        yield url


def write(stack: Stack, url: str, sent: dict[str, str], **more: Any) -> httpx2.Response:
    body = {"pack": "airline", "message": {"text": "Hi there"}, **more}
    return stack.http.post(f"{url}/v1/requests", json=body, headers=FROM_AFAR | sent)


def test_customers_are_limited_by_name_and_visitors_by_address(stack: Stack, slow: str) -> None:
    anna, ben = headers("C101"), headers("C102")
    assert [write(stack, slow, anna).status_code for _ in range(2)] == [201, 201]
    refused = write(stack, slow, anna)
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:handrail:problem:too_often")
    assert 1 <= int(refused.headers["retry-after"]) <= 30
    assert write(stack, slow, ben).status_code == 201, "another customer of the same address is not held up"
    assert [write(stack, slow, {}).status_code for _ in range(3)] == [201, 201, 429]
    elsewhere = {"X-Forwarded-For": "203.0.113.7"}
    assert write(stack, slow, elsewhere).status_code == 201, "another address behind the proxy"


def test_what_this_machine_itself_sends_is_not_counted(stack: Stack, slow: str) -> None:
    body = {"pack": "airline", "message": {"text": "Hi there"}}
    sent = headers("C107")
    answers = [stack.http.post(f"{slow}/v1/requests", json=body, headers=sent).status_code for _ in range(4)]
    assert set(answers) == {201}


def test_a_further_message_counts_and_looking_does_not(stack: Stack, slow: str) -> None:
    clara = FROM_AFAR | headers("C103")
    request_id = write(stack, slow, clara).json()["request_id"]
    url = f"{slow}/v1/requests/{request_id}"
    assert stack.http.post(f"{url}/messages", json={"text": "Hello?"}, headers=clara).status_code == 202
    assert stack.http.post(f"{url}/messages", json={"text": "Hello??"}, headers=clara).status_code == 429
    assert [stack.http.get(url, headers=clara).status_code for _ in range(5)] == [200] * 5


def test_staff_are_not_limited(stack: Stack, slow: str) -> None:
    """They are refused for what they are, however often."""
    assert {write(stack, slow, headers("A1", "agent")).status_code for _ in range(5)} == {403}
