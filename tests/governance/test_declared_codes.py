"""Are the codes that a company declares found where they stand alone, and nothing else taken for one?"""

import pytest
from pydantic import ValidationError

from contracts.personal import PersonalCode
from governance.declared_codes import find_codes
from governance.detect import find_structured
from governance.extract_facts import is_typed

MEMBER = PersonalCode(kind="MEMBER", pattern="NWM[ -]?[0-9]{8}")
POLICY = PersonalCode(kind="POLICY", pattern="[A-Z]{2}[0-9]{7}", words=("policy",))
ANYTHING = PersonalCode(kind="ANYTHING", pattern="[a-z]+")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I am NWM 12345678.", [("MEMBER", "NWM 12345678")]),
        ("NWM12345678, NWM-87654321", [("MEMBER", "NWM12345678"), ("MEMBER", "NWM-87654321")]),
        ("XNWM12345678 and NWM123456789", []),
        ("my Policy is AB1234567", [("POLICY", "AB1234567")]),
        ("my seat is AB1234567", []),
    ],
)
def test_a_code_is_found_whole_and_where_its_words_are(text: str, found: list[tuple[str, str]]) -> None:
    assert [(span.kind, text[span.start : span.end]) for span in find_codes(text, [MEMBER, POLICY])] == found


def test_a_short_word_is_no_code_whatever_the_pattern_says() -> None:
    assert [span.end - span.start for span in find_codes("a cat sat on elephants", [ANYTHING])] == [9]


def test_a_companys_code_is_no_phone_and_a_card_no_companys_code() -> None:
    digits = PersonalCode(kind="MEMBER", pattern="[0-9]{10,16}")
    text = "call 0151234567 or charge 4242424242424242"
    assert [span.kind for span in find_structured(text, [digits])] == ["MEMBER", "CARD"]
    assert [span.kind for span in find_structured(text)] == ["PHONE", "CARD"]


@pytest.mark.parametrize(
    "wrong", [{"kind": "NAME"}, {"kind": "CARD"}, {"kind": "member"}, {"pattern": "[0-9]*"}, {"pattern": "("}]
)
def test_what_cannot_be_a_code_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        PersonalCode.model_validate({"kind": "MEMBER", "pattern": "[0-9]{8}", **wrong})


def test_the_token_of_a_companys_code_is_typed_as_the_code_is() -> None:
    assert is_typed("<MEMBER_1>", frozenset({"MEMBER"}))
    assert not is_typed("<MEMBER_1>")
    assert not is_typed("<NAME_1>", frozenset({"MEMBER"}))
