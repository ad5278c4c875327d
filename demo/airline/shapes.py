"""Which values do all six systems share in what they accept and answer?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

AIRPORTS = {
    "FRA": "Frankfurt",
    "LIS": "Lisbon",
    "MAD": "Madrid",
    "LHR": "London Heathrow",
    "FCO": "Rome Fiumicino",
    "ARN": "Stockholm Arlanda",
}

System = Literal["booking", "fares", "loyalty", "customers", "payments", "operations"]
SYSTEMS: tuple[System, ...] = ("booking", "fares", "loyalty", "customers", "payments", "operations")
FareClass = Literal["light", "classic", "flex"]

CUSTOMER_ID = r"^C[0-9]{3,6}$"
RESERVATION_CODE = r"^[A-Z0-9]{6}$"
FLIGHT_NUMBER = r"^NW[0-9]{3,4}$"
FLIGHT_ID = r"^NW[0-9]{3,4}-[0-9]{4}-[0-9]{2}-[0-9]{2}$"
BAG_TAG = r"^0NW[0-9]{6}$"

CustomerId = Annotated[str, Field(pattern=CUSTOMER_ID, description="Customer number, such as C101.", examples=["C101"])]
ReservationCode = Annotated[
    str,
    Field(pattern=RESERVATION_CODE, description="Reservation code: six letters or digits.", examples=["K7Q2LM"]),
]
FlightNumber = Annotated[
    str, Field(pattern=FLIGHT_NUMBER, description="Flight number without a date, such as NW212.", examples=["NW212"])
]
FlightId = Annotated[
    str,
    Field(
        pattern=FLIGHT_ID,
        description="One flight on one day, as search_flights gives it: flight number and date of departure.",
        examples=["NW204-2026-11-22"],
    ),
]
BagTag = Annotated[
    str, Field(pattern=BAG_TAG, description="Number on the bag's tag, such as 0NW445566.", examples=["0NW445566"])
]
QuoteId = Annotated[str, Field(pattern=r"^q_[0-9a-f]{16}$", description="Quote given by quote_change.")]
PaymentId = Annotated[str, Field(pattern=r"^pay_[0-9a-f]{16}$", description="Payment given by charge_payment.")]
PaymentMethodId = Annotated[
    str, Field(pattern=r"^pm_[0-9a-z]{4,24}$", description="Stored payment method, from list_payment_methods.")
]
CaseId = Annotated[str, Field(pattern=r"^BAG[0-9]{5,7}$", description="Bag case given by open_bag_case.")]


def _known_airport(side: str, code: str) -> str:
    if code in AIRPORTS:
        return code
    near = [known for known, city in AIRPORTS.items() if code[:3].casefold() in (known.casefold(), city[:3].casefold())]
    hint = ", ".join(near or AIRPORTS)
    raise PydanticCustomError(
        "airport",
        "{side} code invalid: {code} is not an airport we serve; try {hint}",
        {"side": side, "code": repr(code[:20]), "hint": hint},
    )


def _departure(code: str) -> str:
    return _known_airport("departure", code)


def _destination(code: str) -> str:
    return _known_airport("destination", code)


_AIRPORT_SCHEMA = Field(json_schema_extra={"pattern": "^[A-Z]{3}$"})
DepartureCode = Annotated[str, AfterValidator(_departure), _AIRPORT_SCHEMA]
DestinationCode = Annotated[str, AfterValidator(_destination), _AIRPORT_SCHEMA]
Airport = Annotated[str, Field(pattern="^[A-Z]{3}$", description="IATA code of an airport.", examples=["FRA"])]
