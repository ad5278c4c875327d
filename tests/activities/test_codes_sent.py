"""What becomes of a company's answer to a code that it was to deliver?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scripted_company import ScriptedCompany, says

from activities.find_names import NameFinder
from activities.send_code import SendCodeActivity
from activities.systems import Systems
from contracts.ids import new_request_id
from contracts.name_port import NameSpan
from contracts.request import Stimulus
from contracts.steps import CodeSent, SendCode, TurnRef
from storage.requests import insert_request
from storage.sets import SetRow, put_set, read_set

MAILBOX = "g…e@example.com"


class OneName:
    """A `NamePort` that knows one name."""

    async def find(self, text: str) -> list[NameSpan]:
        """Where it begins first."""
        start = text.find("Gundhilde")
        return [] if start < 0 else [NameSpan(start=start, end=start + len("Gundhilde"), score=1)]


async def code_sent(systems: Systems) -> tuple[CodeSent, str]:
    """A set that waits for its code, which the company is asked to send; and what is known of the request then."""
    request_id, until = new_request_id(), datetime.now(UTC) + timedelta(minutes=15)
    row = {"request_id": request_id, "pack": "airline", "pack_digest": "d", "channel": "web"}
    who = {"role": "customer", "assurance": "verified", "customer_id": "C101"}
    waiting = SetRow(
        set_id=f"set-{request_id}",
        request_id=request_id,
        turn=1,
        step=1,
        digest="d" * 64,
        state="awaiting_code",
        card={"title": "Refund"},
        expires_at=until,
    )
    async with systems.database.begin() as connection:
        await insert_request(connection, {**row, **who})
        await put_set(connection, waiting)
    ref = TurnRef(request_id=request_id, turn=1, stimulus=Stimulus(kind="message", key="m"))
    sent = await SendCodeActivity(systems, b"k").send_code(SendCode(ref=ref, step=2, set_id=waiting.set_id))
    async with systems.database.begin() as connection:
        values = await systems.vault.values_of(connection, request_id)
        stored = await read_set(connection, waiting.set_id)
    return sent, f"{values} {stored.card if stored else ''}"


async def test_the_card_names_the_mailbox_by_its_token(systems: Systems, company: ScriptedCompany) -> None:
    company.planned = [says(200, {"sent_to": MAILBOX})]
    sent, known = await code_sent(systems)
    assert sent.status == "sent"
    assert f"'<EMAIL_1>': '{MAILBOX}'" in known
    assert "'sent_to': '<EMAIL_1>'" in known


async def test_names_that_a_model_finds_in_the_answer_are_known(systems: Systems, company: ScriptedCompany) -> None:
    company.planned = [says(200, {"sent_to": MAILBOX, "note": "it went to Gundhilde this time"})]
    finder = NameFinder(OneName(), within=5, least=0.5)
    sent, known = await code_sent(replace(systems, names=finder))
    assert sent.status == "sent"
    assert "'<NAME_1>': 'Gundhilde'" in known
