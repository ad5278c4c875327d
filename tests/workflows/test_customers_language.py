"""Is a customer answered in their own language, where the company serves it?"""

import pytest

from governance.language import language_of
from tests.as_seeded import bring_back
from tests.conversation import Conversation
from tests.records import rows
from tests.stack import Stack
from tests.workflows.second_house import CAUTIOUS, SPANISH, WATCHFUL, AirlineConversation

WISH = "Hola, quiero cambiar mi vuelo para mañana por la mañana, por favor"


@pytest.fixture
def served(house: Stack) -> Stack:
    bring_back(house)
    return house


def spoken(customer: Conversation) -> list[str]:
    """Everything that the customer was shown as words, streamed or whole."""
    told = [event["data"] for event in customer.events() if event["type"] in ("reply.sentence", "reply.done")]
    return [words for data in told for words in (data.get("notice", ""), data["text"]) if words]


def test_who_writes_spanish_is_answered_in_spanish_and_never_in_english(served: Stack) -> None:
    """The stand-in knows English only: what it says is withheld, and the company's own words go out."""
    customer = AirlineConversation(served, "C101", pack=WATCHFUL)
    customer.say(WISH)
    assert customer.answers[0]["replies"][0]["notice"] == SPANISH["automated_notice"]
    assert {language_of(words) for words in spoken(customer)} <= {"es", None}
    assert spoken(customer)
    stored = rows(served, "SELECT locale FROM handrail.requests WHERE request_id = :r", r=customer.request_id)
    assert stored == [{"locale": "es"}]


def test_a_company_that_does_not_serve_it_answers_in_its_own_language(served: Stack) -> None:
    customer = AirlineConversation(served, "C101", pack=CAUTIOUS)
    customer.say(WISH)
    assert {language_of(words) for words in spoken(customer)} <= {"en", None}
