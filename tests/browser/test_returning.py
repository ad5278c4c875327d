"""Does the page offer a returning customer what is open, and go on from what was closed?"""

from playwright.async_api import BrowserContext, Page, expect

from tests.browser.chat import Chat
from tests.console.fake_gateway import FakeGateway


async def test_open_requests_are_offered_by_what_they_are_about_and_gone_on_with(
    page: Page, context: BrowserContext, url: str, gateway: FakeGateway
) -> None:
    for text in ("Hi there", "How much is an extra bag?"):
        elsewhere = Chat(await context.new_page(), url)
        await elsewhere.open("C101")
        await elsewhere.say(text)
        await expect(elsewhere.messages("agent")).to_have_count(1)
    assert len(gateway.requests) == 2
    chat = Chat(page, url)
    await chat.open("C101")
    await expect(chat.alert).to_contain_text("You can go on with what is open:")
    await expect(chat.alert.get_by_role("button")).to_have_text(["Wish 1, 2 hours ago", "Wish 2, 4 hours ago"])
    await chat.alert.get_by_role("button", name="Wish 2").click()
    await expect(chat.messages("agent")).to_contain_text(["40.00 EUR"])
    await expect(chat.alert).to_be_hidden()
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(2)
    assert [len(one.messages) for one in gateway.requests.values()] == [1, 2]


async def test_writing_something_instead_opens_a_new_request(
    page: Page, context: BrowserContext, url: str, gateway: FakeGateway
) -> None:
    elsewhere = Chat(await context.new_page(), url)
    await elsewhere.open("C101")
    await elsewhere.say("Hi there")
    chat = Chat(page, url)
    await chat.open("C101")
    await expect(chat.alert.get_by_role("button")).to_have_count(1)
    await chat.say("How much is an extra bag?")
    await expect(chat.alert).to_be_hidden()
    assert len(gateway.requests) == 2
    assert "follows" not in gateway.posts[-1]


async def test_a_closed_conversation_is_gone_on_from(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Bye")
    await page.get_by_role("button", name="Write about this again").click()
    await expect(chat.log.locator(".note").last).to_have_text("This goes on from the conversation above.")
    await expect(chat.input).to_be_focused()
    await chat.say("How much is an extra bag?")
    await expect(chat.messages("agent").last).to_contain_text("40.00 EUR")
    assert gateway.posts[-1]["follows"] == "request-1"
    await chat.say("Hi there")
    assert len(gateway.requests) == 2, "the next message is written to the follow-on"


async def test_a_message_to_a_request_that_was_closed_meanwhile_follows_it(
    page: Page, url: str, gateway: FakeGateway
) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Hi there")
    await expect(chat.messages("agent")).to_have_count(1)
    gateway.only.status = "closed"
    await chat.say("How much is an extra bag?")
    await expect(chat.messages("agent").last).to_contain_text("40.00 EUR")
    assert gateway.posts[-1]["follows"] == "request-1"
