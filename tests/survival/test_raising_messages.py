"""Does a message on which a step always raises stop anything but itself (FAULTS 34)?"""

import pytest

from tests.conversation import Conversation, headers
from tests.records import rows
from tests.stack import Stack
from tests.survival.holding import Holding

PRICE, POISON = "How much is an extra bag?", "The zebra broke my bag"
_RAISES = f"""
    CREATE FUNCTION held.raises() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'this entry cannot be stored';
    END $$;
    CREATE TRIGGER held_raises BEFORE INSERT ON handrail.entries FOR EACH ROW
        WHEN (NEW.kind = 'message' AND NEW.body ->> 'text' = '{POISON}') EXECUTE FUNCTION held.raises();
"""


@pytest.fixture
def poisoned(stack: Stack, holding: Holding) -> Stack:
    """A machine on which the step that lets one message in raises, each time."""
    holding.run(_RAISES)
    return stack


def test_a_message_that_always_raises_is_parked_and_the_request_goes_on(poisoned: Stack) -> None:
    talk, other = Conversation(poisoned, "C101"), Conversation(poisoned, "C103")
    assert "40" in talk.say(PRICE)[0]
    talk.send(POISON)
    talk.await_status("waiting_for_person")
    assert "40" in other.say(PRICE)[0], "nobody else feels it"
    agent = headers("A1", "agent")
    queue = poisoned.http.get(f"{poisoned.url}/v1/desk/queue", headers=agent).json()["items"]
    (item,) = (one for one in queue if one["request_id"] == talk.request_id)
    assert item["reason"] == "turn_failed"
    states = "SELECT state FROM handrail.inbox WHERE request_id = :r ORDER BY seq"
    assert [row["state"] for row in rows(poisoned, states, r=talk.request_id)] == ["processed", "parked"]
    base = f"{poisoned.url}/v1/desk/requests/{talk.request_id}"
    assert poisoned.http.post(f"{base}/claim", json={"epoch": item["epoch"]}, headers=agent).status_code == 200
    assert poisoned.http.post(f"{base}/return", json={}, headers=agent).status_code == 200
    assert "40" in talk.say(PRICE)[-1], "the same request goes on"
    assert [row["state"] for row in rows(poisoned, states, r=talk.request_id)] == ["processed", "parked", "processed"]
