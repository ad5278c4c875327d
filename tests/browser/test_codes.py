"""Does a customer see what became of the one-time code that they typed, and can they leave it?"""

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.console.fake_gateway import FakeGateway
from tests.console.fake_request import FakeRequest


async def _asked_for_a_code(page: Page, url: str, gateway: FakeGateway) -> tuple[Chat, FakeRequest]:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Move me")
    await expect(chat.card).to_be_visible()
    gateway.only.emit("confirm", set_id="set-1", state="code")
    await expect(chat.card.get_by_label("One-time code")).to_be_visible()
    return chat, gateway.only


async def test_what_is_said_to_a_wrong_code_stands_below_it(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, request = await _asked_for_a_code(page, url, gateway)
    await chat.card.get_by_label("One-time code").fill("123456")
    await chat.card.get_by_role("button", name="Submit the code").click()
    await expect(chat.messages("customer").last).to_have_text("••••••")
    request.say("That is not the code.", by="runtime")
    await expect(chat.messages("runtime").last).to_have_text("That is not the code.")
    assert (await chat.lines())[-3:] == ["Change your flight", "••••••", "That is not the code."]
    assert "123456" not in await chat.log.inner_text()


async def test_a_code_that_could_not_be_sent_leaves_nothing_behind(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, _ = await _asked_for_a_code(page, url, gateway)
    await page.route("**/messages", lambda route: route.abort())
    before = await chat.lines()
    await chat.card.get_by_label("One-time code").fill("123456")
    await chat.card.get_by_role("button", name="Submit the code").click()
    await expect(chat.card.get_by_role("alert")).to_have_text("Your decision could not be sent.")
    assert await chat.lines() == before


async def test_who_has_no_code_can_decline(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, _ = await _asked_for_a_code(page, url, gateway)
    await expect(chat.card.get_by_role("button", name="Confirm")).to_be_hidden()
    await chat.card.get_by_role("button", name="Decline").click()
    await expect(chat.card.locator(".card-state")).to_have_text("You declined this. Nothing was changed.")
    assert gateway.posts[-1]["confirm"]["decision"] == "decline"


async def test_nothing_is_decided_while_a_person_has_the_request(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, request = await _asked_for_a_code(page, url, gateway)
    request.emit("handoff", state="waiting", reason="wants_person", epoch=1, who=None)
    await expect(chat.card.locator(".card-state")).to_have_text(
        "A colleague looks at this first. Nothing happens meanwhile."
    )
    await expect(chat.card.get_by_role("button", name="Decline")).to_be_disabled()
    request.emit("handoff", state="returned", reason="", epoch=2, who=None)
    await expect(chat.card.get_by_role("button", name="Decline")).to_be_enabled()


async def test_the_demos_page_opens_the_mailbox_where_the_code_is(page: Page, url: str, gateway: FakeGateway) -> None:
    letters: dict[str, Any] = {"letters": [{"text": "317826 is your code."}]}
    await page.route("**/demo/mailbox*", lambda route: route.fulfill(json=letters))
    await _asked_for_a_code(page, url, gateway)
    await expect(page.get_by_text("317826 is your code.")).to_be_visible()
