"""Is a model that only fails left alone, for how long, and who tries it again?"""

from contextlib import aclosing
from datetime import timedelta

import pytest

from activities.circuit import FIRST_PAUSE, LONGEST_PAUSE, Circuit
from activities.model_ports import ModelPorts
from contracts.errors import ModelFailed
from contracts.model_port import Begun
from tests.models.model_samples import ask, hear, text_of, tier
from tests.models.scripted_port import Course, ScriptedPort, failing

BUSY = ModelFailed("model.busy", "busy", retryable=True)
PROMPT = ask("Hi")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def opened(clock: Clock, retry_after: float | None = None) -> Circuit:
    """A circuit that three failures have opened."""
    circuit = Circuit(3, clock)
    for _ in range(3):
        assert not circuit.is_open
        circuit.failed(ModelFailed("model.busy", "busy", retryable=True, retry_after=retry_after), circuit.admit())
    return circuit


def refuses(circuit: Circuit) -> bool:
    try:
        circuit.ended(circuit.admit())
    except ModelFailed as failure:
        return (failure.code, failure.retryable) == ("model.circuit_open", False)
    return False


def test_failures_in_a_row_open_it_for_a_while() -> None:
    clock = Clock()
    circuit = opened(clock)
    assert refuses(circuit)
    clock.at = FIRST_PAUSE - 0.1
    assert refuses(circuit)
    clock.at = FIRST_PAUSE
    assert not refuses(circuit)


def test_a_success_between_them_keeps_it_closed() -> None:
    circuit = Circuit(3, Clock())
    for _ in range(10):
        circuit.failed(BUSY, circuit.admit())
        circuit.failed(BUSY, circuit.admit())
        circuit.succeeded()
    assert not circuit.is_open


def test_what_is_our_own_fault_does_not_count() -> None:
    circuit = Circuit(1, Clock())
    for code in ("model.refused", "model.wrong_key", "model.cut", "model.empty", "model.quota_spent"):
        circuit.failed(ModelFailed(code, "ours", retryable=False), circuit.admit())
    assert not circuit.is_open


def test_one_probe_at_a_time_and_its_success_closes_it() -> None:
    clock = Clock()
    circuit = opened(clock)
    clock.at = FIRST_PAUSE
    assert circuit.admit(), "the probe"
    assert refuses(circuit), "nobody else meanwhile"
    circuit.succeeded()
    circuit.ended(True)
    assert [circuit.admit(), circuit.admit()] == [False, False]


def test_a_probe_that_fails_doubles_the_pause_up_to_the_longest() -> None:
    clock = Clock()
    circuit = opened(clock)
    pauses: list[float] = []
    for _ in range(6):
        assert circuit.open_until is not None
        clock.at = circuit.open_until
        circuit.failed(BUSY, circuit.admit())
        circuit.ended(True)
        pauses.append(circuit.open_until - clock.at)
    assert pauses == [10.0, 20.0, 40.0, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_probe_that_told_nothing_lets_the_next_one_through() -> None:
    clock = Clock()
    circuit = opened(clock)
    clock.at = FIRST_PAUSE
    circuit.ended(circuit.admit())
    assert circuit.admit()


def test_the_wait_that_a_provider_asks_for_is_kept() -> None:
    clock = Clock()
    circuit = opened(clock, retry_after=25.0)
    clock.at = 24.9
    assert refuses(circuit)
    clock.at = 25.0
    assert not refuses(circuit)


async def test_a_storm_reaches_the_provider_only_until_the_circuit_opens() -> None:
    scripted = ScriptedPort([failing("model.busy")])
    model = ModelPorts({"chat": scripted}, failures_until_open=4)
    codes: list[str] = []
    for _ in range(10):
        with pytest.raises(ModelFailed) as failed:
            await hear(model, tier("chat"), PROMPT)
        codes.append(failed.value.code)
    assert scripted.asked == 4
    assert codes == ["model.busy"] * 4 + ["model.circuit_open"] * 6


async def test_an_answer_that_is_not_read_to_its_end_is_a_success() -> None:
    model = ModelPorts({"chat": ScriptedPort([failing(), Course(), failing(), Course()])}, failures_until_open=2)
    for _ in range(2):
        with pytest.raises(ModelFailed):
            await hear(model, tier("chat"), PROMPT)
        async with aclosing(model.stream(tier("chat"), PROMPT, within=timedelta(seconds=5))) as events:
            assert isinstance(await anext(events), Begun)
    assert not model.circuit_of(tier("chat")).is_open


async def test_other_models_and_other_servers_have_circuits_of_their_own() -> None:
    scripted = ScriptedPort([failing("model.busy"), Course()])
    model = ModelPorts({"chat": scripted}, failures_until_open=1)
    with pytest.raises(ModelFailed):
        await hear(model, tier("chat"), PROMPT)
    with pytest.raises(ModelFailed):
        await hear(model, tier("chat"), PROMPT)
    assert text_of(await hear(model, tier("chat", "gpt-5.2"), PROMPT))
    assert text_of(await hear(model, tier("chat", base_url="http://127.0.0.1:9/v1"), PROMPT))


@pytest.mark.parametrize(("within", "opens"), [(3, True), (1, False)])
async def test_a_turn_that_had_no_time_left_says_nothing_of_the_model(within: int, opens: bool) -> None:
    model = ModelPorts({"chat": ScriptedPort([failing("model.timeout")])}, failures_until_open=1)
    at = tier("chat", first_token_timeout="2s")
    with pytest.raises(ModelFailed):
        await hear(model, at, PROMPT, within=within)
    assert model.circuit_of(at).is_open is opens
