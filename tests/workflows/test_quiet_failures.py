"""What does a history tell of an error that quotes a customer's words? Its type, and nothing that it quotes."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import TypeAdapter
from temporalio import activity, workflow
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from workers.failure_texts import SealedFailures
from workers.payload_codec import make_data_converter
from workers.settings import Settings

SAID = "Wendelbrock +4915123000101"


def _invalid() -> None:
    TypeAdapter(int).validate_python(SAID)


def _from_another() -> None:
    try:
        _invalid()
    except ValueError as error:
        raise RuntimeError(SAID) from error


def _ours_from_another() -> None:
    try:
        _from_another()
    except RuntimeError as error:
        raise ApplicationError("a system did not answer", type="tool.unavailable") from error


def _ours_beside_another() -> None:
    try:
        raise KeyError(SAID)
    except KeyError:
        raise ApplicationError("a system did not answer", type="tool.unavailable")  # noqa: B904


FAILING = {"invalid": _invalid, "chained": _from_another, "ours": _ours_from_another, "beside": _ours_beside_another}


@activity.defn
async def fail(way: str) -> None:
    """Raise in one of the ways."""
    FAILING[way]()


@workflow.defn(sandboxed=False)
class Fails:
    """Lets an activity fail, and fails with it."""

    @workflow.run
    async def run(self, way: str, is_local: bool) -> None:
        run = workflow.execute_local_activity if is_local else workflow.execute_activity
        once = RetryPolicy(maximum_attempts=1)
        await run(fail, way, start_to_close_timeout=timedelta(seconds=10), retry_policy=once)


@pytest.mark.parametrize("is_local", [False, True])
@pytest.mark.parametrize("way", FAILING)
async def test_a_history_quotes_no_error(environment: WorkflowEnvironment, way: str, is_local: bool) -> None:
    converter = make_data_converter(Settings(_env_file=None))  # type: ignore[call-arg]  # pydantic-settings' own argument
    client = Client(environment.client.service_client, data_converter=converter)
    async with Worker(client, task_queue="quiet", workflows=[Fails], activities=[fail]):
        handle = await client.start_workflow(Fails.run, args=[way, is_local], id=str(uuid4()), task_queue="quiet")
        with pytest.raises(WorkflowFailureError):
            await handle.result()
        history = (await handle.fetch_history()).to_json()
    assert SAID not in history
    assert "in _invalid" in history or "in _ours_beside_another" in history
    told = {"invalid": "ValidationError", "chained": "RuntimeError"}.get(way, "a system did not answer")
    assert json.dumps(told) in history


def test_with_a_key_what_is_told_is_where_the_codec_encrypts_it() -> None:
    converter, failure = make_data_converter(Settings(_env_file=None)).payload_converter, Failure()  # type: ignore[call-arg]
    with pytest.raises(ApplicationError) as caught:
        _ours_from_another()
    SealedFailures().to_failure(caught.value, converter, failure)
    assert "did not answer" not in failure.message
    assert b"a system did not answer" in failure.encoded_attributes.data
    assert b"RuntimeError" in failure.cause.encoded_attributes.data
    assert SAID.encode() not in failure.SerializeToString()
