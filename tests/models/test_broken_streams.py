"""Is a stream that breaks in the middle worth another try, however it breaks?"""

import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any, cast

import httpx2
import pytest
from openai import AsyncStream

from activities.read_stream import read_stream
from contracts.errors import ModelFailed


class Breaking:
    """Sends one event, and then what breaks."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.closed = False

    async def __aiter__(self) -> AsyncGenerator[str]:
        yield "first"
        raise self.error

    async def close(self) -> None:
        self.closed = True


async def listen(stream: Breaking, heard: list[str]) -> None:
    async def opening() -> AsyncStream[str]:
        return cast("Any", stream)

    async for event in read_stream(opening(), within=timedelta(seconds=5)):
        heard.append(event)


@pytest.mark.parametrize(
    "error",
    [
        httpx2.ReadError("reset"),
        json.JSONDecodeError("Unterminated string", '{"delta": "Your ref', 10),
        UnicodeDecodeError("utf-8", b"\xc3", 0, 1, "unexpected end of data"),
    ],
)
async def test_a_stream_that_breaks_is_tried_again_and_closed(error: Exception) -> None:
    stream = Breaking(error)

    heard: list[str] = []
    with pytest.raises(ModelFailed) as failed:
        await listen(stream, heard)
    assert (failed.value.code, failed.value.retryable) == ("model.broken_stream", True)
    assert (heard, stream.closed) == (["first"], True)
