"""Do the exported OpenAPI documents say exactly what the systems do?"""

import json
from pathlib import Path
from typing import Any

import pytest

from demo.airline.company import AIRLINE
from demo.airline.shapes import SYSTEMS
from demo.systems.documents import documents
from tests.demo_airline.airline import OPERATIONS

EXPORTED = Path(__file__).parents[2] / "packs" / "airline" / "openapi"
SPECIFIED = {
    "booking": "search_flights list_seats list_reservations get_reservation find_reservation change_flight "
    "cancel_reservation",
    "fares": "get_fare_rules quote_change",
    "loyalty": "get_loyalty_account recalculate_points credit_points",
    "customers": "get_customer add_customer_note send_one_time_code",
    "payments": "list_payment_methods charge_payment refund_payment get_payment find_payment list_payments",
    "operations": "get_flight_status notify_operations open_bag_case get_bag_case",
}
WRITES = {
    "change_flight",
    "cancel_reservation",
    "recalculate_points",
    "credit_points",
    "add_customer_note",
    "send_one_time_code",
    "charge_payment",
    "refund_payment",
    "notify_operations",
    "open_bag_case",
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_pack_holds_the_document_that_the_app_serves(system: str) -> None:
    exported = json.loads((EXPORTED / f"{system}.json").read_text())
    served = documents(AIRLINE)[system]
    assert exported == served, f"export anew: python -m demo.airline openapi packs/airline/openapi ({system})"


def test_each_system_offers_the_specified_operations() -> None:
    offered = {system: {n for n, o in OPERATIONS.items() if o.system == system} for system in SYSTEMS}
    assert offered == {system: set(names.split()) for system, names in SPECIFIED.items()}
    assert {name for name, operation in OPERATIONS.items() if operation.writes} == WRITES


def _objects(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for item in node for found in _objects(item)]
    if not isinstance(node, dict):
        return []
    here = [node] if node.get("type") == "object" and "properties" in node else []
    return here + [found for item in node.values() for found in _objects(item)]


def test_every_object_is_closed_and_every_property_of_it_typed() -> None:
    for document in documents(AIRLINE).values():
        objects = _objects(document["components"]["schemas"])
        assert objects
        for found in objects:
            assert found["additionalProperties"] is False, found
            optional = set(found["properties"]) - set(found.get("required", ()))
            assert optional <= {"errors", "expected_refund"}, found
            for name, schema in found["properties"].items():
                assert {"type", "$ref", "anyOf", "enum", "const"} & set(schema), (found.get("title"), name)


def test_every_operation_and_parameter_is_described_and_every_text_bounded() -> None:
    for document in documents(AIRLINE).values():
        for methods in document["paths"].values():
            for said in methods.values():
                assert len(said["description"]) > 20, said["operationId"]
                for parameter in said.get("parameters", []):
                    described = parameter.get("description") or parameter["schema"].get("description")
                    assert described, (said["operationId"], parameter["name"])
                    schema = parameter["schema"]
                    assert {"pattern", "enum", "format"} & set(schema), (said["operationId"], parameter["name"])


def test_writes_take_an_idempotency_key_and_reads_state_their_age() -> None:
    for document in documents(AIRLINE).values():
        for methods in document["paths"].values():
            for said in methods.values():
                headers = {p["name"] for p in said.get("parameters", []) if p["in"] == "header"}
                assert headers == ({"Idempotency-Key"} if said["x-effect"] == "write" else set())
                answer = said["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                properties = document["components"]["schemas"][answer]["properties"]
                assert ("as_of" in properties) == (said["x-effect"] == "read"), said["operationId"]
