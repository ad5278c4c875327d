"""What does it cost to check what a controlled path says?"""

import json
import statistics
import time
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from activities.check_flow_words import check_flow_words
from activities.companies import Company, make_ready
from activities.run_flow import FlowMove, begin_flow
from activities.scene import Scene
from contracts.flow import SayStep
from contracts.template import fill_text
from evals.figures import Figure, figure
from evals.replies.cases import pack_of
from storage.entries import Entry, EntryKind
from storage.requests import RequestRow

NOW: Final = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
ROUNDS: Final = 500
FLIGHT: Final[dict[str, JsonValue]] = {
    "as_of": "2026-11-21T09:05:00Z",
    "flight_number": "NW212",
    "flight_id": "NW212-2026-11-21",
    "status": "delayed",
    "reason": "late arrival of the aircraft",
    "scheduled_departure": "2026-11-21T11:30:00Z",
    "estimated_departure": "2026-11-21T12:10:00Z",
    "gate": "B22",
}
BOOKED: Final[dict[str, JsonValue]] = {
    "reservation_code": "K7Q2LM",
    "status": "confirmed",
    "fare_class": "classic",
    "flight_number": "NW212",
    "origin": "FRA",
    "destination": "LIS",
    "departs_at": "2026-11-24T06:30:00Z",
    "price_paid": {"amount": 21000, "currency": "EUR"},
}
READ: Final[dict[str, dict[str, JsonValue]]] = {
    "get_flight_status": FLIGHT,
    "list_reservations": {"as_of": "2026-11-21T09:05:00Z", "reservations": [BOOKED]},
}
SAID: Final = (("flight_status", "tell_delayed"), ("my_booking", "tell_mine"))


def flow_word_figures() -> dict[str, Figure]:
    """The time of this process for what two steps of the airline say. Raises RuntimeError where one is withheld."""
    company = make_ready(pack_of("airline"))
    scene, spent = _scene(company), list[float]()
    for _ in range(ROUNDS):
        for flow, step in SAID:
            move = _move(company, flow, step)
            started = time.process_time_ns()
            checked = check_flow_words(scene, move)
            spent.append((time.process_time_ns() - started) / 1e6)
            if checked.withheld is not None:
                raise RuntimeError(f"{flow}.{step} is withheld: {checked.withheld.code}; correct the scene.")
    return {
        "flow_words_cpu_p50_ms": figure(statistics.median(spent), "ms a stretch", n=len(spent), aim="<= 2"),
        "flow_words_cpu_p99_ms": figure(statistics.quantiles(spent, n=100)[-1], "ms a stretch", n=len(spent)),
    }


def _move(company: Company, flow: str, name: str) -> FlowMove:
    step = company.pack.flows[flow].step(name)
    assert isinstance(step, SayStep)
    said = fill_text(step.text, {"flight": FLIGHT, "mine": READ["list_reservations"]})
    position = begin_flow(flow, company.pack.flows[flow])
    return FlowMove(kind="ended", position=position, said=(said,), templates=(step.text,))


def _scene(company: Company) -> Scene:
    transcript = [_entry(0, "message", {"text": "Is my flight on time?"})]
    for n, (tool, result) in enumerate(READ.items(), start=1):
        call = f"flow_1_{n}"
        transcript.append(_entry(n, "call", {"call_id": call, "name": tool, "arguments": "{}"}))
        output = json.dumps({"result": result})
        transcript.append(_entry(100 + n, "observation", {"call_id": call, "output": output}))
    return Scene(
        request=RequestRow(request_id="r1", pack="airline", pack_digest="d", channel="web", opened_at=NOW),
        company=company,
        transcript=transcript,
        facts=[],
        effects=[],
        open_set=None,
        known=[],
        now=NOW,
    )


def _entry(n: int, kind: EntryKind, body: dict[str, JsonValue]) -> Entry:
    return Entry(entry_key=f"t1.1.{n}", turn=1, step=1, n=n, kind=kind, body=body)
