"""Does a code count that the customer gave over two messages, and only such a one?"""

import pytest

from governance.words import says


@pytest.mark.parametrize(
    "messages",
    [
        ("My code begins with K7Q", "and ends with 2LM"),
        ("the first half: k7q", "one moment", "the second: 2lm."),
        ("K7Q 2", "LM"),
    ],
)
def test_a_code_over_two_messages_is_said(messages: tuple[str, ...]) -> None:
    assert says(messages, "K7Q2LM")


@pytest.mark.parametrize(
    "messages",
    [
        ("and ends with 2LM", "it begins with K7Q"),
        ("K7Q", "2LMX"),
        ("XK7Q", "2LM"),
        ("K7Q", "LM"),
        ("K", "7Q2LM"),
    ],
)
def test_other_parts_are_no_code(messages: tuple[str, ...]) -> None:
    assert not says(messages, "K7Q2LM")


def test_a_code_of_letters_alone_is_said_in_two_messages_too() -> None:
    assert says(("My code is peu", "and then gxq"), "PEUGXQ")
    assert not says(("My code is peu", "and then gxqx"), "PEUGXQ")


@pytest.mark.parametrize(
    ("messages", "value"),
    [
        (("my cats", "on mats"), "catson"),
        (("12", "50"), 1250),
        (("125", "000"), 125000),
        (("for <NAME_1>", "Vogt"), "<NAME_1> Vogt"),
    ],
)
def test_names_and_numbers_are_not_put_together(messages: tuple[str, ...], value: object) -> None:
    assert not says(messages, value)  # type: ignore[arg-type]
