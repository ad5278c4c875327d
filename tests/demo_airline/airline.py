"""How do the tests call the airline?"""

from typing import Any

from demo.airline.company import AIRLINE
from tests.demo_systems.back_office import ADMIN, BackOffice, Contracts, fresh_key, sign

__all__ = ["ADMIN", "CONTRACTS", "OPERATIONS", "Airline", "claims", "fresh_key", "sign"]

CONTRACTS = Contracts(AIRLINE, "C101")
OPERATIONS = CONTRACTS.operations
Airline = BackOffice


def claims(operation: str, sub: str | None = "C101", **changed: Any) -> dict[str, Any]:
    """The claims of a good delegated token for the airline."""
    return CONTRACTS.claims(operation, sub, **changed)
