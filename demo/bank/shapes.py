"""Which values do the bank's systems share in what they accept and answer?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from demo.systems.shapes import Money, refuse_unprintable

System = Literal["people", "accounts", "transfers", "cards"]
SYSTEMS: tuple[System, ...] = ("people", "accounts", "transfers", "cards")

CUSTOMER_ID = r"^P[0-9]{3,6}$"
PARTY_ID = r"^[PJ][0-9]{3,6}$"
IBAN = r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"

CustomerId = Annotated[str, Field(pattern=CUSTOMER_ID, description="Customer number, such as P201.", examples=["P201"])]
PartyId = Annotated[
    str,
    Field(
        pattern=PARTY_ID,
        description="Whose it is: a customer (P201), or two customers together (J301).",
        examples=["P201", "J301"],
    ),
]
PayeeId = Annotated[str, Field(pattern=r"^payee_[0-9a-f]{12}$", description="Payee, from list_payees or add_payee.")]
TransferId = Annotated[str, Field(pattern=r"^tr_[0-9a-f]{16}$", description="Transfer given by make_transfer.")]
OrderId = Annotated[str, Field(pattern=r"^so_[0-9a-f]{12}$", description="Standing order, from list_standing_orders.")]
CardId = Annotated[str, Field(pattern=r"^card_[0-9a-z]{4,24}$", description="Card, from list_cards.")]
DueMoney = Annotated[Money, Field(description="What is to be paid, more than nothing; minor units.")]


def check_digits(country: str, rest: str) -> str:
    """The two check digits of an IBAN (ISO 13616): 98 less the remainder of dividing by 97."""
    letters = f"{rest}{country}00"
    number = "".join(str(int(sign, 36)) for sign in letters)
    return f"{98 - int(number) % 97:02d}"


def _require_iban(text: str) -> str:
    if check_digits(text[:2], text[4:]) != text[2:4]:
        raise PydanticCustomError("iban", "iban invalid: its check digits do not fit; ask for the IBAN again")
    return text


Iban = Annotated[
    str,
    Field(pattern=IBAN, description="IBAN of an account, without spaces.", examples=["DE02701500000000594937"]),
    AfterValidator(_require_iban),
]
Purpose = Annotated[
    str,
    AfterValidator(refuse_unprintable),
    Field(min_length=1, max_length=140, description="What it is for, as the payee reads it."),
]
PersonName = Annotated[
    str, AfterValidator(refuse_unprintable), Field(min_length=2, max_length=70, description="Whose account it is.")
]
