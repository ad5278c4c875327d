"""Does what a token lets somebody see end with the token, and do customers see what is theirs only?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.conversation import Conversation, headers, token
from tests.gateway.another_gateway import another_gateway
from tests.stack import Stack


@pytest.fixture(scope="module")
def talk(machine: Stack) -> Conversation:
    talk = Conversation(machine, "C101")
    talk.say("Hi there")
    return talk


def test_a_stream_ends_with_its_token(stack: Stack, talk: Conversation) -> None:
    short = {"Authorization": f"Bearer {token('C101', 'customer', exp=datetime.now(UTC) + timedelta(seconds=3))}"}
    url = f"{stack.url}/v1/requests/{talk.request_id}/events"
    with stack.http.stream("GET", url, headers=short) as stream:
        lines = list(stream.iter_lines())
    assert any(line.startswith("id: ") for line in lines)
    assert [line for line in lines if line.startswith(":")][-1] == ": the token has expired"
    assert stack.http.get(url, headers=short).status_code == 401, "the reader that comes back must sign in"


def test_a_visitors_stream_has_no_token_to_end_with(stack: Stack) -> None:
    visitor = Conversation(stack)
    visitor.say("Hi there")
    assert visitor.events()


@pytest.fixture(scope="module")
def production(machine: Stack) -> Iterator[str]:
    """A gateway in production."""
    own = {"HANDRAIL_VAULT_KEY": "v" * 40, "HANDRAIL_DIGEST_KEY": "d" * 40, "HANDRAIL_SYSTEMS_SECRET": "s" * 40}
    with another_gateway(machine, HANDRAIL_ENV="production", **own) as url:
        yield url


def test_temporals_pages_are_for_staff(stack: Stack, production: str) -> None:
    visitor = Conversation(stack)
    visitor.say("Hi there")

    def link(url: str, sent: dict[str, str]) -> str | None:
        return stack.http.get(f"{url}/v1/requests/{visitor.request_id}", headers=sent).json()["temporal_url"]

    assert link(production, {}) is None
    assert str(link(production, headers("A1", "agent"))).endswith(visitor.request_id)
    assert link(stack.url, {}) is not None, "on one's own machine everybody may look"


def test_a_reply_in_production_links_to_nothing(stack: Stack, production: str) -> None:
    visitor = Conversation(stack)
    visitor.say("Hi there")
    with stack.http.stream("GET", f"{production}/v1/requests/{visitor.request_id}/events") as stream:
        lines = iter(stream.iter_lines())
        next(line for line in lines if line == "event: reply.done")
        assert '"temporal_url": null' in next(lines)


def test_production_has_no_tokens_to_give(stack: Stack, production: str) -> None:
    assert stack.http.post(f"{production}/demo/token", json={"role": "operator"}).status_code == 404
    assert stack.http.post(f"{stack.url}/demo/token", json={"role": "operator"}).status_code == 200


@pytest.mark.parametrize(
    "arrives", [{"Host": "chat.example.org"}, {"X-Forwarded-For": "203.0.113.5"}, {"Forwarded": "for=203.0.113.5"}]
)
def test_whoever_comes_through_a_proxy_or_by_another_name_gets_no_token(stack: Stack, arrives: dict[str, str]) -> None:
    answer = stack.http.post(f"{stack.url}/demo/token", json={"role": "operator"}, headers=arrives)
    assert answer.status_code == 404
    assert "token" not in answer.json()
