"""What do the tests of workflows share? Two stricter companies in a house of their own, and a server without any."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from tests.stack import Stack
from tests.workflows.second_house import CAUTIOUS, SPANISH, WATCHFUL, copy_pack, second_house
from workers.dev.temporal_binary import find_temporal
from workflows.acting import INTENT, ROUTE, STATUS


def _approve(tools: dict[str, Any], **more: Any) -> None:
    rule = {"above": {"amount": 1000, "currency": "EUR"}, "argument": "amount", "role": "supervisor"}
    tools["tools"]["charge_payment"]["approve"] = rule | more


def _cautious(manifest: dict[str, Any], tools: dict[str, Any]) -> None:
    """One supervisor approves what costs more than 10 EUR, and payments are looked after; silence soon closes."""
    manifest["close_after"] = "3s"
    _approve(tools)
    tools["tools"]["charge_payment"]["follow_up"] = {
        "tool": "get_payment",
        "arguments": {"payment_id": "/payment_id"},
        "after": "90d",
        "every": "1d",
        "until": {"pointer": "/payment/status", "not_in": ["captured"]},
        "at_most": 1,
    }


def _watchful(manifest: dict[str, Any], tools: dict[str, Any]) -> None:
    """Two supervisors approve it, soon. It speaks Spanish as well."""
    manifest["locales"] = ["en", "es"]
    manifest["limits"] |= {"approval_ttl": "10s", "approval_reminder": "5s"}
    _approve(tools, approvers=2)


def _speak_spanish(pack: Path) -> None:
    """A few of the runtime's words in Spanish; what is missing is said in English."""
    voice = yaml.safe_load((pack / "voice.yaml").read_text())
    voice["wording"]["es"] = SPANISH
    (pack / "voice.yaml").write_text(yaml.safe_dump(voice, allow_unicode=True))


@pytest.fixture(scope="package")
def house(machine: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A gateway and workers of their own, with both packs."""
    folder = tmp_path_factory.mktemp("house")
    packs = copy_pack(folder, CAUTIOUS, _cautious), copy_pack(folder, WATCHFUL, _watchful)
    _speak_spanish(packs[1])
    with second_house(machine, *packs) as house:
        yield house


@pytest.fixture
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal server of the test's own, for workflows whose activities it plays itself."""
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(find_temporal()),
        data_converter=pydantic_data_converter,
        search_attributes=[INTENT, ROUTE, STATUS],
    )
    yield environment
    await environment.shutdown()
