"""Is a provider's error worth another try, and when? The one place that says so."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import openai

from contracts.errors import ModelFailed

RETRYABLE_STATUS: Final = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
_NAME: Final = re.compile(r"[a-z_]{1,40}(?:\.[a-z_]{1,40}|\[\d{1,3}\]){0,6}")
LONGEST_WAIT: Final = 30.0
"""Seconds. A provider that asks for more gets this much; the turn's deadline ends the waiting anyway."""


def map_model_error(error: openai.OpenAIError, *, begun: bool = False) -> ModelFailed:
    """The failure with its stable code, whether to retry, and the wait in seconds that the provider asked for.

    `begun`: the stream was open already, so that its server was reached.
    """
    if isinstance(error, openai.APITimeoutError):
        return ModelFailed("model.timeout", "the model did not answer in time", retryable=True)
    if isinstance(error, openai.APIConnectionError) and not begun:
        return ModelFailed("model.unreachable", "the model's server cannot be reached", retryable=True)
    if isinstance(error, openai.APIStatusError):
        return _map_status(error)
    return ModelFailed("model.broken_stream", f"the model's stream broke: {type(error).__name__}", retryable=True)


def _map_status(error: openai.APIStatusError) -> ModelFailed:
    status = error.status_code
    code = {401: "model.wrong_key", 403: "model.forbidden", 404: "model.unknown", 429: "model.busy"}.get(
        status, "model.refused" if status < 500 else "model.broken"
    )
    quota_spent = error.code == "insufficient_quota"
    return ModelFailed(
        "model.quota_spent" if quota_spent else code,
        f"the model's server answered {status} ({told_name(error.code)}: {told_name(error.param)})",
        retryable=status in RETRYABLE_STATUS and not quota_spent,
        retry_after=read_retry_after(error.response.headers.get("retry-after"), datetime.now(UTC)),
    )


def told_name(given: object) -> str:
    """A server's code for a failure, or the parameter that it is about: a name, since anything else may quote."""
    return given if isinstance(given, str) and _NAME.fullmatch(given) else "unknown"


def read_retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to wait, from delta-seconds or an HTTP date (RFC 9110, 10.2.3); capped; None where it says nothing."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = _seconds_until(header, now)
    if seconds is None or seconds != seconds or seconds < 0:
        return None
    return min(seconds, LONGEST_WAIT)


def _seconds_until(date: str, now: datetime) -> float | None:
    try:
        when = parsedate_to_datetime(date)
    except ValueError:
        return None
    return max((when - now).total_seconds(), 0.0) if when.tzinfo else None
