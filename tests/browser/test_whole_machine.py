"""Does the page work with the real gateway, as a newcomer would use it?"""

import os

from playwright.async_api import Browser, Page, expect

from tests.browser.chat import Chat
from tests.conversation import headers, ledger
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


async def test_a_refund_takes_a_code_from_the_mailbox_a_yes_and_an_approval(browser: Browser, stack: Stack) -> None:
    async with await browser.new_context(viewport={"width": 1100, "height": 900}) as context:
        page = await context.new_page()
        chat = Chat(page, stack.url)
        await chat.open("C104")
        await chat.say("Cancel my trip and refund me")
        field = chat.card.get_by_label("One-time code")
        await expect(field).to_be_visible(timeout=PATIENCE)
        await expect(chat.status).to_have_text("Waiting for your one-time code")
        await expect(chat.card.locator(".card-code")).to_contain_text("j•••@example.com")
        await expect(chat.card.get_by_role("button", name="Confirm")).to_be_hidden()
        await expect(page.locator("#mailbox")).to_have_attribute("open", "")
        await expect(page.locator("#letter")).to_contain_text("is your code for: Cancel your reservation")
        await _keep(page, "code")
        code = (await page.locator("#letter").inner_text())[:6]
        await field.fill(code)
        await chat.card.get_by_role("button", name="Submit the code").click()
        await expect(chat.card.get_by_role("button", name="Confirm")).to_be_visible(timeout=PATIENCE)
        await expect(field).to_be_hidden()
        await chat.card.get_by_role("button", name="Confirm").click()
        await expect(chat.status).to_have_text("Waiting for approval by a supervisor", timeout=PATIENCE)
        await expect(chat.card.locator(".card-state")).to_contain_text("A colleague has to approve it")
        await _keep(page, "approval")
        assert ledger(stack, "payments", operation="refund_payment") == []
        assert code not in await page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")
        _approve(stack)
        await expect(chat.messages("agent").last).to_contain_text("289.00 EUR", timeout=PATIENCE)
        await expect(chat.card.locator(".card-state")).to_have_text("Confirmed by you and approved.")
        await expect(chat.messages("customer").nth(1)).to_have_text("••••••")
    assert len(ledger(stack, "payments", operation="refund_payment")) == 1


def _approve(stack: Stack) -> None:
    desk = headers("S1", "supervisor", pack="airline")
    (waiting, *_) = reversed(stack.http.get(f"{stack.url}/v1/desk/queue", headers=desk).json()["approvals"])
    body = {"set_id": waiting["set_id"], "digest": waiting["digest"]}
    url = f"{stack.url}/v1/desk/requests/{waiting['request_id']}/approve"
    assert stack.http.post(url, json=body, headers=desk).status_code == 200


async def _keep(page: Page, name: str) -> None:
    """A picture of the page, for people to look at, where HANDRAIL_SHOTS names a folder."""
    if folder := os.environ.get("HANDRAIL_SHOTS"):
        await page.screenshot(path=f"{folder}/refund-{name}.png")
