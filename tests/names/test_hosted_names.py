"""What is a server of the company's asked for names, and which of its answers count?"""

import json
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI

from activities.names_hosted import HostedNames
from contracts.errors import ModelFailed

TEXT = "Charlotte Weber called. Weber will call again, says Lotte."


class Server:
    """Answers every call with this content and status, and keeps what it was asked."""

    def __init__(
        self, content: str | None, status: int = 200, *, raw: str | None = None, kind: str = "application/json"
    ) -> None:
        self.content = content
        self.raw = raw
        self.kind = kind
        self.status = status
        self.asked: list[dict[str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(json.loads(request.content))
        if self.status != 200:
            return httpx2.Response(self.status, json={"error": {"message": "no"}})
        message = {"role": "assistant", "content": self.content}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        if self.raw is not None:
            return httpx2.Response(200, content=self.raw, headers={"content-type": self.kind})
        told = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        return httpx2.Response(200, json=told)


async def named(server: Server) -> list[str]:
    """The spans of the answer, as the text writes them."""
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(server))
    async with AsyncOpenAI(base_url="http://names/v1", api_key="k", max_retries=0, http_client=http) as client:
        spans = await HostedNames(client, "our-model").find(TEXT)
    return [TEXT[span.start : span.end] for span in spans]


async def test_names_count_wherever_the_text_holds_them_as_whole_words() -> None:
    server = Server('{"names": ["Charlotte Weber", "Weber", "Lotte", "Weber"]}')
    assert await named(server) == ["Charlotte Weber", "Weber", "Weber", "Lotte"]
    (asked,) = server.asked
    assert asked["model"] == "our-model"
    assert asked["messages"][-1] == {"role": "user", "content": TEXT}
    assert asked["response_format"]["json_schema"]["strict"] is True


async def test_what_the_text_does_not_hold_names_nobody() -> None:
    assert await named(Server('{"names": ["Charlotte Webber", "Char", "Anna", " ", ".*"]}')) == []


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "Charlotte Weber",
        '["Weber"]',
        '{"names": "Weber"}',
        '{"names": [7]}',
        '{"names": [""]}',
        '{"names": ["Weber"], "note": "x"}',
        json.dumps({"names": ["x" * 81]}),
        json.dumps({"names": ["Weber"] * 101}),
    ],
)
async def test_an_answer_that_is_not_of_the_schema_is_a_failure_without_its_words(content: str | None) -> None:
    with pytest.raises(ModelFailed) as failed:
        await named(Server(content))
    assert failed.value.code == "model.broken"
    assert "Weber" not in str(failed.value)
    assert failed.value.__cause__ is None


@pytest.mark.parametrize(("status", "code"), [(500, "model.broken"), (429, "model.busy"), (401, "model.wrong_key")])
async def test_a_server_that_fails_is_told_by_its_code(status: int, code: str) -> None:
    with pytest.raises(ModelFailed) as failed:
        await named(Server(None, status))
    assert failed.value.code == code


@pytest.mark.parametrize("kind", ["application/json", "text/html"])
@pytest.mark.parametrize(
    "raw",
    [
        *("<html>Weber</html>", "[]", "null", "7", "{", "", '"Weber"', "\udcff".encode("utf-8", "surrogatepass").hex()),
        *('{"choices": [{}]}', '{"choices": []}', '{"choices": [{"message": null}]}', '{"error": "Weber"}'),
        *('{"choices": {"message": 7}}', '{"choices": [{"message": {"content": ["Weber"]}}]}', '{"choices": [null]}'),
    ],
)
async def test_an_answer_that_is_no_completion_is_a_failure_without_its_words(raw: str, kind: str) -> None:
    with pytest.raises(ModelFailed) as failed:
        await named(Server(None, raw=raw, kind=kind))
    assert failed.value.code == "model.broken"
    assert failed.value.retryable
    assert "Weber" not in str(failed.value)
    assert failed.value.__cause__ is None
