"""Is a one-time code bound to everything it proves, read however it is typed, and never kept?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.one_time_code import DIGITS, code_spans, derive_code, holds_at, read_typed

KEY, NONCE = b"k" * 32, b"n" * 16
BOUND = {"request_id": "request-1", "principal": "C104", "digest": "d" * 64}
CODES = st.text("0123456789", min_size=DIGITS, max_size=DIGITS)


def code(**changes: str) -> str:
    return derive_code(KEY, NONCE, **{**BOUND, **changes})


def test_a_code_is_six_digits_and_the_same_again() -> None:
    assert len(code()) == DIGITS
    assert code().isdigit()
    assert code() == code()


def test_a_code_is_bound_to_request_principal_set_nonce_and_key() -> None:
    others = [code(request_id="request-2"), code(principal="C105"), code(digest="e" * 64)]
    others += [derive_code(b"x" * 32, NONCE, **BOUND), derive_code(KEY, b"m" * 16, **BOUND)]
    assert code() not in others
    assert len(set(others)) == len(others)


def test_parts_of_the_binding_cannot_be_shifted_into_each_other() -> None:
    assert code(request_id="request-1C", principal="104") != code(request_id="request-1", principal="C104")


@pytest.mark.parametrize(("key", "nonce"), [(b"", NONCE), (KEY, b"")])
def test_without_key_or_nonce_there_is_no_code(key: bytes, nonce: bytes) -> None:
    with pytest.raises(ValueError, match="key and a nonce"):
        derive_code(key, nonce, **BOUND)


def test_codes_are_spread_over_all_digits() -> None:
    made = [derive_code(KEY, bytes([n, m]), **BOUND) for n in range(40) for m in range(40)]
    assert len(set(made)) > 1_500
    assert all({one[place] for one in made} == set("0123456789") for place in range(DIGITS))


@given(CODES, st.sampled_from(["{}", "it's {}", "my code: {}", "{}!", "the code is {} thanks", "Code {}."]))
def test_a_whole_code_is_read_in_any_sentence_and_hidden(digits: str, sentence: str) -> None:
    typed = read_typed(sentence.format(digits))
    assert (typed.kind, typed.digits) == ("code", digits)
    assert digits not in typed.hidden
    assert not any(char.isdigit() for char in typed.hidden)


@given(CODES, st.sampled_from([" ", "-"]))
def test_a_code_in_groups_is_one_code(digits: str, gap: str) -> None:
    typed = read_typed(gap.join((digits[:3], digits[3:])))
    assert (typed.kind, typed.digits) == ("code", digits)
    assert not any(char.isdigit() for char in typed.hidden)


@given(CODES, st.integers(1, DIGITS - 1))
def test_two_parts_are_the_code_and_nothing_of_them_is_kept(digits: str, at: int) -> None:
    first, second = read_typed(digits[:at]), read_typed(f"then {digits[at:]}")
    assert (first.kind, second.kind) == ("part", "part")
    assert first.digits + second.digits == digits
    assert holds_at(digits, first.digits, 0)
    assert holds_at(digits, second.digits, at)
    assert not any(char.isdigit() for char in first.hidden + second.hidden)


@given(CODES, CODES, st.integers(1, DIGITS - 1))
def test_a_part_fits_only_where_it_stands(digits: str, other: str, at: int) -> None:
    assert holds_at(digits, other[at:], at) == (digits[at:] == other[at:])


@pytest.mark.parametrize(
    "text",
    [
        "Is flight NW212 on time?",
        "move me to 22 November",
        "K7Q2LM",
        "it costs 1,234,567",
        "call +49 1512 3000104",
        "no",
    ],
)
def test_what_is_no_code_is_left_alone(text: str) -> None:
    typed = read_typed(text)
    assert (typed.kind, typed.hidden) == ("none", text)


def test_two_different_groups_are_no_attempt_and_are_both_hidden() -> None:
    typed = read_typed("123456 or was it 654321")
    assert typed.kind == "none"
    assert not any(char.isdigit() for char in typed.hidden)


@pytest.mark.parametrize(
    "text",
    [
        "I didn't get a code",
        "send me a new code",
        "please send it again",
        "resend",
        "never received the code",
        "no code",
    ],
)
def test_a_wish_for_another_code_is_read(text: str) -> None:
    assert read_typed(text).kind == "resend"


@given(st.text(max_size=300))
def test_reading_never_fails_and_hides_every_run_of_six(text: str) -> None:
    typed = read_typed(text)
    assert read_typed(typed.hidden).kind != "code"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("the code is 123456", ["123456"]),
        ("12 34 56 please", ["12 34 56"]),
        ("123456 or 654321", ["123456", "654321"]),
        ("first part 123", ["first part 123"]),
        ("flight NW212 on the 4th", []),
        ("refund 1234567", []),
    ],
)
def test_what_may_be_a_code_is_found_in_a_message_that_is_held_back(text: str, held: list[str]) -> None:
    assert [text[span.start : span.end] for span in code_spans(text)] == held
