"""What does Temporal's server know of our workflows? As an operator asks it."""

import asyncio
import json
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from tests.stack import Stack


def ask[T](question: Coroutine[Any, Any, T]) -> T:
    """The answer of a coroutine, from a test that is none; on a thread, since the tests' own loop may be running."""
    answers: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(asyncio.run(question))
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return answers[0]


async def connect(stack: Stack) -> Client:
    """A client of the machine's server, with our data converter."""
    return await Client.connect(stack.temporal_address, data_converter=pydantic_data_converter)


@dataclass(frozen=True)
class Workflow:
    """A request's workflow as Temporal's UI shows it."""

    description: WorkflowExecutionDescription
    details: str
    """The current details, in Markdown."""
    history: WorkflowHistory

    @property
    def attributes(self) -> dict[str, object]:
        """Our search attributes, by name."""
        typed = self.description.typed_search_attributes
        return {pair.key.name: pair.value for pair in typed if pair.key.name.startswith("Handrail")}

    @property
    def event_types(self) -> list[str]:
        """The history's events, in order."""
        return [event["eventType"] for event in json.loads(self.history.to_json())["events"]]


def look_at(stack: Stack, request_id: str) -> Workflow:
    """The latest run of a request's workflow."""

    async def look() -> Workflow:
        handle = (await connect(stack)).get_workflow_handle(request_id)
        metadata = await handle.query("__temporal_workflow_metadata", result_type=dict)
        return Workflow(await handle.describe(), metadata.get("currentDetails", ""), await handle.fetch_history())

    return ask(look())


def count_workflows(stack: Stack) -> int:
    """How many workflows the server has ever started here."""

    async def count() -> int:
        return (await (await connect(stack)).count_workflows()).count

    return ask(count())
