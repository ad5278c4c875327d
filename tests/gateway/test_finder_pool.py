"""Does one text that takes for ever keep everybody else from writing?"""

import asyncio
from typing import Any, cast

import pytest

from contracts.errors import Refused
from tests.gateway import stuck_finder
from workers.gateway import tokenise
from workers.gateway.tokenise import Tokeniser


async def test_a_search_without_end_is_refused_and_the_next_message_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenise, "_load", stuck_finder.load)
    tokeniser = Tokeniser(cast("Any", None), cast("Any", None), {}, processes=1)
    try:
        await tokeniser.warm_up()
        monkeypatch.setattr(tokenise, "WITHIN", stuck_finder.WITHIN)
        with pytest.raises(Refused) as refused:
            await tokeniser.find("hang")
        assert (refused.value.status, refused.value.code) == (503, "busy")
        monkeypatch.setattr(tokenise, "WITHIN", 60.0)
        found = await asyncio.gather(tokeniser.find("one"), tokeniser.find("two"))
        assert found == [[], []]
    finally:
        tokeniser.close()
