"""Does a process notice every activation, whatever went wrong with the one before?"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from contracts.errors import NotReady
from storage.pack_activations import Activation
from workers import follow_versions
from workers.follow_versions import VersionFollower


class Operator:
    """Says which epoch is active; the database beside it is never asked."""

    def __init__(self) -> None:
        self.epoch = 1

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncGenerator[None]:
        yield

    async def current(self, _: AsyncConnection, name: str) -> Activation:
        return Activation(pack=name, epoch=self.epoch)


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Operator:
    operator = Operator()
    monkeypatch.setattr(follow_versions, "POLL", 0.001)
    monkeypatch.setattr(follow_versions, "current_activation", operator.current)
    return operator


@pytest.mark.parametrize(
    ("failure", "because"),
    [
        (NotReady("Nobody here works on models-x: start the workers again."), "Nobody here works on models-x: start"),
        (RuntimeError("what nobody foresaw, and what may quote a customer"), ""),
    ],
)
async def test_a_version_that_fails_is_told_once_and_the_next_one_is_made_ready(
    operator: Operator, failure: Exception, because: str
) -> None:
    tried: list[int] = []
    often, ready = asyncio.Event(), asyncio.Event()

    async def prepare(_: AsyncConnection, __: str) -> None:
        tried.append(operator.epoch)
        if operator.epoch == 2:
            if tried.count(2) == 3:
                often.set()
            raise failure
        if operator.epoch == 3:
            ready.set()

    with capture_logs() as logs:
        async with VersionFollower(cast("Any", operator), ["ours"], prepare), asyncio.timeout(10):
            operator.epoch = 2
            await often.wait()
            operator.epoch = 3
            await ready.wait()
    told = [line for line in logs if line["event"] == "version_not_ready"]
    assert [(line["pack"], line["error"]) for line in told] == [("ours", type(failure).__name__)]
    assert told[0]["because"].startswith(because)
    assert "customer" not in told[0]["because"]
