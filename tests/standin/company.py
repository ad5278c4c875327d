"""What does the tests' small fake airline answer?"""

from typing import Any

type Obj = dict[str, Any]

AIRPORTS = ("FRA", "LIS", "MUC")
STORM = "storm over the airport"


class Problem(Exception):
    """A tool error with the company's code and detail."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def eur(amount: int) -> Obj:
    return {"amount": amount, "currency": "EUR"}


def flight(number: str, day: str, begin: str, end: str, seats: int = 9, status: str = "scheduled") -> Obj:
    return {
        "flight_id": f"{number}-{day}",
        "flight_number": number,
        "origin": "FRA",
        "destination": "LIS",
        "departs_at": f"{day}T{begin}:00+00:00",
        "arrives_at": f"{day}T{end}:00+00:00",
        "status": status,
        "seats_left": seats,
        "fare": eur(18000),
    }


def reservation(code: str, leg: Obj, fare_class: str = "classic", **more: Any) -> Obj:
    kept = ("flight_id", "flight_number", "origin", "destination", "departs_at", "arrives_at")
    return {
        "reservation_code": code,
        "customer_id": "C101",
        "status": "confirmed",
        "fare_class": fare_class,
        **{name: leg[name] for name in kept},
        "flight_status": leg["status"],
        "price_paid": eur(21000),
        "passengers": [{"first_name": "<NAME_1>", "last_name": "<NAME_2>"}],
        "bags": [],
        "purchased_at": "2026-10-01T10:00:00+00:00",
        **more,
    }


class Airline:
    """Bookings, flights and prices in memory; tests change its fields before or during a conversation."""

    def __init__(self) -> None:
        self.flights = [
            flight("NW212", "2026-11-21", "14:00", "17:00"),
            flight("NW216", "2026-11-21", "19:10", "22:05"),
            flight("NW208", "2026-11-22", "07:40", "10:35"),
            flight("NW212", "2026-11-22", "14:00", "17:00"),
            flight("NW208", "2026-11-24", "07:40", "10:35"),
        ]
        self.reservations = [reservation("K7Q2LM", self.flights[4])]
        self.rules: Obj = {
            "change_allowed": True,
            "change_fee": eur(6000),
            "refundable": True,
            "non_refundable_percent": 20,
            "extra_bag_fee": eur(4000),
            "disruption": {"rebooking_free": True, "fare_cover": eur(30000), "points": 1500},
        }
        self.due = 4500
        self.quotes = 0
        self.problems: dict[str, list[Problem]] = {}
        self.status: Obj = {"status": "on_time", "reason": None, "gate": "B22", "estimated_departure": None}
        self.cards = [{"payment_method_id": "pm_1", "brand": "Visa", "last4": "4242", "is_default": True}]
        self.written: list[tuple[str, Obj]] = []

    def answer(self, tool: str, arguments: Obj) -> Obj:
        """The result of a tool, or `Problem`."""
        if self.problems.get(tool):
            raise self.problems[tool].pop(0)
        result: Obj = getattr(self, tool)(**arguments)
        return {"as_of": "2026-11-21T09:12:00Z", **result}

    def execute(self, tool: str, arguments: Obj) -> Obj:
        """The result of a write; it is kept in `written`."""
        result = self.answer(tool, arguments)
        self.written.append((tool, arguments))
        return result

    def _booking(self, code: str) -> Obj:
        for entry in self.reservations:
            if entry["reservation_code"] == code:
                return entry
        raise Problem("not_found", "no such reservation")

    def list_reservations(self) -> Obj:
        return {"reservations": self.reservations}

    def find_reservation(self, reservation_code: str, last_name: str) -> Obj:
        if last_name not in ("Keller", "<NAME_2>"):
            raise Problem("not_found", "no reservation with this code and name")
        return {"reservation": self._booking(reservation_code)}

    def get_reservation(self, reservation_code: str) -> Obj:
        return {"reservation": self._booking(reservation_code)}

    def search_flights(self, origin: str, destination: str, date: str) -> Obj:
        if origin not in AIRPORTS:
            raise Problem("invalid_argument", f"departure code invalid: '{origin}' is not an airport we serve; try FRA")
        return {"flights": [f for f in self.flights if f["departs_at"].startswith(date)]}

    def list_seats(self, flight_id: str) -> Obj:
        return {
            "flight_id": flight_id,
            "seats_left": 3,
            "seats": [{"seat": "12A", "cabin": "economy", "kind": "window"}],
        }

    def get_fare_rules(self, fare_class: str) -> Obj:
        return {"fare_class": fare_class, **self.rules}

    def get_loyalty_account(self) -> Obj:
        return {"customer_id": "C101", "tier": "gold", "points": 41200, "change_fee_waiver": True}

    def quote_change(self, reservation_code: str, flight_id: str) -> Obj:
        self.quotes += 1
        return {
            "quote_id": f"q_{self.quotes}",
            "reservation_code": reservation_code,
            "flight_id": flight_id,
            "fare_difference": eur(self.due),
            "change_fee": eur(0),
            "change_fee_waived": True,
            "total_due": eur(self.due),
            "expires_at": "2026-11-21T09:30:00Z",
        }

    def list_payment_methods(self) -> Obj:
        return {"methods": self.cards}

    def get_customer(self) -> Obj:
        return {"customer": {"customer_id": "C101", "first_name": "<NAME_1>", "address": "<ADDRESS_1>"}}

    def get_flight_status(self, flight_number: str, date: str) -> Obj:
        leg = next(f for f in self.flights if f["flight_id"] == f"{flight_number}-{date}")
        return {
            "flight_number": flight_number,
            "flight_id": leg["flight_id"],
            "scheduled_departure": leg["departs_at"],
            **self.status,
        }

    def charge_payment(self, payment_method_id: str, amount: Obj, reservation_code: str, quote_id: str) -> Obj:
        if amount["amount"] != self.due:
            raise Problem("quote_stale", f"the price is now {self.due / 100:.2f} EUR")
        return {"payment_id": "pay_1", "amount": amount, "status": "captured"}

    def change_flight(self, reservation_code: str, flight_id: str, quote_id: str, payment_id: str | None) -> Obj:
        assert payment_id == ("pay_1" if self.due else None)
        booking = self._booking(reservation_code)
        leg = next(f for f in self.flights if f["flight_id"] == flight_id)
        booking.update({name: leg[name] for name in ("flight_id", "flight_number", "departs_at", "arrives_at")})
        return {"reservation": dict(booking), "ticket_number": "220-1234567890"}

    def recalculate_points(self, reservation_code: str) -> Obj:
        return {"points": 41290, "delta": 90}

    def notify_operations(self, reservation_code: str, flight_id: str, kind: str) -> Obj:
        return {"notification_id": "n_1"}

    def credit_points(self, reservation_code: str, points: int, reason: str) -> Obj:
        return {"points": 41200 + points, "credited": points}

    def add_customer_note(self, text: str) -> Obj:
        return {"note_id": "note_1"}

    def open_bag_case(self, reservation_code: str, bag_tag: str, description: str, delivery_address: str) -> Obj:
        return {"case_id": "BAG12345", "status": "searching"}

    def get_bag_case(self, case_id: str) -> Obj:
        return {"case_id": case_id, "status": "searching", "location": None, "expected_delivery": None}

    def cancel_reservation(self, reservation_code: str) -> Obj:
        booking = self._booking(reservation_code)
        booking["status"] = "cancelled"
        return {"reservation": booking, "refundable": eur(16800), "non_refundable": eur(4200)}

    def list_payments(self, reservation_code: str) -> Obj:
        paid = {"payment_id": "pay_0", "reservation_code": reservation_code, "amount": eur(21000), "refunded": eur(0)}
        return {"payments": [paid]}

    def refund_payment(self, payment_id: str, reason: str) -> Obj:
        return {"refund_id": "re_1", "amount": eur(16800), "status": "refunded"}
