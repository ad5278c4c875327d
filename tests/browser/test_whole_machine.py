"""Does the page work with the real gateway, as a newcomer would use it?"""

from playwright.async_api import Browser, expect

from tests.browser.chat import Chat
from tests.conversation import ledger
from tests.stack import Stack

PATIENCE = 40_000
"""Milliseconds that a turn may take on a busy machine."""


async def test_a_flight_is_changed_in_the_chat_and_paid_once(browser: Browser, stack: Stack) -> None:
    async with await browser.new_context(viewport={"width": 1100, "height": 800}) as context:
        page = await context.new_page()
        chat = Chat(page, stack.url)
        await chat.open("C101")
        await chat.say("Hi there")
        await expect(chat.messages("agent")).to_have_count(1, timeout=PATIENCE)
        await chat.say("Move me to tomorrow's morning flight")
        await expect(chat.card.locator(".card-total strong")).to_have_text("45.00 EUR", timeout=PATIENCE)
        await page.get_by_role("button", name="Confirm").click()
        await expect(chat.messages("agent").last).to_contain_text("45.00 EUR", timeout=PATIENCE)
        await expect(chat.card.locator(".card-state")).to_have_text("You confirmed this.")
        await expect(chat.status).to_be_hidden()
        live = await chat.lines()
        await page.reload()
        await expect(chat.card.locator(".card-state")).to_have_text("You confirmed this.")
        await chat.settle()
        assert await chat.lines() == live
    assert len(ledger(stack, "payments", operation="charge_payment")) == 1
