"""Can the workflow's code carry on requests that are under way? Recorded histories are replayed with it."""

import json
import re
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from tests.histories.forgetful_request import ForgetfulRequest
from workers.pools import sandbox
from workflows.customer_request import CustomerRequest

RECORDED = sorted(Path(__file__).parent.glob("*.json"))
WANTED = {"greeting", "change_of_flight", "lost_bag", "person"}


def replayer(workflow: type[CustomerRequest]) -> Replayer:
    """Replays as the workers run: in the same sandbox, with the same data converter."""
    return Replayer(workflows=[workflow], workflow_runner=sandbox(), data_converter=pydantic_data_converter)


def read(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"request-{path.stem}", path.read_text())


def test_the_flows_are_recorded() -> None:
    assert {path.stem for path in RECORDED} >= WANTED


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
async def test_a_recorded_request_is_carried_on_by_todays_code(path: Path) -> None:
    await replayer(CustomerRequest).replay_workflow(read(path))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
async def test_code_that_leaves_a_step_out_is_caught(path: Path) -> None:
    outcome = await replayer(ForgetfulRequest).replay_workflow(read(path), raise_on_replay_failure=False)
    assert isinstance(outcome.replay_failure, NondeterminismError)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_history_tells_of_no_machine_and_stays_small(path: Path) -> None:
    text = path.read_text()
    assert len(text) < 200_000
    assert set(re.findall(r'"identity":"([^"]*)"', text)) == {"recorded"}
    assert not re.search(r"/(?:tmp|home|root|work|usr|var)/", text)
    assert json.loads(text)["events"]
