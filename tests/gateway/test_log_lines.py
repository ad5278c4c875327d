"""What is left of a record of somebody else's library: its pattern, its ids, and no value?"""

import json
import logging
import sys
from typing import Any

from workers.logs import PlainRecords

SECRET = "heliotrope"


def line_of(message: str, *arguments: object, error: BaseException | None = None, **extra: Any) -> dict[str, Any]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("some.library", logging.WARNING, __file__, 1, message, arguments, info)
    vars(record).update(extra)
    text = PlainRecords().format(record)
    assert "\n" not in text
    return json.loads(text)


def failed() -> ValueError:
    try:
        int(SECRET)
    except ValueError as error:
        return error
    sys.exit("int() took a word")


def test_the_pattern_stays_and_its_arguments_go() -> None:
    line = line_of("could not read %s", SECRET)
    assert (line["event"], line["level"], line["logger"]) == ("could not read %s", "warning", "some.library")
    assert SECRET not in str(line)


def test_an_exception_is_its_type_and_its_places() -> None:
    line = line_of("failed", error=failed())
    assert line["error"] == "ValueError"
    assert any("test_log_lines.py" in frame for frame in line["frames"])
    assert SECRET not in str(line)


def test_what_asyncio_adds_about_a_lost_task_goes() -> None:
    line = line_of(f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{SECRET}')>")
    assert line["event"] == "Task exception was never retrieved"


def test_temporals_ids_are_fields() -> None:
    details = {"workflow_id": "request-1", "attempt": 2, "headers": SECRET}
    line = line_of(f"model_failed ({details})", temporal_workflow=details, tier="fast")
    assert (line["event"], line["workflow_id"], line["attempt"], line["tier"]) == (
        "model_failed",
        "request-1",
        2,
        "fast",
    )
    assert SECRET not in str(line)
