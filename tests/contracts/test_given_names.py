"""Do two things have two ids, one thing one id, and does no id say what a client wrote?"""

from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import call_id, effect_id, entry_key, hidden_id, message_entry_key, message_key, new_request_id

NUMBERS = st.integers(0, 120)
PLACES = st.tuples(st.sampled_from(["request-a", "request-b"]), NUMBERS, NUMBERS, NUMBERS)
WORDS = st.text(min_size=1, max_size=40)


@given(PLACES, PLACES)
def test_the_key_of_a_write_is_that_of_its_place_and_of_no_other(
    one: tuple[str, int, int, int], other: tuple[str, int, int, int]
) -> None:
    """It is the idempotency key that a company's system gets: a retry has the same, another write another."""
    assert (effect_id(*one) == effect_id(*other)) == (one == other)
    assert (call_id(*one[:3]) == call_id(*other[:3])) == (one[:3] == other[:3])
    assert (entry_key(*one[1:]) == entry_key(*other[1:])) == (one[1:] == other[1:])


@given(NUMBERS, NUMBERS, NUMBERS)
def test_every_part_of_a_place_counts(turn: int, step: int, ordinal: int) -> None:
    near = {
        effect_id(name, turn + one, step + two, ordinal + three)
        for name in ("request-a", "request-b")
        for one in (0, 1)
        for two in (0, 1)
        for three in (0, 1)
    }
    assert len(near) == 16


@given(WORDS, WORDS)
def test_a_message_has_one_key_however_its_id_is_kept_and_says_nothing_of_it(one: str, other: str) -> None:
    request_id = new_request_id()
    key = message_key(request_id, one)
    assert key == message_key(request_id, hidden_id(one)) == message_key(request_id, hidden_id(hidden_id(one)))
    assert (message_key(request_id, other) == key) == (one == other)
    assert message_key(new_request_id(), one) != key
    assert set(key) <= set("0123456789abcdef")
    assert message_entry_key(key) != message_entry_key(message_key(request_id, other)) or one == other
