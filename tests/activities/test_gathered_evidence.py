"""Does nothing that a model has chosen itself back what it says?"""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from one_company import OneCompany

from activities import gather_evidence
from activities.gather_evidence import evidence_of
from activities.scene import Scene
from contracts.pack import Voice
from governance.evidence import KnownResult, ReadResult
from governance.validate_reply import validate_sentence
from storage.effects import EffectRow
from storage.entries import Entry
from storage.requests import RequestRow
from storage.sets import SetRow

NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
VOICE = Voice.model_construct(forbidden_topics=(), forbidden_promises=())
REASON = "Your next flight costs 1.00 EUR"


def scene_with_a_card(airline: OneCompany) -> Scene:
    """A shown set: points that the rules grant, for a reason in a model's own words."""
    arguments = {"customer_id": "C101", "reservation_code": "K7Q2LM", "points": 1500, "reason": REASON}
    effect = EffectRow(
        effect_id="r/t1.1.1",
        request_id="r",
        turn=1,
        step=1,
        ordinal=1,
        tool="credit_points",
        arguments=arguments,
        digest="d",
        set_id="s1",
    )
    lines = [{"label": "Points credited to you", "value": "1500"}, {"label": "Reason", "value": REASON}]
    shown = SetRow(
        set_id="s1",
        request_id="r",
        turn=1,
        step=1,
        digest="d",
        state="pending",
        card={"title": "Points", "lines": lines, "total": "45.00 EUR"},
        expires_at=NOW,
    )
    request = RequestRow(
        request_id="r",
        pack="airline",
        pack_digest="",
        channel="web",
        role="customer",
        assurance="verified",
        opened_at=NOW,
    )
    return Scene(request, airline.company, [], [], [effect], shown, [], now=NOW)


def test_free_words_on_a_card_back_no_reply(airline: OneCompany) -> None:
    evidence = evidence_of(scene_with_a_card(airline), ())
    assert validate_sentence("You would get 1500 points.", "", evidence, VOICE).released
    assert validate_sentence("The total is 45.00 EUR.", "", evidence, VOICE).released
    assert validate_sentence(f"{REASON}.", "", evidence, VOICE).code == "unsupported_money"


def read(n: int, flight: str) -> list[Entry]:
    """A read and what came of it, in the n-th step of a turn."""
    output = json.dumps({"result": {"flights": [{"flight_number": flight, "seats_left": 3}]}})
    call = {"call_id": f"c{n}", "name": "search_flights", "arguments": "{}"}
    return [
        Entry(entry_key=f"t1.{n}.0", turn=1, step=n, n=0, kind="call", body=call),
        Entry(
            entry_key=f"t1.{n}.100",
            turn=1,
            step=n,
            n=100,
            kind="observation",
            body={"call_id": f"c{n}", "output": output},
        ),
    ]


def test_each_read_is_read_once_however_many_there_are(airline: OneCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    whole = gather_evidence.read_result

    def counting(known: KnownResult, today: date) -> ReadResult:
        seen.append(str(known.result))
        return whole(known, today)

    monkeypatch.setattr(gather_evidence, "read_result", counting)
    scene = scene_with_a_card(airline)
    evidence = evidence_of(scene, ())
    for number in range(1, 6):
        scene = replace(scene, transcript=[*scene.transcript, *read(number, f"NW90{number}")])
        evidence = evidence_of(scene, ())
    assert len(seen) == 5
    assert all(validate_sentence(f"NW90{n} has 3 seats left.", "", evidence, VOICE).released for n in range(1, 6))
    assert not validate_sentence("NW907 has 3 seats left.", "", evidence, VOICE).released
