"""What does the payment system accept and answer?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from demo.airline.shapes import CustomerId, PaymentId, PaymentMethodId, QuoteId, ReservationCode
from demo.systems.shapes import Answer, AsOf, Body, Money, refuse_unprintable

PaymentStatus = Literal["captured", "partially_refunded", "refunded"]


class Method(Answer):
    """A stored card; only its last four digits are kept."""

    payment_method_id: PaymentMethodId
    brand: Literal["visa", "mastercard", "amex"]
    last4: Annotated[str, Field(pattern=r"^[0-9]{4}$")]
    is_default: bool


class Methods(Answer):
    """A customer's cards, the default one first."""

    as_of: AsOf
    methods: list[Method]


class Charge(Body):
    """Charge a stored card with the total of a quote."""

    customer_id: CustomerId
    payment_method_id: PaymentMethodId
    amount: Annotated[Money, Field(description="Exactly total_due of the quote.")]
    reservation_code: ReservationCode
    quote_id: QuoteId


class Charged(Answer):
    """The captured payment."""

    payment_id: PaymentId
    amount: Money
    status: Literal["captured"]


class Refund(Body):
    """Give money back to the card it came from."""

    amount: Annotated[Money, Field(description="At most what was captured and not yet refunded.")]
    reason: Annotated[
        str, AfterValidator(refuse_unprintable), Field(min_length=3, max_length=200, description="Why, in a few words.")
    ]


class Refunded(Answer):
    """The refund."""

    refund_id: Annotated[str, Field(pattern=r"^re_[0-9a-f]{16}$")]
    amount: Money
    status: Literal["refunded"]


class Payment(Answer):
    """A payment; `quote_id` is null for the purchase itself."""

    payment_id: PaymentId
    customer_id: CustomerId
    reservation_code: ReservationCode
    quote_id: QuoteId | None
    amount: Money
    refunded: Annotated[Money, Field(description="Given back so far.")]
    status: PaymentStatus
    captured_at: datetime


class OnePayment(Answer):
    """One payment and how old the answer is."""

    as_of: AsOf
    payment: Payment


class Payments(Answer):
    """The payments of one reservation, oldest first."""

    as_of: AsOf
    payments: list[Payment]
