"""How do tests run a pack of their own? By a gateway and workers beside the machine's, in a namespace of their own."""

import contextlib
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from storage.packs import load_version
from tests.conversation import Conversation, ledger
from tests.records import ask
from tests.stack import ROOT, Stack, free_ports
from workers.dev.temporal_server import SEARCH_ATTRIBUTES
from workers.migrate import deploy

CAUTIOUS, WATCHFUL = "cautious", "watchful"
SPANISH = {
    "automated_notice": "Soy el asistente automático de Northwind Air. Puede pedir hablar con una persona.",
    "fallback": "Lo siento, no puedo responder a esto con seguridad.",
    "clarify": "No estoy seguro de lo que necesita. ¿Es sobre una reserva, un vuelo o su equipaje?",
    "handoff_waiting": "Le paso con una persona, que ve todo lo que hemos escrito.",
    "model_down": "No puedo mirar esto ahora mismo. Una persona se ocupa.",
}
KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD


async def _make_namespace(address: str, name: str) -> None:
    client = await Client.connect(address)
    kept = Duration(seconds=86_400)
    made = RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=kept)
    await client.workflow_service.register_namespace(made, timeout=timedelta(seconds=10))
    names: Any = {str(one): KEYWORD for one in SEARCH_ATTRIBUTES}
    attributes = AddSearchAttributesRequest(namespace=name, search_attributes=names)
    await client.operator_service.add_search_attributes(attributes, timeout=timedelta(seconds=10))


def copy_pack(folder: Path, name: str, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> Path:
    """The airline's pack under another name, its manifest and its tools changed."""
    pack = folder / name
    shutil.copytree(ROOT / "packs" / "airline", pack)
    manifest = yaml.safe_load((pack / "pack.yaml").read_text())
    tools = yaml.safe_load((pack / "tools.yaml").read_text())
    manifest["name"] = name
    change(manifest, tools)
    (pack / "pack.yaml").write_text(yaml.safe_dump(manifest))
    (pack / "tools.yaml").write_text(yaml.safe_dump(tools))
    return pack


@contextlib.contextmanager
def second_house(machine: Stack, *packs: Path) -> Generator[Stack]:
    """A gateway and workers that serve these packs, on the machine's database, Temporal, systems and stand-in."""
    namespace = packs[0].name
    extra = {"HANDRAIL_PACKS": ":".join(map(str, packs)), "TEMPORAL_NAMESPACE": namespace}
    house = Stack(packs[0].parent, extra=extra)
    house.postgres, house.temporal_port = machine.postgres, machine.temporal_port
    house.airline_port, house.standin_port = machine.airline_port, machine.standin_port
    (house.gateway_port,) = free_ports(1)
    ask(_make_namespace(house.temporal_address, namespace))
    variables = {"HANDRAIL_SYSTEMS_URL": house.airline_url}
    ask(deploy(house.database_url, "head", [load_version(pack, variables) for pack in packs]))
    try:
        for name in ("runtime0", "gateway"):
            house.launch(name)
        house.await_healthy("runtime0", "gateway")
        yield house
    finally:
        house.stop_one("gateway")
        house.stop_one("runtime0")
        house.http.close()


@dataclass
class AirlineConversation(Conversation):
    """A conversation with a company that works on the airline's back office, whatever its pack is called."""

    def ledger(self, system: str, operation: str | None = None) -> list[dict[str, Any]]:
        """Its effects in the airline's own ledger."""
        return ledger(self.stack, system, operation=operation, request_id=self.request_id)
