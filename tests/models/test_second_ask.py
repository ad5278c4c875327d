"""Is a silent model asked a second time, once, with one answer heard and the other ended?"""

import asyncio
from contextlib import aclosing

import pytest

from activities.model_ports import ModelPorts
from contracts.errors import ModelFailed
from contracts.model_port import Begun
from tests.models.model_samples import ask, hear, text_of, tier
from tests.models.scripted_port import NEVER, Course, ScriptedPort, failing

QUICK = tier("chat", first_token_timeout="100ms")
PROMPT = ask("Hi")


def ports(*courses: Course) -> tuple[ModelPorts, ScriptedPort]:
    """Our ports before a model that plays these courses."""
    scripted = ScriptedPort(list(courses))
    return ModelPorts({"chat": scripted}, failures_until_open=100), scripted


async def test_a_model_that_answers_is_asked_once() -> None:
    model, scripted = ports(Course())
    events = await hear(model, QUICK, PROMPT)
    assert events[0] == Begun(asks=1)
    assert (scripted.asked, scripted.closed) == (1, [0])


async def test_after_silence_the_second_ask_answers_and_the_first_is_ended() -> None:
    model, scripted = ports(Course(silence=NEVER, text="late"), Course(text="quick"))
    events = await hear(model, QUICK, PROMPT)
    assert events[0] == Begun(asks=2), "both are paid for"
    assert text_of(events) == "quick"
    assert sorted(scripted.closed) == [0, 1]


async def test_the_first_may_still_win() -> None:
    model, scripted = ports(Course(silence=0.3, text="late but first"), Course(silence=NEVER))
    assert text_of(await hear(model, QUICK.model_copy(update={"first_token_timeout": QUICK.timeout / 40}), PROMPT)) == (
        "late but first"
    )
    assert scripted.asked == 2


async def test_two_silent_streams_are_given_up_at_once_and_not_tried_again() -> None:
    model, scripted = ports(Course(silence=NEVER))
    with pytest.raises(ModelFailed) as failed:
        await hear(model, QUICK, PROMPT)
    assert (failed.value.code, failed.value.retryable) == ("model.silent", False)
    assert sorted(scripted.closed) == [0, 1]


async def test_a_second_ask_that_fails_leaves_the_first_its_time() -> None:
    model, _ = ports(Course(silence=0.3, text="late"), failing())
    patient = tier("chat", first_token_timeout="200ms")
    assert text_of(await hear(model, patient, PROMPT)) == "late"


async def test_a_failure_is_no_silence() -> None:
    model, scripted = ports(failing("model.busy"))
    with pytest.raises(ModelFailed) as failed:
        await hear(model, QUICK, PROMPT)
    assert (failed.value.code, scripted.asked) == ("model.busy", 1)


async def test_who_stops_listening_ends_the_stream() -> None:
    model, scripted = ports(Course())
    async with aclosing(model.stream(QUICK, PROMPT, within=QUICK.timeout)) as events:
        await anext(events)
    assert scripted.closed == [0]


async def test_who_is_cancelled_while_waiting_ends_both_streams() -> None:
    model, scripted = ports(Course(silence=NEVER))
    listening = asyncio.create_task(hear(model, tier("chat", first_token_timeout="50ms", timeout="9s"), PROMPT))
    while scripted.asked < 2:  # noqa: ASYNC110  # the port offers no event to wait for
        await asyncio.sleep(0.005)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert sorted(scripted.closed) == [0, 1]
