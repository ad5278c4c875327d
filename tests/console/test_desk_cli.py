"""Can a person at the desk see, claim, answer, decide and give back, in the terminal?"""

from tests.console.conftest import Terminal, read_until, until
from tests.console.fake_gateway import FakeGateway
from tests.console.fake_request import FakeRequest
from tests.console.fake_turns import NOTICE, PARTS


async def _waiting(gateway: FakeGateway, text: str = "I want a person") -> FakeRequest:
    request = FakeRequest(f"request-{len(gateway.requests) + 1}", "C101")
    gateway.requests[request.request_id] = request
    gateway.accept(request, "m1", text)
    await until(lambda: request.status != "open")
    return request


async def test_an_empty_queue_says_so(terminal: Terminal) -> None:
    ended = await terminal.run("desk", typed="help\nquit\nclaim 1\n")
    assert ended.code == 0
    assert "Nothing waits." in ended.out
    assert "claim N          take request N of the queue" in ended.out
    assert "claim 1" not in ended.out


async def test_a_person_claims_answers_and_gives_back(terminal: Terminal, gateway: FakeGateway) -> None:
    request = await _waiting(gateway)
    ended = await terminal.run("desk", typed="claim 1\nreply Hello, Tom here.\nreturn all settled\n")
    assert ended.code == 0
    assert f"1  {request.request_id}  wants_person  waiting" in ended.out
    assert "open question: Which flight?" in ended.out
    assert "customer> I want a person" in ended.out
    assert "charge_payment: verified (amount 45.00 EUR)" in ended.out
    assert "read by list_seats: seat 1A, 2A, 3A, 4A and 2 more; flight NW204" in ended.out
    assert request.transcript[-1]["text"] == "Hello, Tom here."
    assert [event["data"]["state"] for event in request.events if event["type"] == "handoff"] == [
        "waiting",
        "claimed",
        "returned",
    ]


async def test_what_a_person_claimed_is_gone_on_with_after_a_break(terminal: Terminal, gateway: FakeGateway) -> None:
    request = await _waiting(gateway)
    await terminal.run("desk", typed="claim 1\nquit\n")
    ended = await terminal.run("desk", typed="claim 1\nfacts\nreply I am back.\n")
    assert '"pointer": "/0", "type": "flight", "value": "NW204"' in ended.out
    assert request.transcript[-1]["text"] == "I am back."


async def test_what_nobody_is_sure_of_is_settled_before_it_is_given_back(
    terminal: Terminal, gateway: FakeGateway
) -> None:
    request = await _waiting(gateway)
    request.unsure = [{"effect_id": "e2", "tool": "change_flight", "state": "uncertain", "arguments": {}}]
    ended = await terminal.run("desk", typed="claim 1\nreturn\nsettle maybe\nsettle 2 yes\nsettle yes\nreturn\n")
    assert "to settle 1: did change_flight happen?" in ended.out
    assert "Say first what became of change_flight" in ended.out
    assert "settle [N] yes, or settle [N] no" in ended.out
    assert "There is no write to settle '2' among the 1 shown" in ended.out
    assert ("settle", {"effect_id": "e2", "happened": True}) in gateway.desk_posts
    assert request.holder == "agent"


async def test_a_write_that_stands_without_its_set_is_settled_too(terminal: Terminal, gateway: FakeGateway) -> None:
    request = await _waiting(gateway)
    stands = {"effect_id": "e2", "tool": "pay", "state": "verified", "arguments": {}}
    request.unsure = [{**stands, "problem": {"code": "compensation_failed"}}]
    ended = await terminal.run("desk", typed="claim 1\nsettle no\nreturn\n")
    assert "to settle 1: does pay stand" in ended.out
    assert ("settle", {"effect_id": "e2", "happened": False}) in gateway.desk_posts
    assert request.holder == "agent"


async def test_a_number_to_settle_means_what_was_printed(terminal: Terminal, gateway: FakeGateway) -> None:
    request = await _waiting(gateway)
    change = {"effect_id": "e2", "tool": "change_flight", "state": "uncertain", "arguments": {}}
    request.unsure = [change]
    process = await terminal.start("desk")
    assert process.stdin is not None
    process.stdin.write(b"claim 1\n")
    await read_until(process, "to settle 1: did change_flight happen?")
    request.unsure = [{**change, "effect_id": "e0", "tool": "charge_payment"}, change]
    process.stdin.write(b"settle 1 yes\n")
    await read_until(process, "Settled: change_flight.")
    assert ("settle", {"effect_id": "e2", "happened": True}) in gateway.desk_posts
    await process.communicate(b"quit\n")


async def test_the_desk_sees_what_the_customer_was_shown(terminal: Terminal, gateway: FakeGateway) -> None:
    request = await _waiting(gateway)
    request.say("What is the number on your bag tag?", notice=NOTICE, parts=PARTS)
    ended = await terminal.run("desk", typed="show 1\nquit\n")
    assert f"shown with it: {NOTICE}; A bag tag; Report a bag; Hi, I have it, I lost it" in ended.out


async def test_what_the_customer_writes_meanwhile_appears(terminal: Terminal, gateway: FakeGateway) -> None:
    request = await _waiting(gateway)
    process = await terminal.start("desk")
    assert process.stdin is not None
    process.stdin.write(b"claim 1\n")
    await read_until(process, "customer> I want a person")
    await until(lambda: gateway.resumed_from != [])
    gateway.accept(request, "m2", "It is about <NAME_1>'s bag")
    assert "customer> It is about <NAME_1>'s bag" in await read_until(process, "bag")
    process.stdin.write(b"release\n")
    assert "It waits in the queue again." in await read_until(process, "again.")
    await process.communicate(b"quit\n")
    assert request.holder == "desk"


async def test_exactly_the_shown_set_is_approved(terminal: Terminal, gateway: FakeGateway) -> None:
    request = await _waiting(gateway, "Cancel my trip")
    assert request.card is not None
    request.card = {**request.card, "state": "awaiting_approval"}
    ended = await terminal.run("desk", "--role", "supervisor", typed="approve 1\n")
    assert ended.code == 0
    assert "approval 1, by a supervisor" in ended.out
    assert "380.00 EUR" in ended.out
    assert "Approved: Change your flight." in ended.out
    assert gateway.desk_posts == [("approve", {"set_id": "set-1", "digest": "digest-set-1"})]


async def test_a_denial_carries_its_reason(terminal: Terminal, gateway: FakeGateway) -> None:
    request = await _waiting(gateway, "Cancel my trip")
    assert request.card is not None
    request.card = {**request.card, "state": "awaiting_approval"}
    ended = await terminal.run("desk", "--role", "supervisor", typed="deny the amount is wrong\n")
    assert "Denied: Change your flight." in ended.out
    assert gateway.desk_posts == [
        ("deny", {"set_id": "set-1", "digest": "digest-set-1", "reason": "the amount is wrong"})
    ]


async def test_mistakes_are_sentences_and_the_desk_goes_on(terminal: Terminal, gateway: FakeGateway) -> None:
    request = await _waiting(gateway)
    request.holder, request.held_by = "person", "somebody"
    ended = await terminal.run("desk", typed="reply Hello\nclaim 7\nclaim 1\nfly\nquit\n")
    assert ended.code == 0
    assert "You hold no request: `queue`, then `claim N`." in ended.out
    assert "There is no request '7' among the 1 shown" in ended.out
    assert "Somebody else has claimed it, or it was given back." in ended.out
    assert "There is no command 'fly'" in ended.out
    assert ended.err == ""
