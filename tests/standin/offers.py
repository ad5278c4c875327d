"""Which tools does the tests' runtime offer, as strict function schemas?"""

from typing import Any

from openai.types.responses import FunctionToolParam

type Obj = dict[str, Any]

TEXT: Obj = {"type": "string"}
MONEY: Obj = {
    "type": "object",
    "properties": {"amount": {"type": "integer"}, "currency": TEXT},
    "required": ["amount", "currency"],
    "additionalProperties": False,
}
HOLE: Obj = {
    "type": "object",
    "properties": {"from_tool": TEXT, "field": TEXT},
    "required": ["from_tool", "field"],
    "additionalProperties": False,
}
STEP: Obj = {
    "type": "object",
    "properties": {
        "id": TEXT,
        "title": TEXT,
        "tool": {"type": ["string", "null"]},
        "depends_on": {"type": "array", "items": TEXT},
        "tier": {"type": "string", "enum": ["fast", "planner"]},
    },
    "required": ["id", "title", "tool", "depends_on", "tier"],
    "additionalProperties": False,
}
PARAMETERS: dict[str, Obj] = {
    "request_planner": {"reason": TEXT},
    "request_person": {"reason": TEXT},
    "make_plan": {"goal": TEXT, "steps": {"type": "array", "items": STEP}},
    "search_flights": {"origin": TEXT, "destination": TEXT, "date": TEXT},
    "list_seats": {"flight_id": TEXT},
    "list_reservations": {},
    "get_reservation": {"reservation_code": TEXT},
    "find_reservation": {"reservation_code": TEXT, "last_name": TEXT},
    "change_flight": {
        "reservation_code": TEXT,
        "flight_id": TEXT,
        "quote_id": TEXT,
        "payment_id": {"anyOf": [TEXT, HOLE, {"type": "null"}]},
    },
    "get_fare_rules": {"fare_class": {"type": "string", "enum": ["light", "classic", "flex"]}},
    "quote_change": {"reservation_code": TEXT, "flight_id": TEXT},
    "get_loyalty_account": {},
    "recalculate_points": {"reservation_code": TEXT},
    "credit_points": {"reservation_code": TEXT, "points": {"type": "integer"}, "reason": TEXT},
    "get_customer": {},
    "add_customer_note": {"text": TEXT},
    "list_payment_methods": {},
    "charge_payment": {"payment_method_id": TEXT, "amount": MONEY, "reservation_code": TEXT, "quote_id": TEXT},
    "list_payments": {"reservation_code": TEXT},
    "refund_payment": {"payment_id": TEXT, "reason": TEXT},
    "get_flight_status": {"flight_number": TEXT, "date": TEXT},
    "notify_operations": {
        "reservation_code": TEXT,
        "flight_id": TEXT,
        "kind": {"type": "string", "enum": ["passenger_moved"]},
    },
    "open_bag_case": {"reservation_code": TEXT, "bag_tag": TEXT, "description": TEXT, "delivery_address": TEXT},
    "get_bag_case": {"case_id": TEXT},
    "cancel_reservation": {"reservation_code": TEXT},
}
WRITES = frozenset(
    {
        *("charge_payment", "change_flight", "recalculate_points", "notify_operations", "credit_points"),
        *("add_customer_note", "open_bag_case", "cancel_reservation", "refund_payment"),
    }
)
FAST = ("request_planner", "request_person")
PLANNER = tuple(name for name in PARAMETERS if name != "request_planner")


def offer(names: tuple[str, ...]) -> list[FunctionToolParam]:
    """The named tools as the Responses API takes them."""
    return [
        {
            "type": "function",
            "name": name,
            "description": f"Does {name.replace('_', ' ')}.",
            "strict": True,
            "parameters": {
                "type": "object",
                "properties": PARAMETERS[name],
                "required": list(PARAMETERS[name]),
                "additionalProperties": False,
            },
        }
        for name in names
    ]
