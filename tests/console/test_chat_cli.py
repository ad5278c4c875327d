"""Does the terminal chat show and do what the page does?"""

import signal

import pytest

from tests.console.conftest import Terminal, read_until
from tests.console.fake_gateway import FakeGateway
from tests.console.fake_turns import DRAWING, NOTICE
from workers.api_shapes import TranscriptLine
from workers.chat_lines import ChatLines
from workers.terminal import LineReader, Screen, make_console


async def test_a_visitor_is_greeted(terminal: Terminal, gateway: FakeGateway) -> None:
    ended = await terminal.run("chat", "--visitor", typed="Hi there\n")
    assert (ended.code, ended.err) == (0, "")
    assert "stand-in model, not an LLM" in ended.out
    assert "You are talking to an automated assistant." in ended.out
    assert "assistant> Hello, and welcome to Northwind Air. How can I help?\n" in ended.out
    assert f"Temporal: http://127.0.0.1:8082/namespaces/default/workflows/{gateway.only.request_id}" in ended.out
    assert gateway.only.customer is None


async def test_a_change_is_confirmed_after_its_card(terminal: Terminal, gateway: FakeGateway) -> None:
    ended = await terminal.run("chat", "--as", "C101", typed="Move me to tomorrow's morning flight\ny\n")
    assert ended.code == 0
    order = [
        "Plan: Move you",
        "Checking fare rules…",
        "✓ Check fare rules",
        "45.00 EUR",
        "confirm? [y/n] y",
        "Confirmed.",
    ]
    places = [ended.out.index(text) for text in [*order, "Charging your card…", "Done: you now fly on NW210"]]
    assert places == sorted(places)
    assert gateway.only.customer == "C101"
    assert ended.out.count("Plan: Move you") == 1
    assert gateway.posts[-1] == {"confirm": {"set_id": "set-1", "digest": "digest-set-1", "decision": "confirm"}}


async def test_a_rich_reply_is_told_in_lines(terminal: Terminal) -> None:
    ended = await terminal.run("chat", "--as", "C101", typed="Show me where it stands\n")
    lines = [
        NOTICE,
        "assistant> What is the number on your bag tag?",
        "A bag tag: The number stands on the sticker. https://media.invalid/tag.svg",
        "Report a bag: You can use this form as well: https://media.invalid/report",
        "[Hi, I have it] [I lost it]",
    ]
    places = [ended.out.index(line) for line in lines]
    assert places == sorted(places)


async def test_a_drawing_of_the_pack_is_named_by_its_whole_address(terminal: Terminal) -> None:
    ended = await terminal.run("chat", "--as", "C101", typed="Draw it\n")
    assert f"A bag tag: The number stands on the sticker. {terminal.url}{DRAWING}" in ended.out


def test_a_drawing_is_found_beneath_the_path_of_its_gateway(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ChatLines(Screen(make_console(), LineReader()), "https://air.example/handrail")
    drawing = {"kind": "image", "name": "tag", "title": "A bag tag", "url": DRAWING, "text": "A sticker."}
    lines.past(TranscriptLine.model_validate({"turn": 1, "who": "agent", "text": "Look.", "parts": [drawing]}))
    assert f"A bag tag: A sticker. https://air.example/handrail{DRAWING}\n" in capsys.readouterr().out


async def test_declining_changes_nothing(terminal: Terminal) -> None:
    ended = await terminal.run("chat", "--as", "C101", typed="Move me\nn\n")
    assert ended.code == 0
    assert "Declined: nothing was changed." in ended.out
    assert "All right, I have changed nothing." in ended.out


async def test_an_end_of_input_confirms_nothing(terminal: Terminal, gateway: FakeGateway) -> None:
    ended = await terminal.run("chat", "--as", "C101", typed="Move me\n")
    assert ended.code == 0
    assert "Nothing was confirmed" in ended.out
    assert gateway.only.card is not None


async def test_a_question_at_the_card_is_sent_as_a_message(terminal: Terminal, gateway: FakeGateway) -> None:
    ended = await terminal.run("chat", "--as", "C101", typed="Move me\nHow much is a bag?\ny\n")
    assert "An extra checked bag costs 40.00 EUR" in ended.out
    assert "source: Baggage terms, section 2" in ended.out
    assert "Confirmed." in ended.out
    assert [line["text"] for line in gateway.only.transcript if line["who"] == "customer"] == [
        "Move me",
        "How much is a bag?",
    ]


async def test_an_unanswered_message_is_sent_again_under_its_id(terminal: Terminal, gateway: FakeGateway) -> None:
    gateway.fail_posts = 2
    ended = await terminal.run("chat", typed="Hi there\n")
    assert ended.code == 0
    assert len(gateway.posts) == 3
    assert len(gateway.only.messages) == 1
    assert ended.out.count("Hello, and welcome") == 1


async def test_broken_streams_lose_and_double_nothing(terminal: Terminal, gateway: FakeGateway) -> None:
    gateway.break_streams = 4
    ended = await terminal.run("chat", typed="Hi there\n")
    assert ended.out.count("Hello, and welcome to Northwind Air. How can I help?") == 1
    assert gateway.resumed_from[:5] == [0, 1, 2, 3, 4]


async def test_events_that_come_twice_count_once(terminal: Terminal, gateway: FakeGateway) -> None:
    gateway.forgets, gateway.break_streams = True, 1
    process = await terminal.start("chat", "--stay", "30")
    assert process.stdin is not None
    process.stdin.write(b"Hi there\n")
    process.stdin.close()
    seen = await read_until(process, "$0.0012")
    gateway.break_streams = 1
    gateway.only.say("One more thing.", call="later")
    gateway.only.emit("closed", outcome="resolved")
    seen += await read_until(process, "closed")
    assert await process.wait() == 0
    assert (seen.count("Hello, and welcome"), seen.count("One more thing.")) == (1, 1)


async def test_a_closed_request_is_followed_by_a_new_one(terminal: Terminal, gateway: FakeGateway) -> None:
    ended = await terminal.run("chat", "--as", "C101", typed="Bye\nHi there\n")
    assert ended.code == 0
    assert "This conversation is closed" in ended.out
    assert "Hello, and welcome" in ended.out
    assert len(gateway.requests) == 2


async def test_an_expired_sign_in_is_renewed(terminal: Terminal, gateway: FakeGateway) -> None:
    process = await terminal.start("chat", "--as", "C101")
    assert process.stdin is not None
    process.stdin.write(b"Hi there\n")
    await read_until(process, "$0.0012")
    gateway.expired = {"C101.1"}
    out, _ = await process.communicate(b"How much is a bag?\n")
    assert "you are signed in again" in out.decode()
    assert "40.00 EUR" in out.decode()
    assert process.returncode == 0


async def test_a_person_who_takes_over_is_named(terminal: Terminal, gateway: FakeGateway) -> None:
    process = await terminal.start("chat", "--as", "C101", "--stay", "30")
    assert process.stdin is not None
    process.stdin.write(b"I want a person\n")
    process.stdin.close()
    await read_until(process, "Waiting for a colleague.")
    gateway.only.emit("handoff", state="claimed", reason="", epoch=1, who="supervisor")
    gateway.only.emit("reply.done", turn=1, text="Tom here.", by="person", sources=[], cost_usd=0.0)
    seen = await read_until(process, "colleague> Tom here.")
    assert "A colleague (a supervisor) has joined." in seen
    gateway.only.emit("closed", outcome="resolved_by_person")
    assert await process.wait() == 0


async def test_a_request_is_gone_on_with(terminal: Terminal, gateway: FakeGateway) -> None:
    await terminal.run("chat", "--as", "C101", typed="Move me\n")
    again = await terminal.run("chat", "--as", "C101")
    assert f"Still open: {gateway.only.request_id}" in again.out
    ended = await terminal.run("chat", "--as", "C101", "--request", gateway.only.request_id, typed="y\n")
    assert "you> Move me" in ended.out
    assert "Done: you now fly on NW210" in ended.out
    assert len(gateway.requests) == 1


async def test_what_is_printed_cannot_steer_the_terminal(terminal: Terminal, gateway: FakeGateway) -> None:
    process = await terminal.start("chat")
    assert process.stdin is not None
    process.stdin.write(b"say it\n")
    await read_until(process, "Reading")
    gateway.only.say("Look: \x1b[2J\x1b]0;owned\x07[bold]done[/bold] \u202egnp.exe")
    gateway.only.emit("status", state="idle", text="")
    out, _ = await process.communicate()
    assert "Look: [2J]0;owned[bold]done[/bold] gnp.exe" in out.decode()
    assert "\x1b" not in out.decode()


async def test_ctrl_c_exits_with_130(terminal: Terminal) -> None:
    process = await terminal.start("chat")
    assert process.stdin is not None
    process.stdin.write(b"Hi there\n")
    await read_until(process, "$0.0012")
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in err


async def test_a_gateway_that_is_away_is_named(terminal: Terminal) -> None:
    ended = await terminal.run("chat", typed="Hi\n", url="http://127.0.0.1:9")
    assert ended.code == 1
    assert ended.err.startswith("Nobody answers at http://127.0.0.1:9: start the gateway")
    assert "Traceback" not in ended.err


async def test_outside_of_development_a_token_is_asked_for(terminal: Terminal, gateway: FakeGateway) -> None:
    gateway.demo = False
    ended = await terminal.run("chat", "--as", "C101", typed="Hi\n")
    assert ended.code == 1
    assert "pass your token with --token" in ended.err


async def test_bad_usage_is_2(terminal: Terminal) -> None:
    assert (await terminal.run("chat", "--as", "C101", "--visitor")).code == 2
    assert (await terminal.run("desk", "--role", "king")).code == 2
