"""What does a model call cost, and what is left to spend?"""

from typing import Final

from pydantic import Field

from contracts.model import Contract
from contracts.pack import ModelPrice
from contracts.verdict import Verdict

_TOKENS_PER_PRICE: Final = 1_000_000
_BYTES_PER_TOKEN: Final = 3


class TokenUsage(Contract):
    """Tokens of one model call. `cached_input` is a part of `input`; reasoning counts as output."""

    input: int = Field(default=0, ge=0)
    cached_input: int = Field(default=0, ge=0)
    output: int = Field(default=0, ge=0)


class Budget(Contract):
    """What models may cost in a day, and which share of it one caller may use, and all visitors together.

    A caller is a customer, or of a visitor the one request: who opens others is unknown here.
    """

    daily_micro: int = Field(ge=0)
    caller_share: float = Field(default=1.0, gt=0, le=1)
    visitors_share: float = Field(default=1.0, gt=0, le=1)

    @property
    def callers_micro(self) -> int:
        """What one caller may use in a day."""
        return int(self.daily_micro * self.caller_share)

    @property
    def visitors_micro(self) -> int:
        """What all visitors may use together in a day."""
        return int(self.daily_micro * self.visitors_share)


class Spent(Contract):
    """What models have cost today and calls under way may cost, in micro-USD: in all, this caller's, all visitors'."""

    total: int = 0
    caller: int = 0
    visitors: int = 0


def call_cost(usage: TokenUsage, price: ModelPrice) -> int:
    """Return the cost in micro-USD, rounded up so that no call is free; prices are micro-USD per million tokens."""
    cached = min(usage.cached_input, usage.input)
    total = (usage.input - cached) * price.input + cached * price.cached_input + usage.output * price.output
    return -(-total // _TOKENS_PER_PRICE)


def greatest_cost(prompt_bytes: int, most_output: int, price: ModelPrice) -> int:
    """Return what a call may cost at most, in micro-USD: nothing is cached, and the answer is as long as it may be.

    A token counts as three bytes of the prompt: about four are usual in English, and three elsewhere in Europe.
    """
    tokens = TokenUsage(input=-(-prompt_bytes // _BYTES_PER_TOKEN), output=most_output)
    return call_cost(tokens, price)


def remaining(limit_micro: int | None, spent_micro: int) -> int | None:
    """Return the micro-USD left, never below 0; None when there is no limit."""
    return None if limit_micro is None else max(0, limit_micro - spent_micro)


def check_shares(budget: Budget, spent: Spent, next_micro: int = 0, *, is_visitor: bool) -> Verdict:
    """Allow a call of `next_micro` at most while the day's budget, this caller's share and all visitors' have it left.

    So no caller can use up what others need; and visitors, who can be as many as they like, leave customers their part.
    """
    limits = [(budget.daily_micro, spent.total), (budget.callers_micro, spent.caller)]
    if is_visitor:
        limits.append((budget.visitors_micro, spent.visitors))
    verdicts = [check_budget(limit, used, next_micro) for limit, used in limits]
    return next((verdict for verdict in verdicts if not verdict.allowed), verdicts[0])


def check_budget(limit_micro: int | None, spent_micro: int, next_micro: int = 0) -> Verdict:
    """Allow a call whose most expensive course (`next_micro`) fits what is left; hand over otherwise."""
    left = remaining(limit_micro, spent_micro)
    if left is None or (left > 0 and next_micro <= left):
        return Verdict(guard="budget", outcome="allow", code="within_budget")
    detail = f"The budget of {limit_micro} micro-USD is spent ({spent_micro}); no model is called."
    advice = "Take the controlled path or hand over to a person."
    return Verdict(guard="budget", outcome="hand_over", code="budget_spent", detail=detail, advice=advice)
