"""What do the activities count? Calls, tokens, money, verdicts: names, units and labels; never an id or a word."""

from typing import Final

from temporalio.common import MetricMeter

from contracts.steps import ToolOutcome
from governance.judged_call import JudgedCall
from storage.calls import Usage

BUCKETS: Final[dict[str, tuple[float, ...]]] = {
    "handrail_model_first_token_ms": (50, 100, 200, 400, 800, 1_500, 3_000, 6_000, 12_000),
    "handrail_model_ms": (100, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000),
}
"""Upper bounds, in milliseconds."""
UNKNOWN_TOOL: Final = "unknown"
"""What a tool that a model has made up is called here: its name would be a label without end."""


class Metrics:
    """Counts through Temporal's meter, so that one address of the process shows the SDK's metrics and ours."""

    def __init__(self, meter: MetricMeter = MetricMeter.noop) -> None:
        self._calls = meter.create_counter("handrail_model_calls", "Attempts of model calls by tier and outcome")
        self._tokens = meter.create_counter("handrail_model_tokens", "Tokens by pack, tier, model and kind")
        self._cost = meter.create_counter("handrail_model_cost_micro_usd", "Cost at the pack's prices")
        self._asks = meter.create_counter("handrail_model_second_asks", "Models that were silent and asked again")
        self._first = meter.create_histogram("handrail_model_first_token_ms", "Until the first words or call", "ms")
        self._took = meter.create_histogram("handrail_model_ms", "Until the answer's end", "ms")
        self._sentences = meter.create_counter("handrail_sentences", "Sentences of models by what became of them")
        self._verdicts = meter.create_counter("handrail_guard_verdicts", "Verdicts on proposed tool calls")
        self._tools = meter.create_counter("handrail_tool_calls", "Calls of company systems by outcome")
        self._half_done = meter.create_counter("handrail_compensations_failed", "Writes that could not be undone")

    def model_ended(self, tier: str, outcome: str) -> None:
        """An attempt of a model call came to this: a thought's outcome, or a failure's code."""
        self._calls.add(1, {"tier": tier, "outcome": outcome})

    def model_used(self, pack: str, tier: str, model: str, usage: Usage, asks: int) -> None:
        """What an attempt took, whatever it came to."""
        labels = {"pack": pack, "tier": tier, "model": model}
        kinds = {
            "input": usage.input_tokens,
            "cached": usage.cached_tokens,
            "output": usage.output_tokens,
            "reasoning": usage.reasoning_tokens,
        }
        for kind, tokens in kinds.items():
            self._tokens.add(tokens, {**labels, "kind": kind})
        self._cost.add(usage.cost_micro, dict(labels))
        self._asks.add(asks - 1, dict(labels))
        if usage.first_token_ms is not None:
            self._first.record(usage.first_token_ms, dict(labels))
        if usage.ms is not None:
            self._took.record(usage.ms, dict(labels))

    def spoken(self, pack: str, *, released: int, withheld: int) -> None:
        """How many sentences of an answer went out, and how many a check withheld."""
        self._sentences.add(released, {"pack": pack, "outcome": "released"})
        self._sentences.add(withheld, {"pack": pack, "outcome": "withheld"})

    def judged(self, pack: str, call: JudgedCall, *, known: bool) -> None:
        """The guards' verdict on one call; `known`: its tool is one of the pack's."""
        verdict = call.verdict
        labels = {"pack": pack, "tool": call.tool if known else UNKNOWN_TOOL}
        self._verdicts.add(1, {**labels, "guard": verdict.guard, "outcome": verdict.outcome, "code": verdict.code})

    def invoked(self, tool: str, purpose: str, outcome: ToolOutcome) -> None:
        """What a call of a company's system came to."""
        self._tools.add(1, {"tool": tool, "purpose": purpose, "outcome": outcome.status})

    def half_done(self, tool: str, outcome: ToolOutcome) -> None:
        """A write of `tool` stands though the rest of its set does not: undoing it came to this."""
        self._half_done.add(1, {"tool": tool, "outcome": outcome.status})
