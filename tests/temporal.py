"""What does Temporal's server know of our workflows? As an operator asks it."""

import json
from dataclasses import dataclass

from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from tests.records import ask
from tests.stack import Stack


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
        metadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        return Workflow(await handle.describe(), metadata.current_details, await handle.fetch_history())

    return ask(look())


def count_workflows(stack: Stack) -> int:
    """How many workflows the server has ever started here."""

    async def count() -> int:
        return (await (await connect(stack)).count_workflows()).count

    return ask(count())
