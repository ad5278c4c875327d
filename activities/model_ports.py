"""Through which port is a tier called, and what stands between it and us: its circuit, and a second ask?"""

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import timedelta

import structlog

from activities.ask_twice import ask_twice
from activities.circuit import Circuit
from contracts.errors import ModelFailed
from contracts.model_port import ModelEvent, ModelPort, Prompt
from contracts.pack import ModelTier

log = structlog.get_logger(__name__)


class ModelPorts:
    """A `ModelPort` for every tier: `ports` by the name of the API. One object a process: it holds the circuits."""

    def __init__(self, ports: Mapping[str, ModelPort], *, failures_until_open: int) -> None:
        self._ports = ports
        self._failures_until_open = failures_until_open
        self._circuits: dict[tuple[str, str], Circuit] = {}

    def circuit_of(self, tier: ModelTier) -> Circuit:
        """The circuit of this provider's model: providers limit each model apart, and one may fail alone."""
        place = (tier.provider, tier.model)
        if place not in self._circuits:
            self._circuits[place] = Circuit(self._failures_until_open, time.monotonic)
        return self._circuits[place]

    async def stream(self, tier: ModelTier, prompt: Prompt, *, within: timedelta) -> AsyncGenerator[ModelEvent]:
        """Stream one answer, asked for twice if nothing comes. Raises ModelFailed, at once if the circuit is open."""
        circuit = self.circuit_of(tier)
        probe = circuit.admit()
        port = self._ports[tier.api]

        def ask() -> AsyncGenerator[ModelEvent]:
            return port.stream(tier, prompt, within=within)

        begun = False
        try:
            async with aclosing(ask_twice(ask, patience=tier.first_token_timeout)) as events:
                async for event in events:
                    begun = True
                    yield event
            circuit.succeeded()
        except GeneratorExit:
            if begun:  # whoever reads has heard enough, of a model that answers
                circuit.succeeded()
            raise
        except ModelFailed as failure:
            if failure.code != "model.timeout" or _was_silent(begun, within, tier):
                _note(circuit, failure, tier, probe)
            raise
        finally:
            circuit.ended(probe)


def _was_silent(begun: bool, within: timedelta, tier: ModelTier) -> bool:
    """Whether a timeout tells of the provider: nothing came in time enough. Else the turn just had no more time."""
    return not begun and within >= tier.first_token_timeout


def _note(circuit: Circuit, failure: ModelFailed, tier: ModelTier, probe: bool) -> None:
    was_open = circuit.is_open
    circuit.failed(failure, probe)
    if circuit.is_open and not was_open:
        log.warning("model_circuit_opened", provider=tier.provider, model=tier.model, code=failure.code)
