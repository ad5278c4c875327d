"""How does a process log? JSON lines on stderr: constant messages, ids in fields, never customer text."""

import logging
import sys
import traceback
from typing import Any, Final

import structlog

SDK_FIELDS: Final = frozenset(
    {
        "activity",
        "activity_id",
        "activity_type",
        "attempt",
        "namespace",
        "run_id",
        "task_queue",
        "tier",
        "workflow_id",
        "workflow_run_id",
        "workflow_type",
    }
)
"""What a record of Temporal's SDK may carry on: ids and names."""
_TEMPORAL: Final = ("temporal_activity", "temporal_workflow")
_DEEPEST: Final = 5


class PlainRecords(logging.Formatter):
    """The standard library's records as lines of the same form: the message's pattern, its ids, no argument of it.

    Arguments and the texts of exceptions quote values, which may be a customer's: only types and places are kept.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line."""
        event: dict[str, Any] = {"event": _pattern(record), "logger": record.name, "level": record.levelname.lower()}
        event |= _ids(record)
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            event |= {"error": type(error).__name__, "frames": places_of(error)}
        stamped = structlog.processors.TimeStamper(fmt="iso", utc=True)(None, "", event)
        return str(structlog.processors.JSONRenderer()(None, "", stamped))


def _pattern(record: logging.LogRecord) -> str:
    """The message before anything was put into it: its first line, since asyncio's next ones quote exceptions.

    Temporal's loggers append the ids, which are fields here.
    """
    return str(record.msg).partition("\n")[0].partition(" ({")[0]


def _ids(record: logging.LogRecord) -> dict[str, Any]:
    found = {key: value for key, value in vars(record).items() if key in SDK_FIELDS}
    for name in _TEMPORAL:
        details = getattr(record, name, None)
        if isinstance(details, dict):
            found |= {key: value for key, value in details.items() if key in SDK_FIELDS}
    return {key: value for key, value in found.items() if isinstance(value, str | int)}


def places_of(error: BaseException) -> list[str]:
    """Where an error came through, innermost last: file, line and function, none of the values that its text quotes."""
    frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


def set_up_logs() -> None:
    """Send structlog and the standard library's warnings to stderr as JSON."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainRecords())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
