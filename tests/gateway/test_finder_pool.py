"""Does one text that takes for ever keep everybody else from writing?"""

import asyncio
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest

from contracts.errors import Refused
from tests.gateway import stuck_finder
from tests.stack import ROOT, wait_until
from workers.gateway import tokenise
from workers.gateway.tokenise import Tokeniser


async def test_a_search_without_end_is_refused_and_the_next_message_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenise, "_load", stuck_finder.load)
    tokeniser = Tokeniser(cast("Any", None), cast("Any", None), processes=1)
    try:
        await tokeniser.cover([])
        monkeypatch.setattr(tokenise, "WITHIN", stuck_finder.WITHIN)
        with pytest.raises(Refused) as refused:
            await tokeniser.find("hang", ())
        assert (refused.value.status, refused.value.code) == (503, "busy")
        monkeypatch.setattr(tokenise, "WITHIN", 60.0)
        found = await asyncio.gather(tokeniser.find("one", ()), tokeniser.find("two", ()))
        assert found == [[], []]
    finally:
        tokeniser.close()


def a_pack(*regions: str) -> Any:
    """What a pack says of personal data."""
    return SimpleNamespace(name="ours", manifest=SimpleNamespace(regions=regions, personal_codes=()))


async def test_numbers_of_a_region_that_did_not_load_are_never_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenise, "_load", stuck_finder.load_all_but_britain)
    tokeniser = Tokeniser(cast("Any", None), cast("Any", None), processes=1)
    try:
        await tokeniser.cover(["DE"])
        for _ in range(2):
            with pytest.raises(BrokenProcessPool):
                await tokeniser.cover(["GB"])
        assert await tokeniser.clean("one", a_pack("DE")) == ("one", [])
        with pytest.raises(Refused) as refused:
            await tokeniser.clean("call me at 020 7946 0018", a_pack("DE", "GB"))
        assert (refused.value.status, refused.value.code) == (503, "busy")
        monkeypatch.setattr(tokenise, "_load", stuck_finder.load)
        await tokeniser.cover(["GB"])
        assert await tokeniser.clean("one", a_pack("DE", "GB")) == ("one", [])
    finally:
        tokeniser.close()


def test_the_pool_of_a_killed_gateway_ends_with_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.gateway.pool_owner"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        children = [psutil.Process(int(pid)) for pid in owner.stdout.readline().split()]
        owner.kill()
    assert len(children) >= 2
    wait_until(lambda: not any(child.is_running() for child in children), "the end of the pool")
