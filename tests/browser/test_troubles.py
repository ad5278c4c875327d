"""Is nothing lost, doubled or hidden when connections break, tokens expire or requests end?"""

import asyncio

from playwright.async_api import Page, Route, expect

from tests.browser.chat import Chat
from tests.console.fake_gateway import FakeGateway


class Held:
    """A route that lets nothing through until it is released."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self.arrived = asyncio.Event()
        self.released = asyncio.Event()

    async def __call__(self, route: Route) -> None:
        """Hold the call."""
        self.arrived.set()
        await self.released.wait()
        await route.continue_()


async def test_an_unanswered_message_is_sent_again_under_its_id(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    gateway.fail_posts = 2
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(1)
    ids = {post["message"]["id"] for post in gateway.posts}
    assert (len(gateway.posts), len(ids), len(gateway.requests)) == (3, 1, 1)
    await expect(chat.messages("customer")).to_have_count(1)
    await expect(chat.log.locator(".customer .foot")).to_be_hidden()


async def test_a_message_that_was_not_answered_for_survives_a_reload(
    page: Page, url: str, gateway: FakeGateway
) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    gateway.fail_posts = 1_000
    await chat.say("Hi there", settle=False)
    await expect(chat.log.locator(".customer .foot")).to_have_text("Sending…")
    gateway.fail_posts = 0
    await page.reload()
    await expect(chat.messages("agent")).to_have_count(1)
    await expect(chat.messages("customer")).to_have_text(["Hi there"])
    assert len(gateway.requests) == 1


async def test_a_message_that_was_taken_without_an_answer_is_not_doubled_by_a_reload(
    page: Page, url: str, gateway: FakeGateway
) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(1)
    gateway.fail_posts = 1_000
    await chat.say("How much is an extra bag?", settle=False)
    await expect(chat.messages("agent")).to_have_count(2)
    live = await chat.lines()
    gateway.fail_posts = 0
    await page.reload()
    await expect(chat.messages("agent")).to_have_count(2)
    await expect(chat.messages("customer")).to_have_count(2)
    await chat.settle()
    assert await chat.lines() == live
    assert len(gateway.only.messages) == 2


async def test_what_is_typed_before_the_chat_is_ready_is_shown_once(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, looking, writing = Chat(page, url), Held(), Held()
    await page.route("**/v1/requests?mine=open*", looking)
    await page.route("**/v1/requests", writing)
    await chat.open("C101")
    await looking.arrived.wait()
    await chat.say("Hi there", settle=False)
    async with page.expect_response("**/v1/requests?mine=open*"):
        looking.released.set()
    await writing.arrived.wait()
    await page.evaluate("new Promise(requestAnimationFrame)")
    await expect(chat.messages("customer")).to_have_text(["Hi there"])
    writing.released.set()
    await expect(chat.messages("agent")).to_have_count(1)
    await expect(chat.messages("customer")).to_have_text(["Hi there"])


async def test_what_is_typed_during_a_reload_is_shown_once(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, looking, writing = Chat(page, url), Held(), Held()
    await chat.open("C101")
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(1)
    await page.route(f"**/v1/requests/{gateway.only.request_id}", looking)
    await page.route("**/messages", writing)
    await page.reload()
    await looking.arrived.wait()
    await chat.say("How much is an extra bag?", settle=False)
    looking.released.set()
    await expect(chat.messages("agent")).to_have_count(1)
    await writing.arrived.wait()
    await expect(chat.messages("customer")).to_have_text(["Hi there", "How much is an extra bag?"])
    writing.released.set()
    await expect(chat.messages("agent")).to_have_count(2)
    await chat.settle()
    await expect(chat.messages("customer")).to_have_text(["Hi there", "How much is an extra bag?"])
    assert len(gateway.only.messages) == 2


async def test_two_messages_at_once_keep_their_order(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    gateway.fail_posts = 1
    for text in ("one", "two", "three"):
        await chat.say(text, settle=False)
    await expect(chat.log.locator('.customer[data-delivery="sent"]')).to_have_count(3)
    assert [line["text"] for line in gateway.only.transcript] == ["one", "two", "three"]


async def test_a_message_typed_during_a_reply_gets_its_place_when_it_is_taken(
    page: Page, url: str, gateway: FakeGateway
) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("tell me")
    gateway.fail_posts = 10
    await page.route("**/messages", lambda route: route.abort())
    await chat.say("and also", settle=False)
    gateway.only.say("The answer to the first.")
    await expect(chat.messages("agent")).to_have_count(1)
    order = ["tell me", "The answer to the first.", "and also"]
    assert await chat.lines() == order
    gateway.fail_posts = 0
    await page.unroute("**/messages")
    await expect(chat.log.locator('.customer[data-delivery="sent"]')).to_have_count(2)
    await page.reload()
    await chat.settle()
    await expect(chat.messages("customer")).to_have_count(2)
    assert await chat.lines() == order


async def test_broken_streams_are_resumed_without_loss_or_doubles(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    gateway.break_streams = 4
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_text(["Hello, and welcome to Northwind Air. How can I help?"])
    await expect(chat.status).to_be_hidden()
    assert gateway.resumed_from[:5] == [0, 1, 2, 3, 4]


async def test_events_that_come_twice_count_once(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    gateway.forgets = True
    await chat.say("Move me to tomorrow's morning flight")
    await expect(chat.status).to_contain_text("Waiting for your confirmation")
    lines = await chat.lines()
    gateway.break_streams = 1
    gateway.only.emit("status", state="waiting_for_confirmation", text="again")
    gateway.only.say("One more thing.")
    await expect(chat.messages("agent").last).to_have_text("One more thing.")
    assert len(gateway.resumed_from) >= 2
    assert sorted(await chat.lines()) == sorted([*lines, "One more thing."])


async def test_an_expired_token_asks_for_sign_in_and_loses_nothing(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(1)
    gateway.expired = {f"C101.{number}" for number in range(gateway.tokens + 1)}
    await chat.say("How much is an extra bag?", settle=False)
    await expect(chat.alert).to_contain_text("Your sign-in has expired")
    await chat.alert.get_by_role("button", name="Sign in again").click()
    await expect(chat.messages("agent").last).to_contain_text("40.00 EUR")
    await expect(chat.alert).to_be_hidden()
    assert len(gateway.only.messages) == 2


async def test_a_closed_request_offers_a_new_one(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Bye")
    await expect(chat.log.locator(".note")).to_have_text("This conversation is closed.")
    await expect(chat.input).to_be_hidden()
    await page.get_by_role("button", name="Start a new conversation").click()
    await expect(chat.messages("customer")).to_have_count(0)
    await expect(chat.input).to_be_focused()
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(1)
    assert len(gateway.requests) == 2


async def test_a_message_to_a_request_that_was_closed_meanwhile_opens_a_new_one(
    page: Page, url: str, gateway: FakeGateway
) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(1)
    gateway.only.status = "closed"
    await chat.say("How much is an extra bag?")
    await expect(chat.log.locator(".note")).to_have_text("The earlier conversation was closed. This is a new one.")
    await expect(chat.messages("agent").last).to_contain_text("40.00 EUR")
    assert await chat.lines() == [
        "Hi there",
        "Hello, and welcome to Northwind Air. How can I help?",
        "The earlier conversation was closed. This is a new one.",
        "How much is an extra bag?",
        "An extra checked bag costs 40.00 EUR on a classic fare.",
    ]


async def test_a_refused_message_says_why_and_can_be_sent_again(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")

    async def refuse(route: Route) -> None:
        await route.fulfill(
            status=422,
            content_type="application/problem+json",
            body='{"type":"urn:handrail:problem:odd","detail":"The message holds characters that are not text."}',
        )

    await page.route("**/v1/requests", refuse)
    await chat.say("Hi there", settle=False)
    await expect(chat.log.locator(".failed")).to_contain_text("Not sent. The message holds characters")
    await page.unroute("**/v1/requests")
    await page.get_by_role("button", name="Try again").click()
    await expect(chat.messages("agent")).to_have_count(1)
    assert len(gateway.posts) == 1


async def test_a_person_takes_over_and_gives_back(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("I want a person")
    await expect(chat.status).to_contain_text("Waiting for a colleague")
    request = gateway.only
    request.holder = "person"
    request.emit("handoff", state="claimed", reason="", epoch=1, who="agent")
    await expect(page.get_by_text("You are writing with a person.")).to_be_visible()
    request.emit("reply.done", turn=1, text="Hello, Tom here.", by="person", sources=[], cost_usd=0.0)
    await expect(chat.messages("person")).to_have_text(["Hello, Tom here."])
    await expect(chat.log.locator(".person .speaker")).to_have_text("Colleague · customer service")
    await chat.say("Thank you")
    request.holder = "agent"
    request.emit("handoff", state="returned", reason="", epoch=2, who="agent")
    request.emit("status", state="idle", text="")
    await expect(page.get_by_text("You are talking to an automated assistant.")).to_be_visible()
    await expect(chat.log.locator(".note").last).to_have_text("The automated assistant is back.")
    await expect(chat.status).to_be_hidden()
