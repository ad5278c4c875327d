"""Which mail addresses may a reply hold? Those of the company's own texts; any other is somebody's."""

from datetime import date

import pytest

from contracts.pack import Voice
from contracts.verdict import ReplyVerdict
from governance.evidence import KnownResult, KnownText, gather_evidence
from governance.validate_reply import validate_sentence

HELP = KnownText("help#1", "Write to Help@northwind.example. Lost bags: bags+lost@desk.northwind.example")
RECORD = KnownResult("customer", {"email": "<EMAIL_1>", "note": "also anna@example.com"})


def check(sentence: str) -> ReplyVerdict:
    known = gather_evidence(today=date(2026, 11, 21), results=[RECORD], texts=[HELP], tokens=["<EMAIL_1>"])
    return validate_sentence(sentence, "", known, Voice.model_construct(forbidden_topics=(), forbidden_promises=()))


@pytest.mark.parametrize(
    "address",
    ["help@northwind.example", "HELP@Northwind.Example", "bags+lost@desk.northwind.example", "<EMAIL_1>"],
)
@pytest.mark.parametrize("frame", ["Write to {}.", "Please write to {} today", "({})"])
def test_what_a_passage_says_or_a_token_hides_goes_out(frame: str, address: str) -> None:
    assert check(frame.format(address)).outcome == "release"


@pytest.mark.parametrize(
    "address",
    [
        *("anna@example.com", "helps@northwind.example", "help@northwind.example.evil.example"),
        *("elp@northwind.example", "help@evil.example", "lost@desk.northwind.example", "help@northwind.examples"),
    ],
)
@pytest.mark.parametrize("frame", ["Write to {}.", "help@northwind.example or {}", "**{}**"])
def test_any_other_is_withheld_and_not_repeated(frame: str, address: str) -> None:
    verdict = check(frame.format(address))
    assert (verdict.outcome, verdict.code) == ("repair", "personal_data")
    assert address not in str(verdict.findings)
