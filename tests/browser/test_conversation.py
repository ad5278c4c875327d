"""Does the customer see what the request's events say, once, in order, and after a reload?"""

import re

from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.console.fake_gateway import FakeGateway
from tests.console.fake_turns import emit_plan, open_card


async def test_a_greeting_is_answered_in_one_bubble(page: Page, url: str) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_text(["Hello, and welcome to Northwind Air. How can I help?"])
    await expect(chat.status).to_be_hidden()


async def test_every_screen_says_who_answers(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open()
    await expect(page.get_by_text("You are talking to an automated assistant.")).to_be_visible()
    await expect(page.get_by_text("stand-in model, not an LLM")).to_be_visible()
    gateway.demo = False
    await page.reload()
    await expect(page.get_by_text("stand-in model, not an LLM")).to_be_visible()
    gateway.stand_in = False
    await page.reload()
    await expect(page.get_by_text("You are talking to an automated assistant.")).to_be_visible()
    await expect(page.get_by_text("stand-in model")).to_be_hidden()


async def test_a_finished_turn_shows_source_cost_and_link(page: Page, url: str) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("How much is an extra bag?")
    foot = chat.log.locator(".message.agent .foot")
    await expect(foot).to_contain_text("Source: Baggage terms, section 2")
    await expect(foot).to_contain_text("$0.0012")
    await expect(foot).not_to_contain_text("the customer")
    await expect(foot.get_by_role("link", name="Temporal")).to_have_attribute(
        "href", re.compile(r"^http://127.0.0.1:8082/")
    )


async def test_many_sources_unfold(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("tell me")
    gateway.only.say("It is so.", sources=["Fare rules", "Loyalty status", "Seats", "the customer"])
    sources = chat.log.locator("details.sources")
    await expect(sources.locator("li").first).to_be_hidden()
    await sources.get_by_text("3 sources").click()
    await expect(sources.locator("li")).to_have_text(["Fare rules", "Loyalty status", "Seats"])


async def test_sentences_stand_in_order_and_a_retracted_attempt_vanishes(
    page: Page, url: str, gateway: FakeGateway
) -> None:
    chat = Chat(page, url)
    await chat.open()
    await chat.say("tell me")
    request = gateway.only
    request.emit("reply.sentence", turn=1, call="a", index=1, text="Second. ")
    request.emit("reply.sentence", turn=1, call="a", index=0, text="First. ")
    await expect(chat.messages("agent")).to_have_text(["First. Second."])
    request.emit("reply.retract", turn=1, call="a")
    await expect(chat.messages("agent")).to_have_count(0)
    request.say("Another try. ", "It is better.", call="a")
    await expect(chat.messages("agent")).to_have_text(["Another try. It is better."])


async def test_what_was_said_before_a_tool_call_keeps_its_bubble(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open()
    await chat.say("look it up")
    request = gateway.only
    request.emit("reply.sentence", turn=1, call="a", index=0, text="One moment.")
    request.say("Here it is.", call="b")
    request.emit("status", state="idle", text="")
    await expect(chat.messages("agent")).to_have_text(["One moment.", "Here it is."])


async def test_tools_at_work_are_named_and_disappear(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open()
    await chat.say("look it up")
    request = gateway.only
    request.emit("tool", call="1", tool="get_fare_rules", text="Checking fare rules…", state="started")
    request.emit("tool", call="2", tool="search_flights", text="Looking for flights…", state="started")
    await expect(chat.status.locator("p")).to_have_text(["Checking fare rules…", "Looking for flights…"])
    request.emit("tool", call="1", tool="get_fare_rules", text="Checking fare rules…", state="done")
    await expect(chat.status.locator("p")).to_have_text(["Looking for flights…"])
    request.emit("tool", call="2", tool="search_flights", text="Looking for flights…", state="failed")
    request.emit("status", state="idle", text="")
    await expect(chat.status).to_be_hidden()


async def test_plan_steps_are_ticked_off(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open()
    await chat.say("plan it")
    emit_plan(gateway.only, 2)
    await expect(chat.plan).to_contain_text("2 of 5 steps")
    await chat.plan.locator("summary").press("Enter")
    await expect(chat.plan.locator("li[data-state=done]")).to_have_text(
        ["Read your booking (done)", "Check fare rules (done)"]
    )
    emit_plan(gateway.only, 5)
    await expect(chat.plan).to_contain_text("5 of 5 steps")
    await chat.say("Hi there")
    await expect(chat.plan).to_be_hidden()


async def test_a_reload_shows_what_was_seen_live(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Hi there")
    await chat.say("Move me to tomorrow's morning flight")
    await page.get_by_role("button", name="Confirm").click()
    await expect(chat.messages("agent").last).to_contain_text("Done: you now fly")
    await chat.say("I want a person")
    await expect(chat.status).to_contain_text("Waiting for a colleague")
    await chat.say("are you there?")
    live = await chat.lines()
    await page.reload()
    await expect(chat.card.locator(".card-state")).to_have_text("You confirmed this.")
    await expect(chat.status).to_contain_text("Waiting for a colleague")
    await chat.settle()
    assert await chat.lines() == live
    assert len(gateway.requests) == 1


async def test_a_reload_in_mid_sentence_keeps_the_sentence(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("write slowly")
    gateway.only.emit("reply.sentence", turn=1, call="a", index=0, text="The first half ")
    await expect(chat.messages("agent")).to_have_text(["The first half"])
    await page.reload()
    gateway.only.emit("reply.sentence", turn=1, call="a", index=1, text="and the second.")
    await expect(chat.messages("agent")).to_have_text(["The first half and the second."])


async def test_a_long_request_is_restored_from_its_transcript(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(1)
    for _ in range(2_100):
        gateway.only.emit("status", state="working", text="")
    open_card(gateway.only)
    gateway.only.emit("status", state="waiting_for_confirmation", text="")
    await page.reload()
    await expect(chat.messages("customer")).to_have_text(["Hi there"])
    await expect(chat.messages("agent")).to_have_count(1)
    await expect(page.get_by_role("button", name="Confirm")).to_be_enabled()
    assert gateway.resumed_from[-1] == len(gateway.only.events)


async def test_each_person_has_their_own_conversation(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(1)
    await page.get_by_role("button", name="Maria Santos").click()
    await expect(chat.messages("customer")).to_have_count(0)
    await page.get_by_role("button", name="My bag is lost").click()
    await expect(chat.messages("agent")).to_contain_text(["I have opened case BAG10001"])
    await expect(chat.status).to_contain_text("I'll write first")
    await page.get_by_role("button", name="Anna Keller").click()
    await expect(chat.messages("customer")).to_have_text(["Hi there"])
    assert [one.customer for one in gateway.requests.values()] == ["C101", "C103"]


async def test_the_request_may_write_first_after_days(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C103")
    await chat.say("My bag is lost")
    await expect(chat.status).to_contain_text("I'll write first")
    gateway.only.turn += 1
    gateway.only.say("Your bag was found in Lisbon.")
    gateway.only.emit("status", state="idle", text="")
    await expect(chat.messages("agent").last).to_have_text("Your bag was found in Lisbon.")
    await expect(chat.status).to_be_hidden()


async def test_a_message_from_another_tab_appears(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(1)
    gateway.accept(gateway.only, "from-elsewhere", "How much is a bag?")
    await expect(chat.messages("customer")).to_have_text(["Hi there", "How much is a bag?"])


async def test_an_open_request_of_another_day_is_offered(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(1)
    await page.evaluate("sessionStorage.clear()")
    await chat.open("C101")
    await chat.alert.get_by_role("button", name="Wish 1").click()
    await expect(chat.messages("customer")).to_have_text(["Hi there"])
    await expect(chat.alert).to_be_hidden()
    assert len(gateway.requests) == 1
